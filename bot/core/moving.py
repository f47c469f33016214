"""The first reading of a source at a new address, or as another kind: what of it is known, and what is news. Pure.

There the portal may use other addresses and other guids for the same notices, and list older ones that were never seen.
Only here a date decides what is news; everywhere else the set of known keys does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.text import fold
from bot.model import Item, StoredItem

MOST_COMPARED = 300
"""How many of the newest stored items a moved list is compared with."""


def adopted(items: Sequence[Item], ids: Sequence[int | None], stored: Sequence[StoredItem]) -> tuple[Item, ...]:
    """The items; an unknown one that bears the title of exactly one stored item carries that one's keys too.

    A title that the list or the store has twice ("Thông báo") tells nothing. The adopted item brings no summary: what
    a page says of a notice in other words than a feed is no correction.
    """
    listed = Counter(fold(item.title) for item in items)
    titles = Counter(fold(each.item.title) for each in stored)
    bearers = {fold(each.item.title): each.item for each in stored}
    taken = {known for known in ids if known is not None}
    free = {fold(each.item.title) for each in stored if each.id not in taken}

    def known(item: Item) -> Item:
        title = fold(item.title)
        if title not in free or listed[title] != 1 or titles[title] != 1:
            return item
        return replace(item, keys=tuple(dict.fromkeys((*item.keys, *bearers[title].keys))), summary=None)

    return tuple(item if one is not None else known(item) for item, one in zip(items, ids, strict=True))


def is_later(item: Item, last_reading: datetime) -> bool:
    """Whether the item is dated after the last good reading at the old address; a day counts to its end."""
    if item.published_at is None:
        return False
    return item.published_at + (timedelta(days=1) if item.date_only else timedelta()) > last_reading
