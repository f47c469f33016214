"""The queries that chats watch."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Final

from bot.model import Watch
from storage.chat_changes import ChatChanges
from storage.database import Database
from storage.instants import to_ms
from storage.rows import as_json, watch_of
from storage.statements import rows, statements

AT_ONCE: Final = 500
"""Watches of one slice: a hundred thousand at once would hold the loop for seconds."""


class Watches:
    """The shelf of watches."""

    def __init__(self, db: Database, changes: ChatChanges) -> None:
        self._db = db
        self._changes = changes
        self._sql = statements("watches")

    async def add(self, chat_id: int, thread: int, query: str, sources: Sequence[str], now: datetime) -> Watch:
        """Watch *query* for the topic, in *sources* or (empty) in all; one that is there already is given back."""
        async with self._db.write() as conn:
            row = await self._sql.put_watch(
                conn, chat_id=chat_id, thread=thread, query=query, sources=as_json(sorted(set(sources))), now=to_ms(now)
            )
        return watch_of(row)

    async def choose(self, chat_id: int, watch_id: int, sources: Sequence[str], now: datetime) -> Watch | None:
        """Watch in *sources* or (empty) in all from now on; what was owed from others alone is cancelled.

        None where the chat has no watch of that id. No other watch of the topic may ask for the same.
        """
        async with self._db.write() as conn:
            row = await self._sql.choose_sources(
                conn, chat_id=chat_id, id=watch_id, sources=as_json(sorted(set(sources)))
            )
            if row is not None:
                await self._changes.cancel_unwanted(conn, chat_id, "watch narrowed", now)
        return None if row is None else watch_of(row)

    async def end(self, chat_id: int, watch_id: int, now: datetime) -> bool:
        """End a watch of that chat and cancel what only it wanted. False: the chat has none of that id."""
        async with self._db.write() as conn:
            ended = await self._sql.end_watch(conn, chat_id=chat_id, id=watch_id)
            if ended:
                await self._changes.cancel_unwanted(conn, chat_id, "watch ended", now)
        return bool(ended)

    async def of_chat(self, chat_id: int) -> tuple[Watch, ...]:
        """What the chat watches, topic by topic."""
        async with self._db.read() as conn:
            found = await rows(self._sql.watches_of_chat(conn, chat_id=chat_id))
        return tuple(watch_of(row) for row in found)

    async def all(self) -> tuple[Watch, ...]:
        """Every watch of every chat."""
        return tuple([watch async for some in self.in_slices() for watch in some])

    async def in_slices(self) -> AsyncIterator[tuple[Watch, ...]]:
        """Every watch of every chat, some at a time."""
        last = 0
        while True:
            async with self._db.read() as conn:
                found = await rows(self._sql.watches_after(conn, after=last, most=AT_ONCE))
            if not found:
                return
            yield tuple(watch_of(row) for row in found)
            last = found[-1]["id"]

    async def matched(self, ids: Collection[int], now: datetime) -> None:
        """Remember that these watches matched something."""
        if not ids:
            return
        async with self._db.write() as conn:
            await self._sql.note_matches(conn, ids=as_json(ids), now=to_ms(now))
