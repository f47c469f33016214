"""The call to an outside monitor: only while all is well, so that it stops when something is not."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app.house import built
from bot.app.lives import cannot_reload
from bot.app.windows import running_clock, watchman_of
from bot.chats.transport import AiohttpRequest
from bot.config import load_config
from bot.web.figures import Watchman
from bot.web.metrics import Metrics
from bot.web.ping import ping
from bot.web.vitals import LOOP_SILENT_AFTER, Vitals
from storage.store import Store
from tests.fakes import HandClock
from tests.rooms.shell.test_config import SOURCE, TOKEN


class Monitor:
    """A page that counts its visitors, and the seconds of those who are watched."""

    def __init__(self, store: Store, clock: HandClock) -> None:
        self.calls = 0
        self.status = 200
        self.seconds = 0.0
        self.vitals = Vitals(started=0.0)
        self.watchman = Watchman(
            store=store, sources=(), vitals=self.vitals, clock=clock, monotonic=lambda: self.seconds
        )
        self.address = ""

    async def answer(self, _: web.Request) -> web.Response:
        self.calls += 1
        return web.Response(status=self.status)

    async def ping(self) -> bool:
        return await ping(self.address, self.watchman)


@pytest.fixture
async def monitor(store: Store, clock: HandClock) -> AsyncIterator[Monitor]:
    monitor = Monitor(store, clock)
    application = web.Application()
    application.router.add_get("/loa", monitor.answer)
    async with TestServer(application) as server:
        monitor.address = str(server.make_url("/loa"))
        yield monitor


async def test_nobody_is_called_before_telegram_has_answered(monitor: Monitor) -> None:
    assert not await monitor.ping()
    assert monitor.calls == 0
    monitor.vitals.telegram_answers(1.0)
    assert await monitor.ping()
    assert monitor.calls == 1


async def test_nobody_is_called_while_telegram_is_out_of_reach(monitor: Monitor) -> None:
    monitor.vitals.telegram_answers(1.0)
    monitor.vitals.telegram_fails(2.0, "no route to host")
    monitor.seconds = 8.0
    assert not await monitor.ping()
    assert monitor.calls == 0


async def test_nobody_is_called_while_the_clock_stands_still(monitor: Monitor) -> None:
    monitor.vitals.beat("schedule", 1.0)
    monitor.seconds = 1.0 + LOOP_SILENT_AFTER
    monitor.vitals.telegram_answers(monitor.seconds)
    assert not await monitor.ping()
    assert monitor.calls == 0


async def test_nobody_is_called_when_the_database_is_gone(monitor: Monitor, store: Store, tmp_path: Path) -> None:
    monitor.vitals.telegram_answers(0.0)
    assert await monitor.ping()
    for file in tmp_path.glob("loa.db*"):
        file.unlink()
    assert not await monitor.ping()
    assert monitor.calls == 1


async def test_a_monitor_that_refuses_or_is_away_was_not_called(monitor: Monitor) -> None:
    monitor.vitals.telegram_answers(0.0)
    monitor.status = 500
    assert not await monitor.ping()
    assert not await ping("http://127.0.0.1:9/loa", monitor.watchman)


async def test_a_clock_that_never_comes_round_is_missed(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'{SOURCE}[storage]\nurl = "sqlite:///loa.db"\n', encoding="utf-8")
    config = load_config({"TELEGRAM_BOT_TOKEN": TOKEN}, path=tmp_path / "config.toml")
    ears, vitals = AiohttpRequest(), Vitals(started=time.monotonic())
    async with built(config, ears, cannot_reload) as house:
        metrics = Metrics(house.delivery.tally, house.cellar.store.search.latency)
        async with running_clock(house, watchman_of(house, vitals), metrics):
            assert "schedule" in vitals.beats
