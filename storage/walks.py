"""Where each walk through an archive is, page by page: what it brought and where it goes on are one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import Item, Walk
from storage.archive import Archive
from storage.database import Database
from storage.instants import maybe_instant, maybe_ms
from storage.statements import statements


class Walks:
    """The shelf of walks."""

    def __init__(self, db: Database, archive: Archive) -> None:
        self._db = db
        self._archive = archive
        self._sql = statements("walks")

    async def of(self, source_id: str) -> Walk | None:
        """The walk that was broken off or is going on; None where there is none."""
        async with self._db.read() as conn:
            row = await self._sql.walk(conn, source_id=source_id)
        if row is None:
            return None
        return Walk(
            source_id=source_id,
            began_url=row["began_url"],
            since=maybe_instant(row["since"]),
            next_page=row["next_page"],
            pages=row["pages"],
            items=row["items"],
            newest_at=maybe_instant(row["newest_at"]),
            oldest_at=maybe_instant(row["oldest_at"]),
        )

    async def was_there(self, source_id: str, url: str, listed: str) -> bool:
        """Whether the walk saw a page of that address, or another one that lists the same, before."""
        async with self._db.read() as conn:
            return bool(await self._sql.was_there(conn, source_id=source_id, url=url, listed=listed))

    async def keep(self, walk: Walk, url: str, listed: str, items: Sequence[Item], now: datetime) -> Walk:
        """Store what is unknown of a page's *items*, owe it to nobody, and write down that *walk* is behind the page.

        Gives the walk with the new items counted. *listed* is a digest of all that the page lists.
        """
        async with self._db.write() as conn:
            stored = await self._archive.admit(conn, walk.source_id, items, now, "backfill")
            walk = replace(walk, items=walk.items + stored)
            await self._sql.put_walk(
                conn,
                source_id=walk.source_id,
                began_url=walk.began_url,
                since=maybe_ms(walk.since),
                next_page=walk.next_page,
                pages=walk.pages,
                items=walk.items,
                newest_at=maybe_ms(walk.newest_at),
                oldest_at=maybe_ms(walk.oldest_at),
            )
            await self._sql.put_walk_page(conn, source_id=walk.source_id, url=url, listed=listed)
        return walk

    async def end(self, source_id: str) -> None:
        """Forget the walk; the next one begins at the first page again."""
        async with self._db.write() as conn:
            await self._sql.drop_walk(conn, source_id=source_id)
