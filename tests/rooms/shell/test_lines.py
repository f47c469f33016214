"""Items as lines of JSON: what goes out comes back the same, and a bad line says what to mend."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.cli.lines import BadLine, item_of_line, line_of_item
from bot.model import Attachment, Item, StoredItem
from storage.archive import Arrival

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def read(**said: object) -> Item:
    arrival = item_of_line(json.dumps({"source": "tdkt", "title": "Tin", **said}), HANOI)
    assert isinstance(arrival, Arrival)
    return arrival.item


def test_what_is_written_is_read_back() -> None:
    item = read(
        url="https://portal.example/tin/chi-tiet-77.html",
        summary="Tóm tắt",
        published_at="2026-03-14T16:05:00+07:00",
        guid="n-77",
        author="Ban biên tập",
        body="Toàn văn",
        attachments=[{"title": "Phụ lục", "url": "https://portal.example/a.pdf"}],
    )
    assert item.attachments == (Attachment(title="Phụ lục", url="https://portal.example/a.pdf"),)
    stored = StoredItem(id=5, item=item, first_seen_at=datetime(2026, 3, 14, tzinfo=UTC))
    back = item_of_line(json.dumps(line_of_item(stored)), HANOI)
    assert back == Arrival(item=item, seen_at=stored.first_seen_at)


def test_a_held_item_comes_back_held_and_with_every_key_it_had() -> None:
    item = replace(read(guid="n-77"), keys=("guid:n-77", "url:portal.example/cu"), doubt="foreign_host")
    stored = StoredItem(id=5, item=item, first_seen_at=datetime(2026, 3, 14, tzinfo=UTC), held="foreign_host")
    back = item_of_line(json.dumps(line_of_item(stored)), HANOI)
    assert isinstance(back, Arrival)
    assert back.item.doubt == "foreign_host"
    assert set(item.keys) <= set(back.item.keys)


def test_a_withdrawn_item_comes_back_withdrawn() -> None:
    at = datetime(2026, 3, 15, tzinfo=UTC)
    stored = StoredItem(id=5, item=read(url="https://portal.example/tin/5.html"), first_seen_at=at, withdrawn_at=at)
    back = item_of_line(json.dumps(line_of_item(stored)), HANOI)
    assert back == Arrival(item=stored.item, seen_at=at, withdrawn_at=at)


def test_both_halves_of_a_character_are_one() -> None:
    arrival = item_of_line('{"source": "tdkt", "title": "Vui \\ud83d\\ude00"}', HANOI)
    assert isinstance(arrival, Arrival)
    assert arrival.item.title == "Vui 😀"


def test_a_day_is_a_day_of_the_operators_time_zone() -> None:
    item = read(published_at="2019-03-14")
    assert item.published_at == datetime(2019, 3, 13, 17, 0, tzinfo=UTC)
    assert item.date_only


def test_a_time_without_an_offset_is_local() -> None:
    item = read(published_at="2019-03-14T16:05:00")
    assert item.published_at == datetime(2019, 3, 14, 9, 5, tzinfo=UTC)
    assert not item.date_only


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{", "this is no JSON"),
        ("[]", "this is no object"),
        ('{"source": "Tin tức", "title": "a"}', "source ="),
        ('{"title": "a"}', "source = null"),
        ('{"source": "tdkt", "title": " \\u200b"}', "title ="),
        ('{"source": "tdkt", "title": "a", "url": 5}', "url = 5"),
        ('{"source": "tdkt", "title": "a", "published_at": "14/03/2019"}', "published_at ="),
        ('{"source": "tdkt", "title": "a", "published_at": 5}', "published_at = 5"),
        ('{"source": "tdkt", "title": "a", "published_at": "0001-01-01T00:00:00+14:00"}', "published_at ="),
        ('{"source": "tdkt", "title": "Một hai ba bốn", "published_at": "9999-12-31T20:00:00Z"}', "published_at ="),
        ('{"source": "tdkt", "title": "a", "url": "javascript:alert(1)"}', "url ="),
        ('{"source": "tdkt", "title": "a", "url": "/tin/1.html"}', "url ="),
        ('{"source": "tdkt", "title": "a", "url": "http://[::1"}', "url ="),
        ('{"source": "tdkt", "title": "a", "summary": "\\ud83d"}', "half a character"),
        ("[" * 100_000, "brackets within brackets"),
    ],
)
def test_a_bad_line_names_the_place_and_the_mend(line: str, named: str) -> None:
    bad = item_of_line(line, HANOI)
    assert isinstance(bad, BadLine)
    assert named in bad.why
    assert " - " in bad.why
