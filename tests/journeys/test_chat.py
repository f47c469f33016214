"""A subscriber's day with the real bot: only the chat is looked at, and Telegram's limits are on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator import PretendTelegram
from tests.journeys.house import Loa

PERSON, ADMIN, MEMBER = 5001, 6001, 6002
GROUP = -7001


@pytest.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as pretended:
        yield pretended


def says(telegram: PretendTelegram, chat_id: int) -> str:
    return "\n".join(message.get("text", "") for message in telegram.sent(chat_id))


async def test_a_subscribers_wishes_outlive_a_kill(tmp_path: Path, telegram: PretendTelegram) -> None:
    source = {"url": "http://127.0.0.1:9/rss"}
    async with Loa(folder=tmp_path, api_root=telegram.url, token=telegram.token, sources=[source]) as loa:
        await telegram.wait_listening()
        assert "Xin chào" in (await telegram.ask(PERSON, "/start"))[0]["text"]
        assert "Đã đăng ký" in (await telegram.ask(PERSON, "/dangky"))[0]["text"]
        assert "Đang theo dõi" in (await telegram.ask(PERSON, "/theodoi bão"))[0]["text"]
        await loa.kill()
        spoken = telegram.say(PERSON, "/caidat")
        await loa.start()
        (settings,) = await telegram.wait_sent(PERSON, after=spoken)
        assert "Nguồn đang nhận: Tin tức - Sự kiện" in settings["text"]
        assert "theo dõi: 1" in settings["text"]
        telegram.press(PERSON, settings["message_id"], text="Dừng mọi tin")
        await telegram.wait_until(lambda: "Đã dừng" in says(telegram, PERSON), what="the end")
        assert await loa.stop() == 0
        assert telegram.token not in loa.log
        assert "Traceback" not in loa.log
    stats = telegram.stats()
    assert (stats["violations"], stats["problems"]) == (0, {})


async def test_many_questions_at_once_are_all_answered_inside_the_limits(
    tmp_path: Path, telegram: PretendTelegram
) -> None:
    telegram.chat(GROUP, members={ADMIN: "creator", MEMBER: "member"})
    async with Loa(folder=tmp_path, api_root=telegram.url, token=telegram.token) as loa:
        await telegram.wait_listening()
        for number in range(6):
            telegram.say(PERSON, f"câu hỏi số {number}")
            telegram.say(GROUP, f"/tim câu hỏi số {number}", user_id=MEMBER)
        for other in range(40):
            telegram.say(PERSON + 1 + other, "/moi")
        waits = [telegram.wait_sent(chat, count=6, timeout=20) for chat in (PERSON, GROUP)]
        waits += [telegram.wait_sent(PERSON + 1 + other, timeout=20) for other in range(40)]
        await asyncio.gather(*waits)
        answered = [message["text"] for message in telegram.sent(PERSON)]
        assert [f"số {number}" in text for number, text in enumerate(answered)] == [True] * 6
        assert await loa.stop() == 0
    stats = telegram.stats()
    assert (stats["violations"], stats["problems"]) == (0, {})
