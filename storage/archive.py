"""Items and their keys inside a transaction: what the way in, the backfill and the import have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model import Item, StoredItem
from storage.connection import Connection
from storage.recognition import recognise
from storage.rows import as_json, row_of, stored_of
from storage.search import SearchIndex
from storage.search_folding import Folded
from storage.statements import rows, statements

Origin: TypeAlias = Literal["poll", "baseline", "backfill", "import"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """An item that is not stored yet, with every key it came with and its place in the reading."""

    item: Item
    keys: tuple[str, ...]
    place: int
    seen_at: datetime | None = None
    """When another archive saw it first; None: now."""
    withdrawn_at: datetime | None = None
    folded: Folded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An item from another archive, with when that saw it first (None: it does not say) and saw it withdrawn."""

    item: Item
    seen_at: datetime | None = None
    withdrawn_at: datetime | None = None
    folded: Folded | None = None
    """Its texts as the index is told of them, where somebody has folded them already."""


class Archive:
    """Puts items on the shelf and finds them again; every verb works inside the caller's transaction."""

    def __init__(self, index: SearchIndex) -> None:
        self.index = index
        self.sql = statements("items")

    async def known(self, conn: Connection, source_id: str, items: Iterable[Item]) -> dict[str, int]:
        """The stored id of each key of *items* that the source is known to have used."""
        keys = {key: None for item in items for key in item.keys}
        found = await rows(self.sql.known_keys(conn, source_id=source_id, keys=as_json(keys)))
        return {row["key"]: row["item_id"] for row in found}

    async def add(
        self, conn: Connection, newcomers: Sequence[Newcomer], now: datetime, origin: Origin
    ) -> tuple[StoredItem, ...]:
        """Store *newcomers* with their keys and index them; gives them in the order in which they were published.

        That is the order in which they are sent: of what a reading brings at once, a list's last entry is the oldest.
        Doubtful items are held: they are known, but neither found nor owed. Nor are albums found: they are no news.
        """
        ordered = sorted(newcomers, key=lambda each: (_published(each.item, now), -each.place))
        return await self._put(conn, ordered, now, origin)

    async def _put(
        self, conn: Connection, ordered: Sequence[Newcomer], now: datetime, origin: Origin
    ) -> tuple[StoredItem, ...]:
        top: int = await self.sql.top_item_id(conn)
        stored = tuple(
            StoredItem(
                id=number,
                item=each.item,
                first_seen_at=each.seen_at or now,
                held=each.item.doubt,
                withdrawn_at=each.withdrawn_at,
            )
            for number, each in enumerate(ordered, start=top + 1)
        )
        await self.sql.insert_items(conn, [row_of(each, origin) for each in stored])
        await self.learn(
            conn, [(new.id, each.item.source_id, each.keys) for new, each in zip(stored, ordered, strict=True)]
        )
        found = [
            (each, new.folded)
            for each, new in zip(stored, ordered, strict=True)
            if not each.held and not each.item.pictures
        ]
        await self.index.add(conn, [each for each, _ in found], [folded for _, folded in found])
        return stored

    async def admit(
        self, conn: Connection, source_id: str, items: Sequence[Item], now: datetime, origin: Origin
    ) -> int:
        """Store what is unknown of *items*, in a list's order, and learn new keys of the rest; how many were new."""
        notices = recognise(items, await self.known(conn, source_id, items))
        newcomers = [
            Newcomer(item=items[each.places[0]], keys=each.keys, place=each.places[0])
            for each in notices
            if each.item_id is None
        ]
        await self.add(conn, newcomers, now, origin)
        await self.learn(conn, [(each.item_id, source_id, each.keys) for each in notices if each.item_id is not None])
        return len(newcomers)

    async def bring(self, conn: Connection, arrivals: Sequence[Arrival], now: datetime) -> int:
        """Store what is unknown of *arrivals*, each as old as it is said to be.

        They keep the order in which they come: of items of one second, the later one counts as newer, here as there.
        """
        by_source: dict[str, list[int]] = {}
        for place, arrival in enumerate(arrivals):
            by_source.setdefault(arrival.item.source_id, []).append(place)
        newcomers: list[Newcomer] = []
        for source_id, places in by_source.items():
            items = [arrivals[place].item for place in places]
            notices = recognise(items, await self.known(conn, source_id, items))
            for each in notices:
                if each.item_id is None:
                    first = places[each.places[0]]
                    newcomers.append(_newcomer(arrivals[first], each.keys, first, now))
            known = [(each.item_id, source_id, each.keys) for each in notices if each.item_id is not None]
            await self.learn(conn, known)
        await self._put(conn, sorted(newcomers, key=lambda each: each.place), now, "import")
        return len(newcomers)

    async def learn(self, conn: Connection, bearers: Iterable[tuple[int, str, tuple[str, ...]]]) -> None:
        """Remember the keys of (item, source, keys); a key that another item bears stays with that one."""
        await self.sql.learn_keys(
            conn,
            [
                {"source_id": source_id, "key": key, "item_id": item_id}
                for item_id, source_id, keys in bearers
                for key in keys
            ],
        )

    async def load(self, conn: Connection, ids: Sequence[int]) -> tuple[StoredItem, ...]:
        """The stored items of *ids*, in that order; unknown ids are left out."""
        found = {row["id"]: row for row in await rows(self.sql.items_by_id(conn, ids=as_json(ids)))}
        return tuple(stored_of(found[item_id]) for item_id in ids if item_id in found)


def _newcomer(arrival: Arrival, keys: tuple[str, ...], place: int, now: datetime) -> Newcomer:
    """Nobody has seen anything later than now: it would be the newest for ever."""
    seen_at = None if arrival.seen_at is None else min(arrival.seen_at, now)
    return Newcomer(
        item=arrival.item,
        keys=keys,
        place=place,
        seen_at=seen_at,
        withdrawn_at=arrival.withdrawn_at,
        folded=arrival.folded,
    )


def _published(item: Item, now: datetime) -> datetime:
    return now if item.published_at is None else min(item.published_at, now)
