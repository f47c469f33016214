"""The windows and the clock's hand: the web page listens, and what is due is done."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app.house import House
from bot.app.polling import Rounds
from bot.app.portals import portals_in_view
from bot.app.reading import opened_fetcher, program_version, read_once
from bot.app.upkeep import TICK, Duty, duties, hub_keys
from bot.model import PollReport, Source
from bot.sources.reader import PortalReader
from bot.web.figures import Watchman
from bot.web.metrics import Metrics
from bot.web.site import Site, open_site
from bot.web.vitals import Vitals
from bot.web.webhook import LetterBox
from bot.web.websub import HubBox

log = logging.getLogger(__name__)

FINISHING: Final = 2.0
SOON: Final = timedelta(seconds=3)
"""After the start, when those who write have been answered, the slower duties have their first turn."""


def watchman_of(house: House, vitals: Vitals) -> Watchman:
    """Who looks after this house."""
    return Watchman(
        store=house.cellar.store,
        sources=tuple(house.sources.values()),
        vitals=vitals,
        clock=house.cellar.timing.clock,
        monotonic=house.cellar.timing.monotonic,
    )


@asynccontextmanager
async def opened_page(
    house: House, watchman: Watchman, metrics: Metrics, letter_box: LetterBox | None
) -> AsyncIterator[None]:
    """The web page, where the configuration has one. Raises ConfigError for an address that is in use."""
    listen = house.config.web.listen
    if listen is None:
        yield
        return
    hub_box = HubBox(store=house.cellar.store, keys=hub_keys(house), clock=house.cellar.timing.clock)
    site = Site(
        watchman=watchman,
        metrics=metrics,
        version=program_version(),
        timezone=house.config.schedule.timezone,
        letter_box=letter_box,
        hub_box=hub_box if house.config.telegram.webhook_url else None,
    )
    runner = await open_site(site, listen)
    log.info("web.listening address=http://%s:%d", *listen)
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def running_clock(house: House, watchman: Watchman, metrics: Metrics) -> AsyncIterator[None]:
    """One tick that asks the store what is due, instead of a job for each source; and the duties beside it."""
    timing = house.cellar.timing
    async with opened_fetcher(house.config.fetch) as fetcher:
        reader = PortalReader(fetcher, timing.clock, max_bytes=house.config.fetch.max_bytes)

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

        async def look() -> None:
            await rounds.start_due()
            watchman.vitals.beat("schedule", timing.monotonic())

        watchman.vitals.beat("schedule", timing.monotonic())  # one that never comes round is missed, too
        tick = Duty(name="tick", every=TICK, run=look)
        times = _at_their_times(tick, *duties(house, watchman, fetcher), now=timing.clock())
        async with portals_in_view(house, fetcher), times:
            try:
                yield
            finally:
                await rounds.stop(FINISHING)


@asynccontextmanager
async def _at_their_times(*duties: Duty, now: datetime) -> AsyncIterator[None]:
    scheduler = AsyncIOScheduler(timezone=UTC)
    for duty in duties:
        scheduler.add_job(
            duty.do,
            "interval",
            seconds=duty.every.total_seconds(),
            next_run_time=now + min(duty.every, SOON),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.pause()
        for duty in duties:
            await duty.rest()
        scheduler.shutdown(wait=False)
