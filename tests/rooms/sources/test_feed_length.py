"""Feeds that never let an old entry go: the newest entries are read, in whatever order they stand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.model import Reading
from bot.sources.feed import read_feed
from bot.sources.feed_entry import MOST_ITEMS
from bot.sources.jsonfeed import read_json_feed
from tests.rooms.sources.loopback import a_source

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
SOURCE = a_source("https://portal.example/rss")


def entry(number: int, *, dated: bool = True) -> str:
    at = f"<pubDate>{format_datetime(NOW - timedelta(minutes=number))}</pubDate>" if dated else ""
    return f"<item><title>Tin số {number}</title><guid>tin_{number}</guid>{at}</item>"


def read(*entries: str) -> Reading:
    text = f'<rss version="2.0"><channel><title>Tin</title>{"".join(entries)}</channel></rss>'
    return read_feed(text, SOURCE.url, SOURCE, NOW)


def guids(reading: Reading) -> list[str | None]:
    return [item.guid for item in reading.items]


@pytest.mark.parametrize("more", [1, 700, 99_000])
def test_of_a_very_long_feed_the_newest_entries_are_read_and_that_is_said(
    more: int, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = range(MOST_ITEMS + more)
    reading = read(*map(entry, numbers))
    assert reading.trouble is None
    assert reading.title == "Tin"
    assert guids(reading) == [f"tin_{number}" for number in numbers[:MOST_ITEMS]]
    assert f"left_out={more}" in caplog.text
    assert any(f"{more:,} others are not" in line for line in reading.explained)


def test_where_the_newest_stands_last_the_last_ones_are_read() -> None:
    numbers = range(MOST_ITEMS + 30)
    assert guids(read(*map(entry, reversed(numbers)))) == [f"tin_{number}" for number in numbers[MOST_ITEMS - 1 :: -1]]


def test_without_dates_the_first_ones_are_taken_for_the_newest() -> None:
    numbers = range(MOST_ITEMS + 30)
    assert guids(read(*(entry(number, dated=False) for number in numbers)))[-1] == f"tin_{MOST_ITEMS - 1}"


def test_a_feed_of_just_so_many_entries_is_read_whole_and_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    assert len(guids(read(*map(entry, range(MOST_ITEMS))))) == MOST_ITEMS
    assert "left_out" not in caplog.text


def test_a_very_long_feed_that_breaks_off_keeps_its_newest_entries() -> None:
    text = "".join(map(entry, range(MOST_ITEMS + 30)))
    reading = read_feed(f'<rss version="2.0"><channel><title>Tin</title>{text}<item><title>Tin bị c', "", SOURCE, NOW)
    assert guids(reading) == [f"tin_{number}" for number in range(MOST_ITEMS)]


@pytest.mark.parametrize(
    "long",
    [
        f"<author>{'a' * 2_000_000}</author>",
        f"<dc:creator><![CDATA[<b>x</b>{'a.' * 1_000_000}]]></dc:creator>",
        f"<author>{'a' * 2_000_000}",
        f"<AUTHOR>{'1' * 2_000_000}</author>",
    ],
    ids=["plain", "cdata", "without an end", "in two cases"],
)
def test_an_author_of_two_megabytes_is_passed_over_in_no_time(long: str) -> None:
    head = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Tin</title>'
    items = f"<item><title>Tin một</title>{long}</item><item><title>Tin hai</title><author>Cô Nụ</author></item>"
    reading = read_feed(f"{head}{items}</channel></rss>", SOURCE.url, SOURCE, NOW)
    assert [item.title for item in reading.items] == ["Tin một", "Tin hai"]
    assert [item.author for item in reading.items] == [None, "Cô Nụ"]


def test_so_is_one_of_a_feed_in_json() -> None:
    item = {"id": "1", "title": "Tin một", "authors": [{"name": "a" * 2_000_000}]}
    text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]})
    (read,) = read_json_feed(text, SOURCE.url, SOURCE, NOW).items
    assert (read.title, read.author) == ("Tin một", None)


def test_authors_of_a_usual_length_stay_whoever_says_them() -> None:
    entries = (
        "<item><title>Một</title><author>a@coquan.gov.vn (Hoàng Thị Mận)</author></item>",
        "<item><title>Hai</title><author/><description>" + "dài " * 500 + "</description></item>",
        '<item><title>Ba</title><author name="x">Ban biên tập</author></item>',
    )
    reading = read(*entries)
    assert [item.author for item in reading.items] == ["Hoàng Thị Mận", None, "Ban biên tập"]
    assert len(reading.items[1].summary or "") > 1_000
