"""Which items of a reading are which: known ones, new ones, and those that the list names twice. Pure.

A strong key decides alone. The weak one (title, time and summary) decides only where no strong key is known, and not
against the portal's own word: two entries of one list that carry different keys of the same kind (two guids, say) are
two notices, however alike they look, unless they lead to the same address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import Item

WEAK = "same:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """One notice of a reading: the stored id (None: unknown), every key it came with, and its places in the reading.

    `sure` are the places whose strong keys name the stored item: what they say of it is the portal's own word.
    """

    item_id: int | None
    keys: tuple[str, ...]
    places: tuple[int, ...]
    sure: tuple[int, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Notice:
    """What a reading says of one notice, as far as it has been gone through."""

    item_id: int | None
    places: list[int] = field(default_factory=list)
    sure: list[int] = field(default_factory=list)
    keys: dict[str, None] = field(default_factory=dict)
    urls: set[str] = field(default_factory=set)


class _Sorting:
    """Goes through a reading and puts each item to its notice."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = known
        self._stored: dict[int, _Notice] = {}
        self._bearer: dict[str, _Notice] = {}
        self.notices: list[_Notice] = []

    def stored_notice(self, item: Item) -> _Notice | None:
        """The stored notice that the first known strong key of *item* names, whatever its later keys may name."""
        found = next((self._known[key] for key in strong(item.keys) if key in self._known), None)
        return None if found is None else self._of_stored(found)

    def notice(self, item: Item) -> _Notice:
        """The notice that *item* belongs to, a new one where it is like no other."""
        for key in strong(item.keys):
            if key in self._bearer:
                return self._bearer[key]
        for key in item.keys:
            alike = self._alike(key)
            if key.startswith(WEAK) and alike is not None and _are_one(item, alike):
                return alike
        return self._begin(None)

    def put(self, place: int, item: Item, notice: _Notice) -> None:
        """Let *item*, at *place* of the reading, speak for *notice*."""
        notice.places.append(place)
        notice.keys.update(dict.fromkeys(item.keys))
        if item.url is not None:
            notice.urls.add(item.url)
        for key in item.keys:
            self._bearer.setdefault(key, notice)

    def _alike(self, key: str) -> _Notice | None:
        if key in self._bearer:
            return self._bearer[key]
        return self._of_stored(self._known[key]) if key in self._known else None

    def _of_stored(self, item_id: int) -> _Notice:
        if item_id not in self._stored:
            self._stored[item_id] = self._begin(item_id)
        return self._stored[item_id]

    def _begin(self, item_id: int | None) -> _Notice:
        self.notices.append(_Notice(item_id=item_id))
        return self.notices[-1]


def recognise(items: Sequence[Item], known: Mapping[str, int]) -> tuple[Recognised, ...]:
    """Each notice of *items* once, in the order of its first item; *known* has the stored id of each known key."""
    sorting = _Sorting(known)
    rest: list[int] = []
    for place, item in enumerate(items):
        notice = sorting.stored_notice(item)
        if notice is None:
            rest.append(place)
        else:
            notice.sure.append(place)
            sorting.put(place, item, notice)
    for place in rest:
        sorting.put(place, items[place], sorting.notice(items[place]))
    found = [
        Recognised(
            item_id=notice.item_id,
            keys=tuple(notice.keys),
            places=tuple(sorted(notice.places)),
            sure=tuple(notice.sure),
        )
        for notice in sorting.notices
        if notice.places
    ]
    return tuple(sorted(found, key=lambda each: each.places))


def ids_in_order(items: Sequence[Item], known: Mapping[str, int]) -> tuple[int | None, ...]:
    """The stored id of each item, None for an unknown one, in the order of *items*."""
    ids: list[int | None] = [None] * len(items)
    for each in recognise(items, known):
        for place in each.places:
            ids[place] = each.item_id
    return tuple(ids)


def strong(keys: Iterable[str]) -> tuple[str, ...]:
    """The keys that decide alone."""
    return tuple(key for key in keys if not key.startswith(WEAK))


def strongest_first(keys: Iterable[str]) -> tuple[str, ...]:
    """Keys in the order of their strength: guid, id, url happen to be the alphabet's; the weak ones come last."""
    return tuple(sorted(keys, key=lambda key: (key.startswith(WEAK), key)))


def _are_one(item: Item, other: _Notice) -> bool:
    """Whether two entries that look alike are one notice."""
    kinds = {key.partition(":")[0] for key in strong(item.keys)}
    rival = any(key.partition(":")[0] in kinds for key in strong(other.keys))
    return not rival or (item.url is not None and item.url in other.urls)
