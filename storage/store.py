"""All that Loa remembers, shelf by shelf; the one object of this room that the others hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from storage.absences import Absences
from storage.archive import Archive
from storage.chat_changes import ChatChanges
from storage.chats import Chats
from storage.database import Database
from storage.hubs import Hubs
from storage.intake import Intake
from storage.items import Items
from storage.outbox import Outbox
from storage.portals import Portals
from storage.recalls import Recalls, RecallWay
from storage.search import SearchIndex
from storage.sources import Sources
from storage.statements import statements
from storage.stories import Stories
from storage.updates import Updates
from storage.walks import Walks
from storage.watches import Watches

__all__ = ["RecallWay", "Store"]


class Store:
    """An open store. Every verb is one transaction and raises StoreUnavailable where it cannot write now."""

    def __init__(self, db: Database, timezone: str) -> None:
        changes = ChatChanges()
        self.search = SearchIndex(db, ZoneInfo(timezone))
        self._db = db
        self._archive = Archive(self.search)
        self._intake_sql = statements("intake")
        self.sources = Sources(db)
        self.items = Items(db, self._archive)
        self.chats = Chats(db, changes)
        self.watches = Watches(db, changes)
        self.outbox = Outbox(db, changes)
        self.edits = self.outbox.edits
        self.stories = Stories(db, self.edits)
        self.recalls = Recalls(db, self._archive, changes, self.edits)
        self.absences = Absences(db, self._archive, changes, self.edits)
        self.updates = Updates(db)
        self.walks = Walks(db, self._archive)
        self.hubs = Hubs(db)
        self.portals = Portals(db, self._archive, self.edits)

    @classmethod
    async def open(cls, url: str, readers: int = 2, *, timezone: str = "Asia/Ho_Chi_Minh") -> Self:
        """Open or make the store at *url* ("sqlite:///path"); days in a query are those of *timezone*.

        StoreUnreadable or StoreTooNew, with the mend.
        """
        # Reading all statements takes longer than the loop may stand still.
        return await asyncio.to_thread(cls, await Database.open(url, readers), timezone)

    async def close(self) -> None:
        """Close every connection; the store is of no use afterwards."""
        await self._db.close()

    @asynccontextmanager
    async def poll(self, source_id: str, now: datetime) -> AsyncIterator[Intake]:
        """One reading's unit of work: all that is done in the block is committed together, or nothing of it."""
        async with self._db.write() as conn:
            intake = Intake(
                conn, self._archive, self._intake_sql, self.edits, self.absences, self.stories, source_id, now
            )
            await intake.begin()
            yield intake

    async def backup(self, target: Path) -> None:
        """A consistent copy at *target* while Loa runs; StoreUnavailable where it cannot be written."""
        await self._db.copy_to(target)

    @asynccontextmanager
    async def bulk(self) -> AsyncIterator[None]:
        """For very many items: the power takes the last seconds along where it fails, and the index is merged later."""
        await self._db.prepare_bulk()
        async with self.search.bulk():
            yield

    async def check(self) -> str:
        """ "ok", or what is wrong with the database file."""
        return await self._db.check()

    async def alive(self) -> bool:
        """Whether the database is still there and answers."""
        return await self._db.alive()
