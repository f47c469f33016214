"""The past: walks the archive pages of a source into the store, newest to oldest, and pushes nothing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from bot.core.listing import reads_on
from bot.core.retry import back_off
from bot.core.walking import PAGES_BEYOND, archived, digest_of, is_beyond, pages_to_come, pause_after
from bot.jobs.terms import Timing
from bot.model import Memory, Reader, Reading, Source, Trouble, TroubleKind, Walk
from storage.store import Store

log = logging.getLogger(__name__)

TRIES: Final = 4
"""Of one page, with longer and longer pauses between them."""

LONGEST_STAY: Final = timedelta(minutes=2)

Rest: TypeAlias = Callable[[float], Awaitable[object]]


class Ended(StrEnum):
    """Why a walk went no further."""

    AT_END = "at_end"
    AT_DATE = "at_date"
    AT_PAGES = "at_pages"
    CIRCLE = "circle"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A page was read: how many so far, how many are left (None: unknown), and how far back they reach."""

    pages: int
    left: int | None
    items: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfilled:
    """What a walk came to; `pages` of this run, `items` newly stored by it."""

    ended: Ended
    resumed: bool
    pages: int
    items: int
    oldest_at: datetime | None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """One run of a walk. *rest* waits for so many seconds; *told* hears of every page.

    A walk that was broken off, at whatever moment, goes on at the page that it had not written down yet.
    """

    source: Source
    reader: Reader
    store: Store
    timing: Timing
    rest: Rest
    told: Callable[[Step], None]
    since: datetime | None = None
    most_pages: int | None = None

    async def run(self) -> Backfilled:
        """Walk on to the end of the archive, to `since`, or for `most_pages`. StoreUnavailable passes through."""
        memory = await self.store.sources.memory(self.source.id)
        walk = await self.store.walks.of(self.source.id)
        resumed = walk is not None and self._goes_on(walk)
        if walk is None or not resumed:
            await self.store.walks.end(self.source.id)
            walk = Walk(source_id=self.source.id, began_url=self.source.url, since=self.since)
        first, beyond, leading = walk, 0, not resumed
        while True:
            url, begun = walk.next_page, self.timing.monotonic()
            reading = await self._insist(url, memory)
            if reading.trouble is not None:
                return await self._troubled(reading.trouble, first, walk, resumed=resumed)
            listed = digest_of(reading.items)
            if await self.store.walks.was_there(self.source.id, url or self.source.url, listed):
                return await self._end(Ended.CIRCLE, first, walk, resumed=resumed)
            ids = await self.store.items.recognise(self.source.id, reading.items)
            items = archived(reading.items, ids, memory, since=self.since, leading=leading)
            leading = leading and reads_on(ids)
            walk = await self.store.walks.keep(
                _behind(walk, reading), url or self.source.url, listed, items, self.timing.clock()
            )
            self.told(self._step(walk, reading, walk.pages - first.pages))
            beyond = beyond + 1 if is_beyond(reading.items, self.since) else 0
            if (ended := self._over(walk, beyond, walk.pages - first.pages)) is not None:
                return await self._end(ended, first, walk, resumed=resumed)
            await self.rest(pause_after(timedelta(seconds=self.timing.monotonic() - begun)).total_seconds())

    def _goes_on(self, walk: Walk) -> bool:
        """Whether this run may go on where *walk* was: it began here, and left nothing out that is wanted now."""
        if walk.began_url != self.source.url:
            return False
        return walk.since is None or (self.since is not None and self.since >= walk.since)

    def _over(self, walk: Walk, beyond: int, pages: int) -> Ended | None:
        if not walk.next_page:
            return Ended.AT_END
        if beyond >= PAGES_BEYOND:
            return Ended.AT_DATE
        return Ended.AT_PAGES if self.most_pages is not None and pages >= self.most_pages else None

    async def _insist(self, url: str, memory: Memory) -> Reading:
        """The page, asked for again where the portal is out of order.

        Where a list announces a feed, the list has the further pages: what stands at the address itself is read.
        """
        place = replace(self.source, kind="page") if self.source.kind == "auto" else self.source
        tries = 1
        while True:
            if url:
                reading = await self.reader.read_page(place, memory, url)
            else:
                reading = await self.reader.read(place, Memory(source_id=place.id, hosts=memory.hosts))
            if reading.trouble is None or tries == TRIES or not _may_pass(reading.trouble):
                return reading
            log.warning("backfill.again source=%s try=%d why=%s", self.source.id, tries, reading.trouble.why)
            asked = reading.trouble.retry_after or timedelta()
            await self.rest(max(back_off(tries, self.timing.chance()), asked).total_seconds())
            tries += 1

    def _step(self, walk: Walk, reading: Reading, pages: int) -> Step:
        left = pages_to_come(reading.pages_left, walk.pages, walk.newest_at, walk.oldest_at, self.since)
        if not walk.next_page:
            left = 0
        elif self.most_pages is not None:
            allowed = self.most_pages - pages
            left = allowed if left is None else min(left, allowed)
        return Step(pages=walk.pages, left=left, items=walk.items, oldest_at=walk.oldest_at)

    async def _troubled(self, trouble: Trouble, first: Walk, walk: Walk, *, resumed: bool) -> Backfilled:
        """A pager whose last link leads to nothing ends there; any other trouble breaks the walk off."""
        if walk.pages and (trouble.kind is TroubleKind.EMPTY or trouble.status in (404, 410)):
            log.info("backfill.nothing_there source=%s url=%s why=%s", self.source.id, walk.next_page, trouble.why)
            return await self._end(Ended.AT_END, first, walk, resumed=resumed)
        return replace(self._report(Ended.TROUBLE, first, walk, resumed=resumed), trouble=trouble)

    async def _end(self, ended: Ended, first: Walk, walk: Walk, *, resumed: bool) -> Backfilled:
        if ended is not Ended.AT_PAGES:
            await self.store.walks.end(self.source.id)
        return self._report(ended, first, walk, resumed=resumed)

    def _report(self, ended: Ended, first: Walk, walk: Walk, *, resumed: bool) -> Backfilled:
        return Backfilled(
            ended=ended,
            resumed=resumed,
            pages=walk.pages - first.pages,
            items=walk.items - first.items,
            oldest_at=walk.oldest_at,
        )


def _behind(walk: Walk, reading: Reading) -> Walk:
    """The walk as it is once the page is written down."""
    dates = [item.published_at for item in reading.items if item.published_at]
    return replace(
        walk,
        next_page=reading.next_page or "",
        pages=walk.pages + 1,
        newest_at=max((*dates, *([walk.newest_at] if walk.newest_at else ())), default=None),
        oldest_at=min((*dates, *([walk.oldest_at] if walk.oldest_at else ())), default=None),
    )


def _may_pass(trouble: Trouble) -> bool:
    """Whether it is worth to stay and ask again; who is sent away for long comes back with the next run."""
    if trouble.retry_after is not None and trouble.retry_after > LONGEST_STAY:
        return False
    return trouble.kind in (TroubleKind.TIMEOUT, TroubleKind.UNREACHABLE) or (trouble.status or 0) >= 429
