"""What is a correction, and what is only written differently."""

import unicodedata

import pytest

from bot.model import Item
from storage.corrections import Wording, is_corrected

KEYS = ("guid:1", "url:x/1")
STORED = Wording(title="Hội nghị Thi đua", summary="Sáng 14/3, tại Thanh Hoá", keys=frozenset(KEYS))


def told(**more: object) -> Item:
    fields: dict[str, object] = {"title": STORED.title, "summary": STORED.summary, "keys": KEYS}
    return Item(source_id="tdkt", **(fields | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"title": "HỘI NGHỊ THI ĐUA"},
        {"title": " Hội  nghị\u00a0Thi đua "},
        {"title": unicodedata.normalize("NFD", "Hội nghị Thi đua")},
        {"title": ""},
        {"summary": None},
        {"summary": ""},
        {"keys": ("guid:1",)},
        {"title": "Hội nghị Thi đua (Lượt xem: 123)"},
        {"title": unicodedata.normalize("NFD", "Hội nghị Thi đua | 1.024 lượt xem")},
        {"summary": "Sáng 14/3, tại Thanh Hoá - Lượt xem: 45"},
        {"summary": "Lượt xem: 46"},
    ],
)
def test_blanks_case_form_counters_and_what_is_left_out_are_no_correction(more: dict[str, object]) -> None:
    assert not is_corrected(told(**more), STORED)


@pytest.mark.parametrize(
    "more",
    [
        {"title": "Hội nghị Thi đua yêu nước"},
        {"title": "Hội nghi Thi đua"},
        {"summary": "Chiều 14/3, tại Thanh Hoá"},
        {"summary": "Chiều 14/3, tại Thanh Hoá - Lượt xem: 45"},
        {"keys": ("guid:1", "url:x/moi")},
    ],
)
def test_another_title_summary_or_address_is_a_correction(more: dict[str, object]) -> None:
    assert is_corrected(told(**more), STORED)


def test_an_address_that_leads_to_the_same_content_is_no_correction() -> None:
    stored = Wording(title="Hội nghị Thi đua", summary=None, keys=frozenset({"id:wcm|7", "url:x/state-a"}))
    assert not is_corrected(told(summary=None, keys=("id:wcm|7", "url:x/state-b")), stored)


def test_a_summary_where_there_was_none_is_no_correction() -> None:
    stored = Wording(title="Hội nghị Thi đua", summary=None, keys=frozenset(KEYS))
    assert not is_corrected(told(summary="Sáng 14/3"), stored)


def test_a_counter_that_counts_on_is_no_correction() -> None:
    stored = Wording(title="Hội nghị (5 lượt xem)", summary="Sáng 14/3. Lượt xem: 5", keys=frozenset(KEYS))
    assert not is_corrected(told(title="Hội nghị (61 lượt xem)", summary="Sáng 14/3. Lượt xem: 61"), stored)
    assert is_corrected(told(title="Hội nghị 2 (61 lượt xem)", summary="Sáng 14/3. Lượt xem: 61"), stored)
