"""The archive, as its readers see it: what is newest, what is held, all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from bot.model import Item, StoredItem
from storage.archive import Archive, Arrival, Origin
from storage.database import Database
from storage.recognition import ids_in_order
from storage.rows import as_json, stored_of
from storage.statements import rows

PAGE = 500
"""Items that an export reads at once; between two pages the connection is free for others."""


class Items:
    """The shelf of items."""

    def __init__(self, db: Database, archive: Archive) -> None:
        self._db = db
        self._archive = archive
        self._sql = archive.sql

    async def recognise(self, source_id: str, items: Sequence[Item]) -> tuple[int | None, ...]:
        """The stored id of each item in order, None for an unknown one; a strong key decides before a weak one."""
        async with self._db.read() as conn:
            known = await self._archive.known(conn, source_id, items)
        return ids_in_order(items, known)

    async def newest(self, limit: int, sources: Sequence[str] = (), offset: int = 0) -> tuple[StoredItem, ...]:
        """The newest items by publication, of *sources* or (empty) of all; without those held or withdrawn."""
        async with self._db.read() as conn:
            found = await rows(
                self._sql.newest_of(conn, sources=as_json(sources), most=limit, offset=offset)
                if sources
                else self._sql.newest(conn, most=limit, offset=offset)
            )
        return tuple(stored_of(row) for row in found)

    async def get(self, item_id: int) -> StoredItem | None:
        """One item, held ones too."""
        return next(iter(await self.many([item_id])), None)

    async def many(self, ids: Sequence[int]) -> tuple[StoredItem, ...]:
        """The items of *ids* in that order; unknown ids are left out."""
        async with self._db.read() as conn:
            return await self._archive.load(conn, ids)

    async def held(self) -> tuple[StoredItem, ...]:
        """What waits for an operator, oldest first."""
        async with self._db.read() as conn:
            found = await rows(self._sql.held_items(conn))
        return tuple(stored_of(row) for row in found)

    async def drop_held(self, item_id: int) -> bool:
        """Let a held item go for good: it stays known, so that it never comes again. False: nothing was held."""
        async with self._db.write() as conn:
            return bool(await self._sql.drop_held(conn, id=item_id))

    async def count(self) -> int:
        """How many items are stored."""
        async with self._db.read() as conn:
            number: int = await self._sql.count_items(conn)
        return number

    async def export(self) -> AsyncIterator[StoredItem]:
        """Every item, in the order of the ids."""
        last = 0
        while True:
            async with self._db.read() as conn:
                page = await rows(self._sql.items_after(conn, id=last, most=PAGE))
            for row in page:
                yield stored_of(row)
            if len(page) < PAGE:
                return
            last = page[-1]["id"]

    async def add_archive(self, source_id: str, items: Sequence[Item], now: datetime, origin: Origin) -> int:
        """Store what is unknown of *items* without owing it to anybody; gives how many that were."""
        async with self._db.write() as conn:
            return await self._archive.admit(conn, source_id, items, now, origin)

    async def bring(self, arrivals: Sequence[Arrival], now: datetime) -> int:
        """Store what is unknown of another archive's items, as old as they were there; gives how many that were."""
        async with self._db.write() as conn:
            return await self._archive.bring(conn, arrivals, now)
