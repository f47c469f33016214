"""Which portals tell stories together is configured: the operator changes it with /reload, and adds a portal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator import PretendPortal, PretendTelegram
from tests.journeys.house import Loa

PERSON, OPERATOR = 5001, 1001
BRIDGE = ("Khánh thành cầu Hoà Lộc bắc qua sông Mã", "Chiều nay, cầu Hoà Lộc được khánh thành sau hai năm thi công.")
HOSPITAL = ("Khởi công Bệnh viện Nhi Nghi Sơn tại phường Hải Thanh", "Bệnh viện Nhi Nghi Sơn có quy mô 300 giường.")
DYKE = ("Sạt lở đê hữu sông Chu đoạn qua xã Thọ Lập", "Đê hữu sông Chu sạt lở dài 60 m sau trận mưa đêm qua.")


@pytest.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as pretended:
        yield pretended


def about(telegram: PretendTelegram, title: str) -> list[str]:
    texts = [message.get("text", "") for message in telegram.sent(PERSON)]
    return [text for text in texts if text.startswith(title)]


async def told(telegram: PretendTelegram, title: str, messages: int, words: str) -> None:
    """Until so many messages tell it, one of them with these words; then nothing more comes for a reading."""
    await telegram.wait_until(
        lambda: len(about(telegram, title)) >= messages and words in "".join(about(telegram, title)),
        timeout=20.0,
        what=f"{messages} about {title!r} with {words!r}",
    )
    await asyncio.sleep(1.5)
    assert len(about(telegram, title)) == messages, about(telegram, title)


async def read_again(*portals: PretendPortal) -> None:
    """Every portal was read twice, so its first reading is written down."""
    async with asyncio.timeout(20):
        for portal in portals:
            hits = portal.hits["/rss"]
            while portal.hits["/rss"] < hits + 2:
                await asyncio.sleep(0.05)


async def reload(telegram: PretendTelegram, loa: Loa, *portals: PretendPortal, alone: str = "") -> None:
    """config.toml has these portals, *alone* tells for itself, and the operator says /reload in the chat."""
    loa.sources = sources(*portals, alone=alone)
    loa.configure()
    taken_on = loa.log.count("reload.taken_on")
    (answer,) = await telegram.ask(OPERATOR, "/reload")
    assert str(len(portals)) in answer["text"]
    async with asyncio.timeout(20):
        while loa.log.count("reload.taken_on") == taken_on:
            await asyncio.sleep(0.05)
    await read_again(*portals)


def sources(*portals: PretendPortal, alone: str = "") -> list[dict[str, object]]:
    return [
        {"id": f"cong{n}", "title": f"Cổng {n}", "url": f"{portal.url}/rss", "merge": f"cong{n}" != alone}
        for n, portal in enumerate(portals, 1)
    ]


async def test_a_reload_says_which_portals_tell_stories_together(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with PretendPortal() as one, PretendPortal(news=False) as two, PretendPortal(news=False) as three:
        loa = Loa(
            folder=tmp_path, api_root=telegram.url, token=telegram.token, sources=sources(one, two, alone="cong2")
        )
        async with loa:
            await telegram.wait_listening()
            await telegram.ask(PERSON, "/subscribe all")
            await read_again(one, two)
            one.publish(*BRIDGE)
            await told(telegram, BRIDGE[0], 1, "Cổng 1")
            two.publish(*BRIDGE)
            await told(telegram, BRIDGE[0], 2, "Cổng 2")

            await reload(telegram, loa, one, two, three)
            three.publish(*BRIDGE)
            await told(telegram, BRIDGE[0], 2, "Cổng 3")
            one.publish(*HOSPITAL)
            await told(telegram, HOSPITAL[0], 1, "Cổng 1")
            two.publish(*HOSPITAL)
            await told(telegram, HOSPITAL[0], 1, "Cổng 1 · Cổng 2")
            three.publish(*HOSPITAL)
            await told(telegram, HOSPITAL[0], 1, "Cổng 1 · Cổng 2 · Cổng 3")

            await reload(telegram, loa, one, two, three, alone="cong3")
            one.publish(*DYKE)
            await told(telegram, DYKE[0], 1, "Cổng 1")
            two.publish(*DYKE)
            await told(telegram, DYKE[0], 1, "Cổng 1 · Cổng 2")
            three.publish(*DYKE)
            await told(telegram, DYKE[0], 2, "Cổng 3")
            assert await loa.stop() == 0
    assert telegram.stats()["violations"] == 0
