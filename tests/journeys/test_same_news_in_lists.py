"""The same news inside collected messages, through kills of the real bot; the ledger is read out at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator import PretendPortal, PretendTelegram
from tests.journeys.test_same_news import OPERATOR, about, house, kill, settled, texts, until, verdicts

LEAD = "Chiều nay, cầu Hoà Lộc bắc qua sông Mã được khánh thành sau hai năm thi công."
BRIDGE = "Khánh thành cầu Hoà Lộc bắc qua sông Mã"


@pytest.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as pretended:
        yield pretended


async def a_list(telegram: PretendTelegram, portal: PretendPortal) -> None:
    """One collected message of seven items and the bridge."""
    for number in range(1, 8):
        portal.publish(f"Thông cáo số {number} của tỉnh")
    portal.publish(BRIDGE, LEAD)
    await until(telegram, "8 tin mới", inside=BRIDGE)


def bridge_of(portal: PretendPortal) -> int:
    return next(item.id for item in portal.items if item.title == BRIDGE)


async def test_a_withdrawal_inside_a_list(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with PretendPortal() as portal, house(tmp_path, telegram, portal) as loa:
        await settled(telegram, portal)
        await a_list(telegram, portal)
        portal.withdraw(bridge_of(portal))
        await asyncio.sleep(1.5)
        await kill(loa)
        await loa.start()
        text = await until(telegram, "Cổng đã gỡ tin này", inside=BRIDGE)
        assert text.startswith("8 tin mới")
        assert await loa.stop() == 0
        assert await verdicts(loa) == {"sent": 8, "edited": 1}


async def test_an_item_of_a_list_published_again_is_one_push(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with PretendPortal() as portal, house(tmp_path, telegram, portal) as loa:
        await settled(telegram, portal)
        await a_list(telegram, portal)
        await kill(loa)
        old = next(item for item in portal.items if item.title == BRIDGE)
        portal.withdraw(old.id)
        portal.publish(BRIDGE, LEAD, published_at=old.published_at)
        await loa.start()
        await telegram.wait_until(lambda: telegram.stats()["edits"] >= 1, timeout=20.0, what="the new address")
        assert len(about(telegram, BRIDGE)) == 1
        assert await loa.stop() == 0
        assert await verdicts(loa) == {"sent": 8, "edited": 1}


async def test_a_story_of_a_list_that_another_portal_tells_later(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with PretendPortal() as one, PretendPortal(news=False) as two, house(tmp_path, telegram, one, two) as loa:
        await settled(telegram, one, two)
        await a_list(telegram, one)
        await kill(loa)
        two.publish("KHÁNH THÀNH CẦU HÒA LỘC BẮC QUA SÔNG MÃ", LEAD)
        await loa.start()
        text = await until(telegram, "Cổng 1, Cổng 2", inside=BRIDGE)
        assert text.startswith("8 tin mới")
        assert await loa.stop() == 0
        lines = await verdicts(loa)
    assert (lines["sent"], lines["joined"]) == (8, 1)


async def test_an_operator_takes_an_item_of_a_list_back(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with PretendPortal() as portal, house(tmp_path, telegram, portal) as loa:
        await settled(telegram, portal)
        await a_list(telegram, portal)
        (preview,) = await telegram.ask(OPERATOR, "/recall cầu Hoà Lộc")
        telegram.press(OPERATOR, preview["message_id"], text="Đánh dấu thu hồi")
        await telegram.wait_until(lambda: "Việc này không hoàn tác" in texts(telegram, OPERATOR)[-1], what="a question")
        telegram.press(OPERATOR, preview["message_id"], text="Xác nhận thu hồi")
        await telegram.wait_until(lambda: "Đang thu hồi" in texts(telegram, OPERATOR)[-1], what="the answer")
        await kill(loa)
        await loa.start()
        text = await until(telegram, "thu hồi", inside=BRIDGE)
        assert text.startswith("8 tin mới")
        assert await loa.stop() == 0
        assert await verdicts(loa) == {"sent": 8, "edited": 1}
