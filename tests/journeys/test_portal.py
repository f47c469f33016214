"""A reader meets the portal beside its news: about, links, albums, a new album's pictures, an article's full text."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.simulator import PretendPortal, PretendTelegram
from bot.simulator.portal_items import Album
from tests.journeys.house import Loa

READER = 5001
NEW = Album(title="Ngày hội đọc sách bên bờ sông", pictures=(9101, 9102, 9103))


async def until_said(telegram: PretendTelegram, command: str, words: str) -> str:
    """Ask until the answer holds those words: the portal is looked at some seconds after the start."""
    async with asyncio.timeout(30):
        while words not in (said := str((await telegram.ask(READER, command))[-1].get("text", ""))):
            await asyncio.sleep(1.1)
    return said


def photos(telegram: PretendTelegram) -> list[dict[str, Any]]:
    return [message for message in telegram.sent(READER) if "photo" in message]


async def test_a_reader_meets_the_portal_beside_its_news(tmp_path: Path) -> None:
    async with PretendTelegram() as telegram, PretendPortal() as portal:
        province = portal.province
        loa = Loa(
            folder=tmp_path,
            api_root=telegram.url,
            token=telegram.token,
            sources=[{"url": f"{portal.url}/tin-tuc", "kind": "page"}],
            tables={"schedule": {"portals": "2s"}},
        )
        async with loa:
            await telegram.wait_listening()
            await until_said(telegram, "/gioithieu", province.about[0])
            assert province.links[0].title in await until_said(telegram, "/lienket", "Liên kết website")
            asked = telegram.say(READER, "/anh")
            *shown, offer = await telegram.wait_sent(READER, count=5, after=asked)
            assert [message["photo"][-1]["file_id"] for message in shown] == [
                f"{portal.url}/anh/{number}.png" for number in province.albums[0].pictures
            ]
            telegram.press(READER, offer["message_id"], text="Nhận album mới")
            await telegram.wait_until(
                lambda: any("Đã đăng ký album" in each.get("text", "") for each in telegram.sent(READER)),
                what="the subscription to albums",
            )
            portal.province = replace(province, albums=(NEW, *province.albums))
            await telegram.wait_until(lambda: len(photos(telegram)) == 7, timeout=30, what="the new album")
            assert NEW.title in photos(telegram)[4]["caption"]

            await telegram.ask(READER, "/dangky")
            item = portal.publish("Khánh thành cầu Bến Sỏi sau mười tám tháng thi công")
            body = tuple(f"Đoạn {number}. " + "Người dân hai bờ đi lại thuận tiện hơn. " * 15 for number in range(4))
            portal.items[portal.items.index(item)] = replace(item, body=body)
            await telegram.wait_until(
                lambda: "Khánh thành cầu" in telegram.sent(READER)[-1].get("text", ""), timeout=30, what="the push"
            )
            push = telegram.sent(READER)[-1]
            telegram.press(READER, push["message_id"], text="Đọc toàn văn")
            (full,) = await telegram.wait_sent(READER, after=push["message_id"])
            assert all(f"Đoạn {number}." in full["text"] for number in range(4))
            assert await loa.stop() == 0
        assert "Traceback" not in loa.log
        stats = telegram.stats()
        assert (stats["violations"], stats["problems"]) == (0, {})
