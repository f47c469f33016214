"""An article's stored text as messages that Telegram takes."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chats.words import words_for
from bot.core.full_text import MOST_MESSAGES, full_text
from bot.core.html import MOST_BYTES, MOST_UNITS
from bot.core.style import Style
from bot.core.text import utf16_length
from bot.model import Rendered, Source
from tests.owed import a_stored

STYLE = Style(
    words=words_for("vi"),
    sources={"tdkt": Source(id="tdkt", title="Tin tức & Sự kiện", url="https://tinh.example.gov.vn/rss")},
)
PARAGRAPH = "Hội đồng Thi đua - Khen thưởng tỉnh tổ chức gặp mặt, tuyên dương 68 tập thể và cá nhân tiêu biểu. " * 6


def shown(message: Rendered) -> str:
    return unescape(re.sub(r"<[^>]*>", "", message.text))


def test_a_short_text_is_one_message_with_title_and_the_way_to_the_article() -> None:
    (message,) = full_text(a_stored(1, title="Lễ <hội>", body="Đoạn một.\n\nĐoạn hai: A & B."), STYLE)
    assert shown(message).splitlines()[0] == "Lễ <hội>"
    assert "Đoạn một.\n\nĐoạn hai: A & B." in shown(message)
    assert [button.text for row in message.buttons for button in row] == [STYLE.words.say("push.open")]


def test_a_long_text_is_cut_between_paragraphs_and_loses_nothing() -> None:
    paragraphs = [f"{number}. {PARAGRAPH.strip()}" for number in range(20)]
    messages = full_text(a_stored(1, body="\n\n".join(paragraphs)), STYLE)
    assert 1 < len(messages) <= MOST_MESSAGES
    whole = "\n".join(shown(message) for message in messages)
    assert all(paragraph in whole for paragraph in paragraphs)
    assert [bool(message.buttons) for message in messages] == [False] * (len(messages) - 1) + [True]
    assert STYLE.words.say("read.cut") not in whole


@pytest.mark.parametrize("most", [2, MOST_MESSAGES])
def test_what_is_too_long_ends_with_the_way_to_the_rest(most: int) -> None:
    messages = full_text(a_stored(1, body=f"{PARAGRAPH}\n" * 200), STYLE, most=most)
    assert len(messages) == most
    assert STYLE.words.say("read.cut") in shown(messages[-1])


def test_an_item_without_a_text_says_so() -> None:
    (message,) = full_text(a_stored(1, body=None), STYLE)
    assert STYLE.words.say("read.none") in shown(message)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab .,&<>\"'\nỡ😀…", max_size=400), st.integers(1, 60))
def test_whatever_a_body_holds_telegram_takes_every_message(text: str, times: int) -> None:
    messages = full_text(a_stored(1, title="Ký tự &" * 200, body=text * times), STYLE)
    assert 1 <= len(messages) <= MOST_MESSAGES
    for message in messages:
        assert shown(message).strip()
        assert utf16_length(shown(message)) <= MOST_UNITS
        assert len(message.text.encode()) <= MOST_BYTES
        assert not re.search(r"&(?!amp;|lt;|gt;|quot;)", message.text)
