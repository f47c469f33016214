"""Items that a list has left out, and those that their portal has withdrawn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.core.withdrawal import FIRST_LOOK, MOST_LOOKS, left_out
from bot.model import StoredItem
from storage.archive import Archive
from storage.chat_changes import ChatChanges
from storage.connection import Connection
from storage.database import Database
from storage.edits import Edits
from storage.instants import to_ms
from storage.rows import as_json
from storage.statements import rows, statements

LOOKED_FOR: Final = timedelta(days=7)
WITHDRAWN: Final = "the portal has withdrawn it"


class Absences:
    """The shelf of missing items."""

    def __init__(self, db: Database, archive: Archive, changes: ChatChanges, edits: Edits) -> None:
        self._db = db
        self._archive = archive
        self._changes = changes
        self._edits = edits
        self._sql = statements("absences")

    async def before(self, conn: Connection, source_id: str) -> tuple[int, ...]:
        """The ids of the items that the last good reading listed, in its order."""
        return tuple(json.loads(await self._sql.listed_before(conn, id=source_id)))

    async def note(
        self, conn: Connection, source_id: str, before: Sequence[int], present: Sequence[int], now: datetime
    ) -> None:
        """A good reading lists *present*: count what it misses, and bring back what it lists again."""
        listed = as_json(present)
        if await self._sql.any_absent(conn, source_id=source_id):
            await self._sql.drop_present(conn, source_id=source_id, present=listed)
            await self._sql.miss_again(conn, source_id=source_id)
            await self._sql.drop_outgrown(conn, source_id=source_id, present=listed)
        if missing := left_out(before, frozenset(present)):
            await self._sql.miss(conn, items=as_json(missing), source_id=source_id, now=to_ms(now), look_at=FIRST_LOOK)
        if restored := [row["id"] for row in await rows(self._sql.restore(conn, present=listed))]:
            await self._edits.owe(conn, restored, now)
            again = await rows(self._sql.revive(conn, items=as_json(restored), why=WITHDRAWN, now=to_ms(now)))
            await self._sql.enter_revived(conn, ids=as_json(row["id"] for row in again), now=to_ms(now))

    async def again(self, source_id: str) -> None:
        """The list is as it was: it misses the same items once more."""
        async with self._db.read() as conn:
            some = await self._sql.any_absent(conn, source_id=source_id)
        if some:
            async with self._db.write() as conn:
                await self._sql.miss_again(conn, source_id=source_id)

    async def to_look_at(self, source_id: str) -> tuple[StoredItem, ...]:
        """The items whose addresses are to be asked now."""
        async with self._db.read() as conn:
            found = await rows(self._sql.to_look_at(conn, source_id=source_id, most=MOST_LOOKS))
            return await self._archive.load(conn, [row["item_id"] for row in found])

    async def still_there(self, item_id: int, now: datetime) -> None:
        """Its address shows it: ask again when it was missed twice as often, for a week."""
        since = to_ms(now - LOOKED_FOR)
        async with self._db.write() as conn:
            await self._sql.look_later(conn, item_id=item_id, since=since)
            await self._sql.drop_absence(conn, item_id=item_id, since=since)

    async def withdraw(self, item_id: int, now: datetime) -> bool:
        """Its portal took it down: its messages owe the mark, and what is due of it is not sent. False: it was."""
        async with self._db.write() as conn:
            await self._sql.drop_absence(conn, item_id=item_id, since=to_ms(now) + 1)
            if not await self._sql.withdraw(conn, item_id=item_id, now=to_ms(now)):
                return False
            ended = await rows(self._sql.cancel_due_of_item(conn, item_id=item_id, why=WITHDRAWN, now=to_ms(now)))
            await self._changes.enter(conn, ended, now)
            await self._edits.owe(conn, [item_id], now)
        return True
