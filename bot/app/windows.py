"""The windows and the clock's hand: the web page listens, and what is due to be read is read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app.guard import guarded
from bot.app.house import House
from bot.app.polling import Rounds
from bot.app.reading import opened_reader, program_version, read_once
from bot.model import PollReport, Source
from bot.web.figures import Watchman
from bot.web.metrics import Metrics
from bot.web.site import Site, open_site
from bot.web.vitals import Vitals
from bot.web.webhook import LetterBox

log = logging.getLogger(__name__)

TICK: Final = 0.25
FINISHING: Final = 2.0


@asynccontextmanager
async def opened_page(
    house: House, vitals: Vitals, metrics: Metrics, letter_box: LetterBox | None
) -> AsyncIterator[None]:
    """The web page, where the configuration has one. Raises ConfigError for an address that is in use."""
    listen = house.config.web.listen
    if listen is None:
        yield
        return
    watchman = Watchman(
        store=house.cellar.store,
        sources=tuple(house.sources.values()),
        vitals=vitals,
        clock=house.cellar.timing.clock,
        monotonic=house.cellar.timing.monotonic,
    )
    site = Site(
        watchman=watchman,
        metrics=metrics,
        version=program_version(),
        timezone=house.config.schedule.timezone,
        letter_box=letter_box,
    )
    runner = await open_site(site, listen)
    log.info("web.listening address=http://%s:%d", *listen)
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def running_clock(house: House, vitals: Vitals, metrics: Metrics) -> AsyncIterator[None]:
    """One tick that asks the store what is due, instead of a job for each source."""
    timing, ticking = house.cellar.timing, asyncio.Lock()
    async with opened_reader(house.config.fetch) as reader:

        async def read(source: Source) -> PollReport:
            return await read_once(source, reader, house.cellar)

        def done(report: PollReport) -> None:
            metrics.polled(report)
            if report.owed:
                house.delivery.wake()

        rounds = Rounds(
            house.sources,
            store=house.cellar.store,
            read=read,
            done=done,
            clock=timing.clock,
            monotonic=timing.monotonic,
        )

        async def tick() -> None:
            async with ticking:
                await guarded("tick", rounds.start_due)
            vitals.beat("schedule", timing.monotonic())

        scheduler = AsyncIOScheduler(timezone=UTC)
        scheduler.add_job(tick, "interval", seconds=TICK, max_instances=1, coalesce=True, misfire_grace_time=None)
        scheduler.start()
        try:
            yield
        finally:
            scheduler.pause()
            async with ticking:  # a tick that is cut off would be told as an accident
                scheduler.shutdown(wait=False)
            await rounds.stop(FINISHING)
