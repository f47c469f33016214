"""What a list of items says between two readings: whether to read on, and what only came up from below.

What is new is decided by the set of known keys, never by a date: real portals publish backdated items.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.model import Item

MOST_PAGES = 5
"""How deep a first reading goes, and how far a later one reads on."""


def reads_on(ids: Sequence[int | None]) -> bool:
    """Whether the next page may hold news too: nothing on this one is known except what is pinned at its top.

    *ids* has the stored id of each item of the page in its order, None for an unknown one.
    """
    first_unknown = next((place for place, known in enumerate(ids) if known is None), None)
    return first_unknown is not None and all(known is None for known in ids[first_unknown:])


def resurfaced(items: Sequence[Item], ids: Sequence[int | None], listed: Sequence[int]) -> frozenset[int]:
    """The places of unknown items that only fill the room of vanished ones at the end of a list without pages.

    When a portal withdraws an item from a list of fixed length, an older one comes up from below. It is stored, but
    it is no news. *listed* has the ids of the previous reading in order. A list that runs from old to new has none.
    """
    last_known = max((place for place, known in enumerate(ids) if known is not None), default=None)
    if last_known is None or not listed or _runs_forward(items):
        return frozenset()
    present = set(ids)
    vanished = sum(known not in present for known in listed)
    tail = range(last_known + 1, len(ids))
    newcomers = sum(known is None for known in ids[:last_known])
    fillers = max(0, vanished - newcomers)
    newest_known = max(
        (i.published_at for i, known in zip(items, ids, strict=True) if known and i.published_at), default=None
    )
    return frozenset(
        place
        for place in tail[:fillers]
        if (at := items[place].published_at) is None or newest_known is None or at <= newest_known
    )


def _runs_forward(items: Sequence[Item]) -> bool:
    """Whether the dated items mostly run from old to new."""
    dated = [item.published_at for item in items if item.published_at]
    rising = sum(a < b for a, b in pairwise(dated))
    falling = sum(a > b for a, b in pairwise(dated))
    return rising > falling
