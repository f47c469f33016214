"""The clock's hand: what is started, what waits, and what an accident costs."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.app.guard import guarded
from bot.app.loops import Loops
from bot.app.polling import AFTER_ACCIDENT, AT_ONCE, YOUNG, Rounds
from bot.errors import StoreUnavailable, TokenRefused
from bot.model import PollReport, Source
from storage.store import Store
from tests.fakes import HandClock


class Reading:
    """Readings that last until they are let go; each puts the next one off by an hour."""

    def __init__(self, store: Store, clock: HandClock) -> None:
        self.store = store
        self.clock = clock
        self.open: list[str] = []
        self.go = asyncio.Event()
        self.error: Exception | None = None
        self.reports: list[str] = []

    async def read(self, source: Source) -> PollReport:
        self.open.append(source.id)
        if self.error is not None:
            raise self.error
        await self.go.wait()
        async with self.store.poll(source.id, self.clock()) as tx:
            await tx.schedule(self.clock() + timedelta(hours=1))
        return PollReport(source_id=source.id)

    def done(self, report: PollReport) -> None:
        self.reports.append(report.source_id)


def sources(*places: str) -> dict[str, Source]:
    return {f"s{n}": Source(id=f"s{n}", title="", url=f"https://{place}/rss") for n, place in enumerate(places, 1)}


class Machine:
    """Rounds over a real store, with seconds moved by hand."""

    def __init__(self, store: Store, clock: HandClock, known: dict[str, Source]) -> None:
        self.seconds = 0.0
        self.over = 0
        self.reading = Reading(store, clock)
        self.rounds = Rounds(
            known,
            store=store,
            read=self._read,
            done=self.reading.done,
            clock=clock,
            monotonic=lambda: self.seconds,
        )

    async def tick(self) -> int:
        started = await self.rounds.start_due()
        await asyncio.sleep(0)
        return started

    async def until_over(self, readings: int) -> None:
        """Wait until so many readings have ended, in whatever way."""
        async with asyncio.timeout(10):
            while self.over < readings:
                await asyncio.sleep(0.01)

    async def _read(self, source: Source) -> PollReport:
        try:
            return await self.reading.read(source)
        finally:
            asyncio.get_running_loop().call_later(0.01, self._count)  # once Rounds has seen it end

    def _count(self) -> None:
        self.over += 1


@pytest.fixture
async def settled(store: Store) -> Store:
    await store.sources.ensure(list(sources("a.example", "a.example", "b.example").values()))
    return store


async def test_one_source_of_a_host_is_read_at_a_time(settled: Store, clock: HandClock) -> None:
    machine = Machine(settled, clock, sources("a.example", "a.example", "b.example"))
    assert await machine.tick() == 2
    assert await machine.tick() == 0
    machine.reading.go.set()
    await machine.until_over(2)
    assert await machine.tick() == 1
    await machine.rounds.stop(1.0)
    assert set(machine.reading.reports) == {"s1", "s2", "s3"}


async def test_a_slow_host_keeps_nobody_else_waiting(settled: Store, clock: HandClock) -> None:
    places = [f"h{n}.example" for n in range(AT_ONCE + 5)]
    known = sources(*places)
    await settled.sources.ensure(list(known.values()))
    machine = Machine(settled, clock, known)
    assert await machine.tick() == AT_ONCE
    await machine.rounds.stop(0.0)
    assert machine.reading.reports == []


async def test_readings_that_only_wait_for_slow_portals_take_nobodys_place(store: Store, clock: HandClock) -> None:
    known = sources(*(f"slow{number}.example" for number in range(AT_ONCE)), "quick.example")
    await store.sources.ensure(list(known.values()))
    machine = Machine(store, clock, known)
    assert await machine.rounds.start_due() == AT_ONCE
    assert await machine.rounds.start_due() == 0
    machine.seconds += YOUNG + 0.1
    assert await machine.rounds.start_due() == 1
    machine.reading.go.set()
    await machine.rounds.stop(5)
    assert len(machine.reading.reports) == AT_ONCE + 1


async def test_who_ends_in_the_middle_of_a_round_starts_nothing_more(store: Store, clock: HandClock) -> None:
    known = sources(*(f"h{number}.example" for number in range(5 * AT_ONCE)))
    await store.sources.ensure(list(known.values()))
    machine = Machine(store, clock, known)
    assert await machine.tick() == AT_ONCE
    machine.reading.go.set()
    await machine.until_over(1)  # the places that become free are being taken again
    await machine.rounds.stop(5)
    begun = len(machine.reading.open)
    assert begun < 5 * AT_ONCE
    assert await machine.tick() == 0
    await asyncio.sleep(0.3)
    assert len(machine.reading.open) == begun
    assert len(machine.reading.reports) == begun


async def test_an_accident_is_told_and_not_repeated_at_every_tick(
    settled: Store, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    machine = Machine(settled, clock, sources("a.example"))
    machine.reading.error = ZeroDivisionError("a defect")
    assert await machine.tick() == 1
    await machine.until_over(1)
    assert "job.failed job=poll s1" in caplog.text
    assert await machine.tick() == 0
    machine.seconds = AFTER_ACCIDENT
    assert await machine.tick() == 1


async def test_a_store_that_refuses_is_the_stores_to_tell_and_the_reading_comes_again(
    settled: Store, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    machine = Machine(settled, clock, sources("a.example"))
    machine.reading.error = StoreUnavailable("the disk is full")
    assert await machine.tick() == 1
    await machine.until_over(1)
    assert await machine.tick() == 0
    machine.seconds = AFTER_ACCIDENT
    assert await machine.tick() == 1
    await machine.rounds.stop(1.0)
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG]


async def test_the_guard_lets_cancellation_pass() -> None:
    async def forever() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(guarded("job", forever))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_loop_that_fails_ends_the_life_of_all() -> None:
    async def fail() -> None:
        raise TokenRefused("no")

    loops, forever = Loops(), asyncio.Event()
    loops.start("waits", _wait(forever))
    loops.start("fails", fail())
    with pytest.raises(TokenRefused):
        await asyncio.wait_for(loops.until(asyncio.Event()), 5)
    loops.ask_to_end()
    await asyncio.wait_for(loops.ended(), 5)


async def test_a_loop_that_is_done_ends_nothing_and_one_may_be_asked_to_end_in_its_own_way() -> None:
    loops, stop, finish = Loops(), asyncio.Event(), asyncio.Event()
    loops.start("done at once", asyncio.sleep(0))
    loops.start("finishes", _wait(finish), end=finish.set)
    asyncio.get_running_loop().call_soon(stop.set)
    await asyncio.wait_for(loops.until(stop), 5)
    assert not finish.is_set()
    loops.ask_to_end()
    await asyncio.wait_for(loops.ended(), 5)
    assert finish.is_set()


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
