"""Portals are looked at beside their news, slowly, until the process ends; what is cut off then is read again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from bot.app.guard import guarded
from bot.app.house import House
from bot.jobs.portlets import Portals
from bot.sources.fetch import Fetcher
from bot.sources.portal_reader import PortletReader

FIRST_LOOK: Final = 3.0
"""Seconds after the start: those who write are answered first."""
LOOK_EVERY: Final = 10.0


@asynccontextmanager
async def portals_in_view(house: House, fetcher: Fetcher) -> AsyncIterator[None]:
    """While the block runs, the portals whose time has come are looked at."""
    looking = asyncio.create_task(_look(house, fetcher), name="portals")
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.wait([looking])


async def _look(house: House, fetcher: Fetcher) -> None:
    reader, timing, every = PortletReader(fetcher), house.cellar.timing, house.config.schedule.portals
    portals = await asyncio.to_thread(  # thousands of addresses are taken apart
        Portals,
        store=house.cellar.store,
        sources=house.sources,
        read=reader.read,
        fill=reader.fill,
        owed=house.delivery.wake,
        clock=timing.clock,
        chance=timing.chance,
        every=every,
    )
    await asyncio.sleep(FIRST_LOOK)
    while True:
        await guarded("portals", portals.look)
        await asyncio.sleep(min(LOOK_EVERY, every.total_seconds()))
