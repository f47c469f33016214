"""The clock's hand and the web page: what starts when Telegram already listens, for it takes its time to import."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app.guard import guarded
from bot.app.house import House, program_version
from bot.app.listening import Payload
from bot.app.polling import Rounds
from bot.app.presence import Doorway
from bot.model import PollReport
from bot.web.figures import Watchman
from bot.web.metrics import Metrics
from bot.web.site import Site, open_site
from bot.web.vitals import Vitals
from bot.web.webhook import LetterBox

log = logging.getLogger(__name__)

TICK: Final = 0.25
FINISHING: Final = 2.0


@asynccontextmanager
async def opened_windows(
    house: House, vitals: Vitals, take: Callable[[Payload], Awaitable[None]], door: Doorway | None
) -> AsyncIterator[None]:
    """The page listens and the sources are read, while the block runs. Raises ConfigError for an address in use."""
    metrics = Metrics(house.delivery.tally)
    async with AsyncExitStack() as open_now:
        if (listen := house.config.web.listen) is not None:
            letter_box = LetterBox(path=door.path, secret=door.secret, take=take) if door is not None else None
            site = Site(
                watchman=Watchman(
                    store=house.store,
                    sources=tuple(house.sources.values()),
                    vitals=vitals,
                    clock=house.timing.clock,
                    monotonic=house.timing.monotonic,
                ),
                metrics=metrics,
                version=program_version(),
                timezone=house.config.schedule.timezone,
                letter_box=letter_box,
            )
            runner = await open_site(site, listen)
            open_now.push_async_callback(runner.cleanup)
            log.info("web.listening address=http://%s:%d", *listen)
        _start_clock(house, vitals, metrics, open_now)
        yield


def _start_clock(house: House, vitals: Vitals, metrics: Metrics, open_now: AsyncExitStack) -> None:
    """One tick that asks the store what is due, instead of a job for each source."""

    def done(report: PollReport) -> None:
        metrics.polled(report)
        if report.owed:
            house.delivery.wake()

    rounds = Rounds(
        house.sources,
        store=house.store,
        read=house.read,
        done=done,
        clock=house.timing.clock,
        monotonic=house.timing.monotonic,
    )
    open_now.push_async_callback(rounds.stop, FINISHING)
    ticking = asyncio.Lock()

    async def tick() -> None:
        async with ticking:
            await guarded("tick", rounds.start_due)
        vitals.beat("schedule", house.timing.monotonic())

    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(tick, "interval", seconds=TICK, max_instances=1, coalesce=True, misfire_grace_time=None)
    scheduler.start()

    async def stop() -> None:
        scheduler.pause()
        async with ticking:  # a tick that is cut off would be told as an accident
            scheduler.shutdown(wait=False)

    open_now.push_async_callback(stop)
