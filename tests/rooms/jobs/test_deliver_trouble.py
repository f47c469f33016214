"""Deliver through stops, crashes, clocks that are set and databases that cannot be written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.simulator import Fault
from tests.outlet import SOURCES, Outlet, opened_outlet


@pytest.fixture
async def outlet(tmp_path: Path) -> AsyncIterator[Outlet]:
    async with opened_outlet(tmp_path) as outlet:
        yield outlet


async def test_a_clean_stop_waits_for_open_answers_and_gives_the_rest_back(outlet: Outlet) -> None:
    await outlet.subscribe(30)
    outlet.telegram.fault(Fault(kind="latency", seconds=0.5, count=0))
    await outlet.publish()
    await outlet.start()
    await outlet.telegram.wait_call("sendMessage")
    await outlet.stop()
    sent = outlet.telegram.world.tally.accepted
    depth = await outlet.store.outbox.depth(outlet.wall())
    assert 0 < sent < 30
    assert (depth.due, depth.sending) == (30 - sent, 0)
    outlet.telegram.heal()
    await outlet.start()
    await outlet.until_settled()
    assert outlet.telegram.stats()["duplicates"] == 0


async def test_after_a_crash_all_arrive_and_only_what_was_being_sent_may_come_twice(outlet: Outlet) -> None:
    chats = await outlet.subscribe(40)
    outlet.telegram.fault(Fault(kind="latency", seconds=0.3, count=0))
    await outlet.publish()
    await outlet.start()
    await outlet.until_sent(8)
    sending = (await outlet.store.outbox.depth(outlet.wall())).sending
    await outlet.crash()
    outlet.telegram.heal()
    await outlet.start(age=0.0)
    await outlet.until_settled()
    assert all(outlet.texts(chat) for chat in chats)
    assert outlet.telegram.stats()["duplicates"] <= sending <= 32
    assert outlet.telegram.stats()["violations"] == 0


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_wall_clock_that_jumps_an_hour_stalls_nothing(outlet: Outlet, hours: int) -> None:
    (chat,) = await outlet.subscribe(1)
    await outlet.publish()
    await outlet.start()
    await outlet.until_settled()
    outlet.telegram.fault(Fault(kind="429", retry_after=2))
    await outlet.publish()
    while not any(line["verdict"] == "retry" for line in await outlet.ledger()):
        await asyncio.sleep(0.05)
    outlet.wall.ahead = timedelta(hours=hours)
    await outlet.until_sent(2)
    assert len(outlet.texts(chat)) == 2


async def test_a_database_that_cannot_be_written_loses_and_repeats_nothing_and_is_named_once(
    outlet: Outlet, caplog: pytest.LogCaptureFixture
) -> None:
    chats = await outlet.subscribe(30)
    outlet.telegram.fault(Fault(kind="latency", seconds=0.2, count=0))
    await outlet.publish()
    await outlet.start()
    await outlet.until_sent(5)
    await outlet.make_readonly("ON")
    await asyncio.sleep(0.5)
    sent = outlet.telegram.world.tally.accepted
    await asyncio.sleep(1.2)
    assert outlet.telegram.world.tally.accepted == sent < 30
    await outlet.make_readonly("OFF")
    await outlet.until_settled()
    assert [len(outlet.texts(chat)) for chat in chats] == [1] * 30
    said = [record.message.split(" ")[0] for record in caplog.records if record.message.startswith("store.")]
    assert said == ["store.unavailable", "store.available"]


async def test_it_begins_when_the_database_lets_it(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    await outlet.publish()
    await outlet.make_readonly("ON")
    await outlet.start()
    await asyncio.sleep(0.7)
    assert not outlet.texts(chat)
    await outlet.make_readonly("OFF")
    await outlet.until_settled()
    assert len(outlet.texts(chat)) == 1


async def test_a_text_that_cannot_be_written_stops_no_other(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    outlet.sources = {"tdkt": replace(SOURCES["tdkt"], timezone="Mars/Olympus")}
    await outlet.publish(title="Không viết được", published_at=outlet.wall())
    await outlet.publish(title="Viết được")
    await outlet.start()
    await outlet.until_settled()
    assert outlet.titles(chat) == ["Viết được"]
    assert [(line["verdict"], "cannot be written" in str(line["why"])) for line in await outlet.ledger()] == [
        ("cancelled", True),
        ("sent", False),
    ]
