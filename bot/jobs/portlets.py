"""Beside the news: what portals say of themselves, their linked websites and albums, looked at a few times a day."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from bot.core.albums import album_items, home_of, leaders, portals_of
from bot.model import Clock, Item, Portlets, Source, Trouble
from storage.store import Store

log = logging.getLogger(__name__)

JITTER: Final = 0.2
FIRST_RETRY: Final = timedelta(hours=1)
LONGEST_RETRY: Final = timedelta(days=1)
AT_ONCE: Final = 8
"""Portals that are looked at in one turn; ten thousand of them need some hours for their first round."""
PAGES_MOST: Final = 3
"""Album pages that one look at a portal opens."""

Read: TypeAlias = Callable[[Source], Awaitable[Portlets | Trouble]]
Fill: TypeAlias = Callable[[Source, Item], Awaitable[Item]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portals:
    """Looks at the portals of *sources*: *read* gives what one says, *fill* an album with the pictures of its own page.

    Each is looked at *every* so often. *owed* is told when an album is owed to somebody.
    """

    store: Store
    sources: Mapping[str, Source]
    read: Read
    fill: Fill
    owed: Callable[[], None]
    clock: Clock
    chance: Callable[[], float]
    every: timedelta = timedelta(hours=6)
    portals: tuple[tuple[str, ...], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Once: taking ten thousand addresses apart at every look would hold up the loop.
        object.__setattr__(self, "portals", portals_of(self.sources.values()))

    async def look(self) -> int:
        """Look at the portals whose time has come; how many."""
        ids = leaders(self.portals, await self.store.portals.known())
        due = await self.store.portals.due(ids, self.clock(), AT_ONCE)
        looks = (self._look_at(self.sources[source_id]) for source_id in due)
        for outcome in await asyncio.gather(*looks, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
        return len(due)

    async def _look_at(self, source: Source) -> None:
        """Keep what the portal says and owe its new albums. Trouble is only logged: its news are read all the same."""
        # Whatever happens, even a crash: no portal is asked again and again for it.
        await self.store.portals.postpone(source.id, self._again(self._retry))
        told = await self.read(source)
        page = await self.store.portals.of(source.id)
        if isinstance(told, Trouble):
            await self.store.portals.failed(
                source.id, self._again(min(self._retry * (1 << min(page.failures, 8)), LONGEST_RETRY))
            )
            log.info("portal.trouble source=%s failures=%d why=%s", source.id, page.failures + 1, told.why)
            return
        page = replace(page, home=home_of(source.url))
        albums = await self._filled(source, album_items(told.albums, source.id, page.home))
        kept = await self.store.portals.keep(page, told, albums, now=self.clock(), next_at=self._again(self.every))
        log.info("portal.read source=%s albums=%d new=%d owed=%d", source.id, len(albums), len(kept.new), kept.owed)
        if kept.owed:
            self.owed()

    async def _filled(self, source: Source, albums: Sequence[Item]) -> tuple[Item, ...]:
        """The albums; those that are unknown, and the newest one, with the pictures of their own pages."""
        known = await self.store.items.recognise(source.id, albums)
        wanted = [place for place, item_id in enumerate(known) if place == 0 or item_id is None][:PAGES_MOST]
        filled = {place: await self.fill(source, albums[place]) for place in wanted}
        return tuple(filled.get(place, album) for place, album in enumerate(albums))

    @property
    def _retry(self) -> timedelta:
        return min(FIRST_RETRY, self.every)

    def _again(self, wait: timedelta) -> datetime:
        return self.clock() + wait * (1 + JITTER * self.chance())
