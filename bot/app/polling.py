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
AFTER_ACCIDENT: Final = 30.0
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
        self._hosts: set[str] = set()
        self._not_before: dict[str, float] = {}

    async def start_due(self) -> int:
        """Start what is due and may start; how many."""
        free = AT_ONCE - len(self._running)
        idle = tuple(source_id for source_id in self._sources if source_id not in self._running)
        if free <= 0 or not idle:
            return 0
        started = 0
        for source_id in await self._store.sources.due(self._clock(), idle):
            if started == free:
                break
            started += self._start(self._sources[source_id])
        return started

    async def stop(self, within: float) -> None:
        """Let open readings end for *within* seconds, then cancel them: nothing of a cancelled one is kept."""
        tasks = tuple(self._running.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _start(self, source: Source) -> bool:
        host = urlsplit(source.url).netloc
        if host in self._hosts or self._monotonic() < self._not_before.get(source.id, 0.0):
            return False
        self._hosts.add(host)
        self._running[source.id] = asyncio.create_task(self._poll(source, host), name=f"poll {source.id}")
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
