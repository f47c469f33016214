"""A notice that its portal publishes again under another id and address: the same one, with one key more.

Only where the old entry is no longer listed: two entries of one list are two notices, however alike they look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.counters import without_counters
from bot.core.text import fold
from bot.model import Item, StoredItem

MOST_COMPARED: Final = 300
"""How many of the last stored items of the source an unknown one is compared with."""
LEAST_LEAD: Final = 40
"""Letters of a lead that identify a notice."""
LEAST_TITLE: Final = 4
"""Words of a title that identify it together with a date; "Thông báo" does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Republished:
    """The items, those that are known notices with the keys of these too, and the stored id of each such item's url."""

    items: tuple[Item, ...]
    moved: Mapping[int, str] = field(default_factory=dict)


def republished(
    items: Sequence[Item], ids: Sequence[int | None], stored: Sequence[StoredItem], timezone: str
) -> Republished:
    """Recognise what is published again: the same title and date, or the same lead. *ids* are those of known items."""
    listed = {known for known in ids if known is not None}
    free = {each.id: each for each in stored if each.id not in listed and not each.recall}
    zone = ZoneInfo(timezone)
    told, moved = list(items), dict[int, str]()
    for place, item in enumerate(items):
        if ids[place] is not None or item.doubt:
            continue
        same = [each for each in free.values() if _is_same(item, each.item, zone)]
        if len(same) == 1:
            (old,) = same
            del free[old.id]
            told[place] = replace(item, keys=tuple(dict.fromkeys((*item.keys, *old.item.keys))))
            if item.url and item.url != old.item.url:
                moved[old.id] = item.url
    return Republished(items=tuple(told), moved=moved)


def _is_same(new: Item, old: Item, zone: ZoneInfo) -> bool:
    title, old_title = (fold(without_counters(each.title)) for each in (new, old))
    lead, old_lead = (fold(without_counters(each.summary or "")) for each in (new, old))
    same_title = title == old_title
    if len(lead) >= LEAST_LEAD and lead == old_lead:
        return same_title or _figures(title) == _figures(old_title)
    if not same_title or len(title.split()) < LEAST_TITLE or (lead and old_lead and lead != old_lead):
        return False
    if new.published_at is None or old.published_at is None:
        return False
    if new.date_only or old.date_only:
        return new.published_at.astimezone(zone).date() == old.published_at.astimezone(zone).date()
    return new.published_at == old.published_at


def _figures(title: str) -> frozenset[str]:
    return frozenset(word for word in title.split() if any(sign.isdigit() for sign in word))
