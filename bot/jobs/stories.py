"""The news of the last days in outline: whether another source has told the same story."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.core.likeness import outline
from bot.core.likeness_index import LikenessIndex, Told
from bot.model import Clock, StoredItem

REMEMBERED: Final = timedelta(days=7)


class StoryBook:
    """Who told what first. Only sources that were not told to stand alone are in it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._index = LikenessIndex()

    def __len__(self) -> int:
        return len(self._index)

    def load(self, news: Iterable[StoredItem], sources: Collection[str]) -> None:
        """Take in what *sources* told within the last days."""
        self.add([stored for stored in news if stored.item.source_id in sources])

    def twins(self, news: Sequence[StoredItem]) -> dict[int, int]:
        """The first item of its story for each of *news* that another source has told."""
        found: dict[int, int] = {}
        for stored in news:
            told = self._told(stored)
            nearest = self._index.nearest(told.outline, besides=told.source_id, at=told.at)
            if nearest is not None:
                found[stored.id] = nearest[0].story
        return found

    def add(self, news: Iterable[StoredItem], twins: dict[int, int] | None = None) -> None:
        """Remember what was just told; *twins* as above."""
        now = self._clock()
        for stored in news:
            told = self._told(stored, (twins or {}).get(stored.id))
            if told.at > now - REMEMBERED:
                self._index.add(told)
        self._index.expire(now - REMEMBERED)

    def _told(self, stored: StoredItem, story: int | None = None) -> Told:
        item = stored.item
        return Told(
            item_id=stored.id,
            source_id=item.source_id,
            at=_at(stored),
            outline=outline(item.title, item.summary),
            story=story or stored.story or stored.id,
        )


def _at(stored: StoredItem) -> datetime:
    published = stored.item.published_at
    return stored.first_seen_at if published is None else min(published, stored.first_seen_at)
