"""The saved queries in memory, changed at once and asked for every new item."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.document import FoldedDocument, fold_document
from bot.core.query import Query, parse
from bot.core.watches import WatchIndex
from bot.model import Clock, Item, Watch

log = logging.getLogger(__name__)

AT_ONCE: Final = 50
"""Watches that are read before the loop breathes: for about two hundredths of a second."""


class WatchBook:
    """Who watches what. *clock* and *timezone* say what a day in a query means."""

    def __init__(self, clock: Clock, timezone: str) -> None:
        self._clock = clock
        self._zone = ZoneInfo(timezone)
        self._seen: Counter[str] = Counter()
        self._index = WatchIndex(self._seen)
        self._watches: dict[int, Watch] = {}

    def __len__(self) -> int:
        return len(self._watches)

    def expect(self, seen: Mapping[str, int]) -> None:
        """Learn which words are common; before the watches come, for each waits under its rarest word."""
        self._seen.update(seen)

    async def load(self, watches: Iterable[Watch]) -> None:
        """Take saved watches; the loop breathes meanwhile."""
        for number, watch in enumerate(watches, 1):
            self.add(watch)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)

    def add(self, watch: Watch) -> None:
        """Ask this query for every item from now on."""
        query = self._read(watch)
        if query is not None:
            self._watches[watch.id] = watch
            self._index.add(watch.id, query, watch.sources)

    def remove(self, watch_id: int) -> None:
        """Ask it no more; nothing happens where it is not known."""
        self._watches.pop(watch_id, None)
        self._index.remove(watch_id)

    async def wanting(self, items: Sequence[Item]) -> dict[tuple[str, ...], tuple[Watch, ...]]:
        """The watches that each item matches, by the item's keys; the loop breathes between two items."""
        hits: dict[tuple[str, ...], tuple[Watch, ...]] = {}
        if not self._watches:
            return hits
        for item in items:
            found = self._index.match(self._fold(item))
            if found:
                hits[item.keys] = tuple(self._watches[watch_id] for watch_id in found)
            await asyncio.sleep(0)
        return hits

    def _fold(self, item: Item) -> FoldedDocument:
        now = self._clock()
        at = item.published_at if item.published_at and item.published_at <= now else now
        return fold_document(source=item.source_id, at=at, title=item.title, summary=item.summary, body=item.body)

    def _read(self, watch: Watch) -> Query | None:
        """The query as it was meant when it was saved: its days count from then."""
        query = parse(watch.query, watch.since.astimezone(self._zone))
        if isinstance(query, Query):
            return query
        log.warning("watch.unreadable id=%d kind=%s", watch.id, query.kind)
        return None
