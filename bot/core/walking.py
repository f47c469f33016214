"""A walk through an archive, newest to oldest: what of a page is stored, when it is over, what is left. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import Item, Memory

LEAST_PAUSE = timedelta(milliseconds=500)
LONGEST_PAUSE = timedelta(seconds=10)
PAGES_BEYOND = 2
"""Pages in a row that lie wholly before the day where a walk is to end: lists are not always in order."""


def archived(
    items: Sequence[Item], ids: Sequence[int | None], memory: Memory, *, since: datetime | None, leading: bool
) -> tuple[Item, ...]:
    """The items of a page that belong into the archive; what the next reading of the source will bring as news stays.

    That is what is unknown while nothing known stood above it (*leading*), or dated after the last good reading. A
    source that was never read has no news yet: all of it is archive. Items before *since* are left out.
    """
    has_news = memory.baseline_at is not None
    last = memory.last_success_at

    def is_news(item: Item, known: int | None) -> bool:
        if not has_news or known is not None:
            return False
        return leading or (last is not None and item.published_at is not None and item.published_at > last)

    return tuple(
        item
        for item, known in zip(items, ids, strict=True)
        if not is_news(item, known) and not (since and item.published_at and item.published_at < since)
    )


def is_beyond(items: Sequence[Item], since: datetime | None) -> bool:
    """Whether a page lies wholly before *since*; one without a single date never does."""
    dates = [item.published_at for item in items if item.published_at]
    return since is not None and bool(dates) and max(dates) < since


def digest_of(items: Sequence[Item]) -> str:
    """The same for two pages that list the same items, whatever their addresses and their order."""
    names = sorted(item.keys[0] for item in items)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]


def pages_to_come(
    named: int | None, pages: int, newest: datetime | None, oldest: datetime | None, since: datetime | None
) -> int | None:
    """How many pages are left: what the pager *named*, or by how far *pages* reached towards *since*; None: unknown."""
    by_date = None
    if since is not None and newest is not None and oldest is not None and newest > oldest:
        by_date = max(0, round(pages * ((oldest - since) / (newest - oldest))))
    known = [left for left in (named, by_date) if left is not None]
    return min(known, default=None)


def pause_after(took: timedelta) -> timedelta:
    """How long to leave the portal in peace after a page: as long as it worked for us, within reason."""
    return min(max(LEAST_PAUSE, took), LONGEST_PAUSE)
