"""Sources that change, fall silent or are configured no more: nothing is repeated, nobody lost, operators see it."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Self

import pytest
from aiohttp import web

from bot.simulator import PretendTelegram
from tests.journeys.house import Loa

OPERATOR, PERSON = 1001, 5001


@dataclass
class Portal:
    """A portal whose feed changes its place and its manners."""

    titles: list[str] = field(default_factory=lambda: ["Khánh thành cầu dân sinh xã vùng cao"])
    guids: bool = True
    moved: bool = False
    gone: bool = False
    every: timedelta = timedelta(hours=1)
    newest_at: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=1))
    agents: set[str] = field(default_factory=set)
    url: str = ""

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._answer))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.agents.add(request.headers.get("User-Agent", ""))
        if request.path == "/rss" and self.gone:
            return web.Response(status=404)
        if request.path == "/rss" and self.moved:
            return web.Response(status=301, headers={"Location": "/moi/tin.xml"})
        if request.path in ("/rss", "/moi/tin.xml"):
            return web.Response(text=self._feed(), content_type="application/rss+xml")
        if request.path == "/tin-tuc":
            return web.Response(text=self._page(), content_type="text/html")
        return web.Response(status=404)

    def _feed(self) -> str:
        items = "".join(
            f"<item><title>{title}</title><link>{self.url}/tin/{self._slug(n)}.html</link>"
            f"{self._guid(n)}"
            f"<pubDate>{format_datetime(self.newest_at - self.every * (len(self.titles) - n))}</pubDate></item>"
            for n, title in reversed(list(enumerate(self.titles, 1)))
        )
        return f'<rss version="2.0"><channel><title>Tin</title><link>{self.url}/</link>{items}</channel></rss>'

    def _page(self) -> str:
        items = "".join(
            f'<li class="tin"><h3><a href="/tin/{self._slug(n)}.html">{title}</a></h3>'
            f"<span>{self.newest_at - self.every * (len(self.titles) - n):%d/%m/%Y %H:%M}</span></li>"
            for n, title in reversed(list(enumerate(self.titles, 1)))
        )
        return f"<!doctype html><html><body><h1>Tin tức</h1><ul>{items}</ul></body></html>"

    def _guid(self, number: int) -> str:
        return f'<guid isPermaLink="false">tin_{number}</guid>' if self.guids else ""

    def _slug(self, number: int) -> str:
        return f"ban-tin-cua-cong-{1000 + number}"


@pytest.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as pretended:
        yield pretended


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with Portal() as pretended:
        yield pretended


def house(folder: Path, telegram: PretendTelegram, source: dict[str, object], **more: object) -> Loa:
    return Loa(folder=folder, api_root=telegram.url, token=telegram.token, sources=[source], **more)  # type: ignore[arg-type]


async def until(loa: Loa, logged: str, times: int = 1) -> None:
    async with asyncio.timeout(30):
        while loa.log.count(logged) < times:
            await asyncio.sleep(0.1)


def said_to(telegram: PretendTelegram, chat: int) -> str:
    return "\n".join(message.get("text", "") for message in telegram.sent(chat))


async def arrives(telegram: PretendTelegram, title: str) -> None:
    await telegram.wait_until(lambda: title in said_to(telegram, PERSON), timeout=30, what=title)


async def follow(telegram: PretendTelegram, loa: Loa) -> None:
    await telegram.wait_listening()
    await telegram.ask(PERSON, "/start")
    await telegram.ask(PERSON, "/dangky")
    await until(loa, "poll.done")


async def nothing_came_twice(telegram: PretendTelegram, portal: Portal) -> None:
    """After some more readings, what was there before is pushed never, what came since once."""
    await asyncio.sleep(3)
    said = said_to(telegram, PERSON)
    assert [said.count(title) for title in portal.titles] == [0, *(1 for _ in portal.titles[1:])]


async def test_a_feed_that_moves_for_good_is_followed_and_its_old_place_may_go(
    tmp_path: Path, telegram: PretendTelegram, portal: Portal
) -> None:
    async with house(tmp_path, telegram, {"url": f"{portal.url}/rss"}) as loa:
        await follow(telegram, loa)
        portal.moved = True
        portal.titles.append("Tin đầu tiên ở nhà mới của cổng")
        await arrives(telegram, portal.titles[-1])
        portal.gone = True
        portal.titles.append("Tin thứ hai, khi nhà cũ không còn")
        await arrives(telegram, portal.titles[-1])
        assert await loa.stop() == 0
        await loa.start()
        portal.titles.append("Tin thứ ba, sau khi khởi động lại")
        await arrives(telegram, portal.titles[-1])
        await nothing_came_twice(telegram, portal)


async def test_a_feed_that_gains_guids_repeats_nothing(
    tmp_path: Path, telegram: PretendTelegram, portal: Portal
) -> None:
    portal.guids = False
    async with house(tmp_path, telegram, {"url": f"{portal.url}/rss"}) as loa:
        await follow(telegram, loa)
        portal.titles.append("Tin cuối cùng không có mã riêng")
        await arrives(telegram, portal.titles[-1])
        portal.guids = True
        portal.titles.append("Tin đầu tiên có mã riêng của nó")
        await arrives(telegram, portal.titles[-1])
        await nothing_came_twice(telegram, portal)


async def test_a_source_whose_kind_changes_repeats_nothing(
    tmp_path: Path, telegram: PretendTelegram, portal: Portal
) -> None:
    async with house(tmp_path, telegram, {"url": f"{portal.url}/rss", "kind": "feed"}) as loa:
        await follow(telegram, loa)
        portal.titles += ["Tin thứ hai của nguồn này", "Tin thứ ba của nguồn này", "Tin thứ tư của nguồn này"]
        for title in portal.titles[1:]:
            await arrives(telegram, title)
        for step, (place, kind) in enumerate([("/tin-tuc", "page"), ("/rss", "feed")], 1):
            loa.sources = [{"url": portal.url + place, "kind": kind}]
            loa.configure()
            readings = loa.log.count("poll.done source=tdkt")
            assert loa.process is not None
            loa.process.send_signal(signal.SIGHUP)
            await until(loa, "reload.taken_on", step)
            await until(loa, "poll.done source=tdkt", readings + 1)
            portal.titles.append(f"Tin mới khi đọc theo kiểu {kind} lần này")
            await arrives(telegram, portal.titles[-1])
        await nothing_came_twice(telegram, portal)


async def test_an_unusual_silence_is_shown_wherever_somebody_looks(
    tmp_path: Path, telegram: PretendTelegram, portal: Portal
) -> None:
    portal.titles = [f"Bản tin hằng tuần số {number} của cổng" for number in range(1, 13)]
    portal.every, portal.newest_at = timedelta(weeks=1), datetime.now(UTC) - timedelta(days=200)
    loa = house(tmp_path, telegram, {"url": f"{portal.url}/rss"}, tables={"fetch": {"contact": "tin@coquan.example"}})
    assert (await loa.run("poll")).code == 0
    async with loa:
        await telegram.wait_listening()
        await until(loa, "source.silence")
        for chat in (OPERATOR, PERSON):
            assert "Im lặng lâu hơn thường lệ" in (await telegram.ask(chat, "/nguon"))[0]["text"]
        assert "Im lặng khác thường" in (await loa.page("/"))[1]
        health = json.loads((await loa.page("/health"))[1])
        assert health["status"] == "ok"
        assert "against its habit" in health["warnings"][0]
        checked = await loa.run("check")
        assert (checked.code, "note\ttdkt\tnothing new since" in checked.out) == (0, True), checked
    assert all("+tin@coquan.example" in agent for agent in portal.agents)


async def test_a_source_that_is_configured_no_more_is_shown_with_its_followers(
    tmp_path: Path, telegram: PretendTelegram, portal: Portal
) -> None:
    async with house(tmp_path, telegram, {"url": f"{portal.url}/rss", "id": "cu"}) as loa:
        await follow(telegram, loa)
        loa.sources = [{"url": f"{portal.url}/rss", "id": "moi"}]
        loa.configure()
        assert loa.process is not None
        loa.process.send_signal(signal.SIGHUP)
        await until(loa, "source.lost id=cu followers=1")
        await until(loa, "reload.taken_on")
        for command in ("/nguon", "/status"):
            answers = await telegram.ask(OPERATOR, command)
            assert any("cu: không còn trong cấu hình" in answer["text"] for answer in answers), command
        assert "không còn trong cấu hình" not in (await telegram.ask(PERSON, "/nguon"))[0]["text"]
        assert "source cu: configured no more, but 1 chats follow it" in (await loa.page("/"))[1]
        checked = await loa.run("check")
        assert "note\tcu\t1 chats follow it" in checked.out
        loa.sources = [{"url": f"{portal.url}/rss", "id": "moi", "was": "cu"}]
        loa.configure()
        assert "note\tcu" not in (await loa.run("check")).out
        loa.process.send_signal(signal.SIGHUP)
        await until(loa, "reload.taken_on", 2)
        portal.titles.append("Tin cho người theo dõi từ trước")
        await arrives(telegram, portal.titles[-1])
        assert "configured no more" not in (await loa.page("/"))[1]
        await nothing_came_twice(telegram, portal)
