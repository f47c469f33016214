"""The clock's hand: what is due to be read is read now, many sources at once, one of a host at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from bot.app.guard import guarded
from bot.model import Clock, PollReport, Source
from storage.store import Store

log = logging.getLogger(__name__)

AT_ONCE: Final = 64
"""Readings that are young: all of them may be at work at the same time."""
YOUNG: Final = 2.0
"""Seconds after which a reading only waits for a slow portal, and so takes nobody's place."""
MOST_OPEN: Final = 400
"""Each has a connection open, and a process may have a thousand files."""
REFILL_FROM: Final = AT_ONCE // 4
"""Free places that are worth a question to the store before the next tick."""
AFTER_ACCIDENT: Final = 10.0
"""Seconds: an accident (a full disk, a defect of ours) leaves the source due, and must not become a hammer."""


class Rounds:
    """Starts a poll for each due source. *read* is the job; *done* hears of each report."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        *,
        store: Store,
        read: Callable[[Source], Awaitable[PollReport]],
        done: Callable[[PollReport], None],
        clock: Clock,
        monotonic: Callable[[], float],
    ) -> None:
        self._sources = sources
        self._store = store
        self._read = read
        self._done = done
        self._clock = clock
        self._monotonic = monotonic
        self._running: dict[str, asyncio.Task[None]] = {}
        self._since: dict[str, float] = {}
        self._hosts: set[str] = set()
        self._not_before: dict[str, float] = {}
        self._looking = asyncio.Lock()
        self._more_due = False
        self._refill: asyncio.Task[None] | None = None
        self._ending = False

    async def start_due(self) -> int:
        """Start what is due and may start; how many."""
        async with self._looking:
            free = self._free()
            if free <= 0 or not self._sources:
                return 0
            most = free + len(self._not_before)
            ids = await self._store.sources.due(self._clock(), busy=self._hosts, most=most)
            self._more_due = len(ids) == most
            started = 0
            for source_id in ids:
                if started == free or self._ending:
                    break
                started += self._start(source_id)
            return started

    async def stop(self, within: float) -> None:
        """Let open readings end for *within* seconds, then cancel them: nothing of a cancelled one is kept.

        None is started from now on.
        """
        self._ending = True
        if self._refill is not None:
            await asyncio.wait([self._refill])
        tasks = tuple(self._running.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _free(self) -> int:
        old = self._monotonic() - YOUNG
        young = sum(since > old for since in self._since.values())
        return min(AT_ONCE - young, MOST_OPEN - len(self._since))

    def _start(self, source_id: str) -> bool:
        source = self._sources.get(source_id)
        if source is None or source_id in self._running or self._monotonic() < self._not_before.get(source_id, 0.0):
            return False
        host = urlsplit(source.url).netloc
        if host in self._hosts:
            return False
        self._hosts.add(host)
        self._since[source_id] = self._monotonic()
        self._running[source_id] = asyncio.create_task(self._poll(source, host), name=f"poll {source_id}")
        return True

    async def _poll(self, source: Source, host: str) -> None:
        async def read() -> None:
            self._done(await self._read(source))
            self._not_before.pop(source.id, None)

        self._not_before[source.id] = self._monotonic() + AFTER_ACCIDENT
        try:
            await guarded(f"poll {source.id}", read)
        finally:
            self._hosts.discard(host)
            del self._running[source.id]
            del self._since[source.id]
            self._go_on()

    def _go_on(self) -> None:
        """More was due than had a place: ask again now that there are some, rather than at the next tick."""
        wanted = self._more_due and not self._ending and self._free() >= REFILL_FROM
        if wanted and (self._refill is None or self._refill.done()):
            self._more_due = False
            self._refill = asyncio.create_task(guarded("refill", self.start_due))
