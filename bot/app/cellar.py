"""The archive and what is kept in memory of it: the room that `run` and `poll` both begin with."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.config import Config
from bot.jobs.stories import REMEMBERED, StoryBook
from bot.jobs.terms import Timing
from bot.jobs.watching import WatchBook
from storage.sources import Follower
from storage.store import Store

log = logging.getLogger(__name__)

MOST_NAMED: Final = 10
COMMONEST: Final = 2_000
"""Words; a watch with none of them waits under a rare one anyway."""


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cellar:
    """The open archive, who watches what, and the clocks."""

    store: Store
    watches: WatchBook
    stories: StoryBook
    timing: Timing


@asynccontextmanager
async def opened_cellar(config: Config) -> AsyncIterator[Cellar]:
    """The archive, made or brought up to date, knowing every configured source. Raises StoreError."""
    timing = Timing(clock=utc_now, monotonic=time.monotonic, chance=random.random)
    store = await Store.open(config.storage.url, timezone=config.schedule.timezone)
    try:
        await store.sources.ensure(config.sources)
        for orphan in await store.sources.orphans(source.id for source in config.sources):
            log.warning(
                "source.lost id=%s followers=%d (%s): configure it, or name it in `was` of its successor",
                orphan.source_id,
                len(orphan.followers),
                ", ".join(_named(follower) for follower in orphan.followers[:MOST_NAMED]),
            )
        watches = WatchBook(timing.clock, config.schedule.timezone)
        watches.expect(await store.search.commonest(COMMONEST))
        async for some in store.watches.in_slices():
            await watches.load(some)
        stories = StoryBook(timing.clock)
        merging = frozenset(source.id for source in config.sources if source.merge)
        stories.load(await store.stories.news_since(utc_now() - REMEMBERED), merging)
        yield Cellar(store=store, watches=watches, stories=stories, timing=timing)
    finally:
        await store.close()


def _named(follower: Follower) -> str:
    """A group by its title; a person, whose name is not kept, by our number for the chat."""
    return follower.title or f"{follower.kind} chat {follower.chat_id}"
