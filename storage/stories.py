"""One story of several sources, and one notice under several ids: what joins them in the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from bot.model import StoredItem
from storage.connection import Connection
from storage.database import Database
from storage.edits import EDITED_FOR, MOST_EDITS, Edits
from storage.instants import to_ms
from storage.rows import as_json, stored_of
from storage.statements import rows, statements


class Stories:
    """The shelf of stories."""

    def __init__(self, db: Database, edits: Edits) -> None:
        self._db = db
        self._edits = edits
        self._sql = statements("stories")

    async def last_of(self, source_id: str, most: int) -> tuple[StoredItem, ...]:
        """The source's last *most* items by their coming, withdrawn ones too."""
        async with self._db.read() as conn:
            found = await rows(self._sql.last_of(conn, source_id=source_id, most=most))
        return tuple(stored_of(row) for row in found)

    async def news_since(self, since: datetime) -> tuple[StoredItem, ...]:
        """What came since then, without its keys."""
        async with self._db.read() as conn:
            found = await rows(self._sql.news_since(conn, since=to_ms(since)))
        return tuple(stored_of(row) for row in found)

    async def readdress(self, conn: Connection, moved: Mapping[int, str], now: datetime) -> None:
        """Known items are published again at these addresses: their messages owe them."""
        changed = [
            item_id
            for item_id, url in moved.items()
            if await self._sql.readdress(conn, id=item_id, url=url, now=to_ms(now))
        ]
        await self._edits.owe(conn, changed, now)

    async def join(self, conn: Connection, twins: Mapping[int, int], now: datetime) -> int:
        """*twins* has the first item of its story for an item: chats that know the story get no second message.

        Gives the number of notes that ride with another one. Their messages owe the name of the further source.
        """
        await self._sql.set_story(conn, [{"item_id": item, "story": story} for item, story in twins.items()])
        riding: list[int] = []
        bounds = {"now": to_ms(now), "since": to_ms(now - EDITED_FOR), "most": MOST_EDITS}
        for item_id, story in twins.items():
            riding += [row["id"] for row in await rows(self._sql.ride(conn, item_id=item_id, story=story, **bounds))]
        if riding:
            ids = as_json(riding)
            await self._sql.enter_joined(conn, ids=ids, now=to_ms(now))
            await self._sql.lend_reasons(conn, ids=ids)
            told = [row["message_id"] for row in await rows(self._sql.messages_of_leaders(conn, ids=ids))]
            await conn.visit(partial(self._edits.owe_outdated, message_ids=told, now=now))
        return len(riding)
