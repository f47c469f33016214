"""What is remembered of each source between two readings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from aiosqlite import Connection

from bot.model import Memory, Source
from storage.database import Database
from storage.instants import to_ms
from storage.rows import as_json, memory_of
from storage.statements import rows, statements


class Sources:
    """The shelf of sources."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._sql = statements("sources")

    async def ensure(self, sources: Sequence[Source]) -> tuple[str, ...]:
        """Know every source of the configuration, under its former id (`was`) too.

        Gives the ids of sources that have followers but are configured no more.
        """
        async with self._db.write() as conn:
            for source in sources:
                if source.was and source.was != source.id and await self._sql.has_source(conn, id=source.was):
                    await self._rename(conn, source)
                await self._sql.put_source(conn, id=source.id, title=source.title)
            lost = await rows(self._sql.followed_without(conn, configured=as_json(source.id for source in sources)))
        return tuple(row["source_id"] for row in lost)

    async def memory(self, source_id: str) -> Memory:
        """What is known of a source; of one never heard of, nothing."""
        async with self._db.read() as conn:
            row = await self._sql.source(conn, id=source_id)
        return Memory(source_id=source_id) if row is None else memory_of(row)

    async def memories(self) -> tuple[Memory, ...]:
        """All sources of the store, archives and former ones too, by id."""
        async with self._db.read() as conn:
            found = await rows(self._sql.all_sources(conn))
        return tuple(memory_of(row) for row in found)

    async def due(self, now: datetime, ids: Collection[str]) -> tuple[str, ...]:
        """Those of *ids* whose next reading is due, the longest due first; paused ones never are."""
        async with self._db.read() as conn:
            found = await rows(self._sql.sources_due(conn, now=to_ms(now), ids=as_json(ids)))
        return tuple(row["id"] for row in found)

    async def pause(self, source_id: str) -> None:
        """Read the source no more until `resume`."""
        async with self._db.write() as conn:
            await self._sql.set_paused(conn, id=source_id, paused=1)

    async def resume(self, source_id: str) -> None:
        """Read the source again."""
        async with self._db.write() as conn:
            await self._sql.set_paused(conn, id=source_id, paused=0)

    async def told(self, source_id: str) -> None:
        """Remember that the operators know of the source's trouble; its next good reading forgets that."""
        async with self._db.write() as conn:
            await self._sql.set_told(conn, id=source_id)

    async def make_archive(self, source_id: str) -> None:
        """Know a source that only an import names; one that is known stays as it is."""
        async with self._db.write() as conn:
            await self._sql.put_archive(conn, id=source_id)

    async def _rename(self, conn: Connection, source: Source) -> None:
        """Hand everything of the former id over, where the new id has rows already to those."""
        names = {"was": source.was, "id": source.id}
        if await self._sql.has_source(conn, id=source.id):
            await self._sql.hand_over_keys(conn, **names)
            await self._sql.drop_keys(conn, was=source.was)
            await self._sql.hand_over_items(conn, **names)
            await self._sql.drop_source(conn, was=source.was)
        else:
            await self._sql.rename_source(conn, **names)
        await self._sql.hand_over_follows(conn, **names)
        await self._sql.drop_follows(conn, was=source.was)
        await self._sql.hand_over_watches(conn, **names)
        await self._sql.hand_over_reasons(conn, **names)
