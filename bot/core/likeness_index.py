"""The outlines of the last week, so that a new notice is compared with the few that may be like it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from bot.core.likeness import THRESHOLD, Outline, likeness, overlap

MOST_LOOKED_UP: Final = 600
"""Places of shingles that one question goes through, the rarest shingles first."""
LEAST_SHARED: Final = 3
MOST_COMPARED: Final = 8
TOGETHER: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice that was kept: its item's id, its source, when it came, and the first item of its story."""

    item_id: int
    source_id: str
    at: datetime
    outline: Outline
    story: int


class LikenessIndex:
    """Finds the most alike notice of another source. Notices are numbered by their items' ids."""

    def __init__(self) -> None:
        self._told: dict[int, Told] = {}
        self._bearers: dict[str, set[int]] = {}

    def __len__(self) -> int:
        return len(self._told)

    def get(self, item_id: int) -> Told | None:
        """The notice of that item, if it is in here."""
        return self._told.get(item_id)

    def add(self, told: Told) -> None:
        """Take a notice in; one of the same item makes room for it."""
        self.remove(told.item_id)
        self._told[told.item_id] = told
        for shingle in told.outline.shingles:
            self._bearers.setdefault(shingle, set()).add(told.item_id)

    def remove(self, item_id: int) -> None:
        """Let a notice go; nothing happens where it is not in here."""
        told = self._told.pop(item_id, None)
        for shingle in told.outline.shingles if told else ():
            bearers = self._bearers[shingle]
            bearers.discard(item_id)
            if not bearers:
                del self._bearers[shingle]

    def expire(self, before: datetime) -> None:
        """Let go what came earlier than *before*."""
        for item_id in [told.item_id for told in self._told.values() if told.at < before]:
            self.remove(item_id)

    def nearest(self, wanted: Outline, *, besides: str, at: datetime) -> tuple[Told, float] | None:
        """The most alike notice of a source other than *besides*, and how alike; None where none is one story.

        It was told within three days of *at*: after that the same words are another year's, or another week's.
        """
        best: tuple[Told, float] | None = None
        for told in self._candidates(wanted, besides, at):
            if overlap(wanted, told.outline) < THRESHOLD:
                continue
            alike = likeness(wanted, told.outline)
            if alike >= THRESHOLD and (best is None or alike > best[1]):
                best = told, alike
        return best

    def _candidates(self, wanted: Outline, besides: str, at: datetime) -> list[Told]:
        """Those that share the rarest shingles; what is one story shares most of all it says."""
        bearers = [found for shingle in wanted.shingles if (found := self._bearers.get(shingle))]
        bearers.sort(key=len)
        shared: Counter[int] = Counter()
        looked_up = 0
        for found in bearers:
            looked_up += len(found)
            if looked_up > MOST_LOOKED_UP and shared:
                break
            shared.update(found)
        often = [(count, item_id) for item_id, count in shared.items() if count >= LEAST_SHARED]
        often.sort(reverse=True)
        tellers = (self._told[item_id] for _, item_id in often)
        others = (told for told in tellers if told.source_id != besides and abs(told.at - at) <= TOGETHER)
        return list(islice(others, MOST_COMPARED))
