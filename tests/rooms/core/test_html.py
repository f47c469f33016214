"""Text made safe for Telegram's HTML."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.html import clip, escape, link_of, marked, visible
from bot.core.text import utf16_length


@given(st.text(max_size=300), st.integers(0, 60))
def test_a_clipped_text_never_exceeds_its_units(text: str, units: int) -> None:
    assert utf16_length(clip(text, units)) <= units


def test_a_clipped_text_ends_between_words_with_an_ellipsis() -> None:
    assert clip("Thông báo về việc nghỉ lễ Quốc khánh", 20) == "Thông báo về việc…"


def test_a_pair_of_surrogates_is_never_torn() -> None:
    assert clip("😀" * 10, 6) == "😀😀…"


@given(st.text(max_size=200))
def test_an_escaped_text_says_the_same_and_holds_no_markup(text: str) -> None:
    assert unescape(escape(text.replace("&", "và"))) == unescape(text.replace("&", "và"))
    assert not set(escape(text)) & set('<>"')


def test_control_bidi_and_invisible_characters_are_gone() -> None:
    assert visible("Tin\x00 \u202eđảo\u202c\u200b ngược\x1b[31m\n") == "Tin đảo ngược[31m"


@pytest.mark.parametrize(
    "url",
    [
        "https://tinh.example.gov.vn/tin?id=1&amp=2",
        "http://127.0.0.1:8080/rss",
        "https://vi.wikipedia.org/wiki/Tết",
    ],
)
def test_an_ordinary_address_is_a_link(url: str) -> None:
    assert link_of(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "ftp://tinh.example.vn/a",
        "tg://user?id=1",
        "//tinh.example.vn/a",
        "/tin/1.html",
        "http://localhost/a",
        "http:///a",
        "http://tinh.example.vn:port/",
        "https://tinh example.vn/",
        "https://tinh.example.vn/a b",
        "https://tinh.example.vn/\u202ea",
        "https://[::1/",
        "https://tinh.example.vn/" + "a" * 3_000,
    ],
)
def test_what_telegram_would_refuse_is_no_link(url: str | None) -> None:
    assert link_of(url) == ""


def test_hits_are_bold_and_the_rest_is_escaped() -> None:
    assert marked("a < bão & lũ", ((4, 7), (10, 12)), 5) == "a &lt; <b>bão</b> &amp; <b>lũ</b>"


def test_broken_or_surplus_spans_mark_nothing() -> None:
    assert marked("bão lũ", ((3, 3), (0, 99), (4, 6)), 5) == "bão <b>lũ</b>"
    assert marked("bão lũ", ((0, 3), (4, 6)), 1) == "<b>bão</b> lũ"
