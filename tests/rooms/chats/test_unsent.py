"""The ledger's reasons in the reader's language: no English of ours, Telegram's or the network's comes through."""

from datetime import timedelta

import pytest

from bot.chats.unsent import unsent_words
from bot.chats.words import words_for
from bot.core.notes import decide
from bot.core.retry import verdict
from bot.model import Answer, Moved, Refused, Sent, Slowed, Unreachable, Unsure
from storage.absences import WITHDRAWN
from storage.recalls import RECALLED
from tests.owed import NOON, a_note, a_subscriber, an_envelope

VI = words_for("vi")


def in_vietnamese(why: str) -> str:
    said = unsent_words(why, VI)
    assert said != VI.say("why.other"), why
    return said


def why_after(answer: Answer, *, unsure: int = 0) -> str:
    decided = verdict(an_envelope(a_note(unsure=unsure)), answer, NOON, 0.0).verdict
    assert not isinstance(decided, Sent)
    return decided.why


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (WITHDRAWN, "cổng đã gỡ"),
        (RECALLED, "thu hồi"),
        ("told with the same story of another source", "cùng chuyện"),
        ("unfollowed", "không còn đăng ký"),
        ("watch ended", "không còn đăng ký"),
        ("stopped", "/stop"),
        ("paused: stopped", "/stop"),
        ("paused: blocked", "chặn bot"),
        ("paused", "tạm ngừng"),
        ("the topic is closed", "chủ đề"),
        ("the item is gone, or its text cannot be written", "không còn"),
        ("the process ended while it was being sent", "bị dừng"),
        ("not sent: the process stops", "chưa liên lạc"),
        ("stopped before the answer came", "không trả lời"),
        ("12 times without an answer: Bad Gateway", "không trả lời"),
        ("sent too long ago to be edited", "7 ngày"),
        ("edited as often as a message may be", "3 lần"),
        ("Message to edit not found", "bị xóa"),
        ("Message_id_invalid", "bị xóa"),
        ("Message can't be edited", "không cho sửa"),
        ("Message is too long", "quá giới hạn"),
        ("Message thread not found", "chủ đề"),
        ("Forbidden: bot was kicked from the supergroup chat", "loại khỏi"),
        ("Forbidden: user is deactivated", "không còn hoạt động"),
        ("Chat not found", "không tìm thấy"),
        ("Not enough rights to send text messages to the chat", "không có quyền"),
        ("ClientConnectorError: Connection refused", "chưa liên lạc"),
        ("Bad Gateway", "chưa liên lạc"),
    ],
)
def test_a_reason_of_the_ledger_is_a_vietnamese_sentence(why: str, said: str) -> None:
    assert said in in_vietnamese(why)


def test_what_delivery_decides_has_its_words() -> None:
    blocked = Refused(why="Forbidden: bot was blocked by the user", pause="blocked")
    assert "chặn bot" in in_vietnamese(why_after(blocked))
    assert "chờ" in in_vietnamese(why_after(Slowed(retry_after=timedelta(seconds=3))))
    assert "siêu nhóm" in in_vietnamese(why_after(Moved(new_telegram_id=-1007)))
    assert "không trả lời" in in_vietnamese(why_after(Unsure(why="whatever"), unsure=2))
    assert "chưa liên lạc" in in_vietnamese(why_after(Unreachable(why="TimeoutError")))
    (paused,) = decide([a_note(chat=a_subscriber(paused="kicked"))], NOON, 5).dropped
    assert "loại khỏi" in in_vietnamese(paused.why)
    (unwanted,) = decide([a_note(wanted=False)], NOON, 5).dropped
    assert "không còn đăng ký" in in_vietnamese(unwanted.why)


def test_words_that_nobody_foresaw_are_left_to_the_ledger() -> None:
    assert unsent_words("Bad Request: SOMETHING_NEW", VI) == VI.say("why.other")
    assert "loa export --what ledger" in VI.say("why.other")


def test_an_english_reader_is_told_in_english() -> None:
    assert unsent_words("paused: blocked", words_for("en")) == "the bot was blocked"
