"""A notice that its portal publishes again under another id and address: the same one, with one key more.

Only where the old entry is no longer listed: two entries of one list are two notices, however alike they look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import timedelta
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
NEAR: Final = timedelta(days=7)
"""What is published again later, under the same words, is the next one of its kind."""
LEAST_SHARED: Final = 2
"""Words that two titles over one lead have in common, where they are one notice."""


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
    unknown = [item for item, known in zip(items, ids, strict=True) if known is None]
    common = _common_leads(unknown) | _common_leads([each.item for each in stored])
    free = {each.id: each for each in stored if each.id not in listed and not each.recall}
    zone = ZoneInfo(timezone)
    told, moved = list(items), dict[int, str]()
    for place, item in enumerate(items):
        if ids[place] is not None or item.doubt:
            continue
        same = [each for each in free.values() if _is_same(item, each.item, zone, common)]
        if len(same) == 1:
            (old,) = same
            del free[old.id]
            told[place] = replace(item, keys=tuple(dict.fromkeys((*item.keys, *old.item.keys))))
            if item.url and item.url != old.item.url:
                moved[old.id] = item.url
    return Republished(items=tuple(told), moved=moved)


def _is_same(new: Item, old: Item, zone: ZoneInfo, common: Set[str]) -> bool:
    title, old_title, lead, old_lead = _title(new), _title(old), _lead(new), _lead(old)
    same_title = title == old_title
    if len(lead) >= LEAST_LEAD and lead == old_lead and (same_title or lead not in common) and _is_near(new, old):
        return same_title or _is_reworded(title, old_title)
    if not same_title or len(title.split()) < LEAST_TITLE or (lead and old_lead and lead != old_lead):
        return False
    if new.published_at is None or old.published_at is None:
        return False
    if new.date_only or old.date_only:
        return new.published_at.astimezone(zone).date() == old.published_at.astimezone(zone).date()
    return new.published_at == old.published_at


def _title(item: Item) -> str:
    return fold(without_counters(item.title))


def _lead(item: Item) -> str:
    return fold(without_counters(item.summary or ""))


def _common_leads(items: Iterable[Item]) -> frozenset[str]:
    """Leads of several notices: "Nội dung đang được cập nhật" identifies none."""
    told = Counter(lead for lead, _ in {(_lead(item), _title(item)) for item in items if item.summary})
    return frozenset(lead for lead, times in told.items() if times > 1)


def _is_near(new: Item, old: Item) -> bool:
    """Whether their dates, where both have one, do not part them: "Lịch tiếp công dân" has one lead every month."""
    if new.published_at is None or old.published_at is None:
        return True
    return abs(new.published_at - old.published_at) <= NEAR


def _is_reworded(title: str, other: str) -> bool:
    """Whether two titles may be one in other words: they have words in common, and the same figures."""
    shared = set(title.split()) & set(other.split())
    return len(shared) >= LEAST_SHARED and _figures(title) == _figures(other)


def _figures(title: str) -> frozenset[str]:
    return frozenset(word for word in title.split() if any(sign.isdigit() for sign in word))
