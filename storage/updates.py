"""Which of Telegram's updates were taken already."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.database import Database
from storage.instants import to_ms
from storage.statements import statements

KEPT = timedelta(hours=48)
"""Telegram repeats an update for a day at most."""


class Updates:
    """The shelf of update ids."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._sql = statements("updates")

    async def known(self, update_id: int) -> bool:
        """Whether the update was taken before."""
        async with self._db.read() as conn:
            return bool(await self._sql.count_update(conn, update_id=update_id))

    async def seen(self, update_id: int, now: datetime) -> bool:
        """Whether the update was taken before; from now on it is."""
        async with self._db.write() as conn:
            new = await self._sql.take_update(conn, update_id=update_id, now=to_ms(now))
            await self._sql.drop_updates(conn, before=to_ms(now - KEPT))
        return not new
