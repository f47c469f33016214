"""What the pages tell, gathered once for each request, within a bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.errors import StoreError
from bot.model import Clock, Memory, Source
from bot.web.vitals import Vitals, reasons
from storage.outbox import Depth, Stuck
from storage.store import Store

DATABASE_PATIENCE = 3.0
SLOW_DELIVERY_AFTER = 120.0
MOST_STUCK = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A configured source and what the store remembers of it."""

    source: Source
    memory: Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The state of the house: `reasons` make it unwell, `warnings` do not."""

    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    depth: Depth
    edits: int = 0
    chats: int = 0
    sources: tuple[SourceView, ...] = ()
    stuck: tuple[Stuck, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchman:
    """Looks after the house: `monotonic` are the seconds in which the vitals are written."""

    store: Store
    sources: tuple[Source, ...]
    vitals: Vitals
    clock: Clock
    monotonic: Callable[[], float]

    async def ills(self) -> tuple[str, ...]:
        """Why the house is not well, without the figures; empty: it is."""
        ill = reasons(self.vitals, self.monotonic())
        try:
            async with asyncio.timeout(DATABASE_PATIENCE):
                return ill if await self.store.alive() else (*ill, "the database is gone")
        except TimeoutError:
            return (*ill, f"the database has not answered for {DATABASE_PATIENCE:.0f} s")

    async def look(self) -> Figures:
        """The figures of this moment; a database that does not answer is a reason among them."""
        ill = reasons(self.vitals, self.monotonic())
        nothing = Depth(due=0, oldest_due_at=None, sending=0)
        try:
            async with asyncio.timeout(DATABASE_PATIENCE):
                if not await self.store.alive():
                    return Figures(reasons=(*ill, "the database is gone"), depth=nothing)
                return await self._read(ill)
        except TimeoutError:
            return Figures(
                reasons=(*ill, f"the database has not answered for {DATABASE_PATIENCE:.0f} s"), depth=nothing
            )
        except StoreError as trouble:
            return Figures(reasons=(*ill, f"the database is gone: {trouble}"), depth=nothing)

    async def _read(self, ill: tuple[str, ...]) -> Figures:
        now = self.clock()
        known = {memory.source_id: memory for memory in await self.store.sources.memories()}
        views = tuple(
            SourceView(source=source, memory=known.get(source.id, Memory(source_id=source.id)))
            for source in self.sources
        )
        depth = await self.store.outbox.depth(now)
        return Figures(
            reasons=ill,
            warnings=(*_late(depth, now), *_troubled(views), *_silent(views), *await self._orphaned()),
            depth=depth,
            edits=await self.store.edits.count(),
            chats=await self.store.chats.count(),
            sources=views,
            stuck=await self.store.outbox.stuck(now, MOST_STUCK),
        )

    async def _orphaned(self) -> tuple[str, ...]:
        orphans = await self.store.sources.orphans(source.id for source in self.sources)
        return tuple(
            f"source {orphan.source_id}: configured no more, but {len(orphan.followers)} chats follow it"
            for orphan in orphans
        )


def _silent(views: tuple[SourceView, ...]) -> tuple[str, ...]:
    return tuple(
        f"source {view.source.id}: silent since {view.memory.silent_since:%Y-%m-%d}, against its habit"
        for view in views
        if view.memory.silent_since is not None and not view.memory.paused
    )


def _late(depth: Depth, now: datetime) -> tuple[str, ...]:
    if depth.oldest_due_at is None or (now - depth.oldest_due_at).total_seconds() < SLOW_DELIVERY_AFTER:
        return ()
    minutes = (now - depth.oldest_due_at).total_seconds() / 60
    return (f"{depth.due} notes are owed, the oldest for {minutes:.0f} min",)


def _troubled(views: tuple[SourceView, ...]) -> tuple[str, ...]:
    return tuple(
        f"source {view.source.id}: {view.memory.trouble.why}" for view in views if view.memory.trouble is not None
    )
