"""Hubs that tell of a feed's changes: which are to be asked, and until when they agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from storage.database import Database
from storage.instants import maybe_instant, to_ms
from storage.statements import rows, statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """The hub of a source and the address under which it knows the feed; `lease_until` None: it has not agreed."""

    source_id: str
    hub: str
    topic: str
    lease_until: datetime | None = None


class Hubs:
    """The shelf of hubs; what a feed offers is written with its reading."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._sql = statements("hubs")

    async def of(self, source_id: str) -> Hub | None:
        """The hub that the source's feed offered last."""
        async with self._db.read() as conn:
            row = await self._sql.hub_of(conn, id=source_id)
        return None if row is None else _hub(row)

    async def to_ask(self, now: datetime) -> tuple[Hub, ...]:
        """Hubs that are to be asked now, 50 at most."""
        async with self._db.read() as conn:
            found = await rows(self._sql.hubs_to_ask(conn, now=to_ms(now)))
        return tuple(_hub(row) for row in found)

    async def leases(self, now: datetime) -> tuple[Hub, ...]:
        """Hubs that have agreed and tell of changes now."""
        async with self._db.read() as conn:
            found = await rows(self._sql.leases(conn, now=to_ms(now)))
        return tuple(_hub(row) for row in found)

    async def ask_again(self, source_id: str, at: datetime) -> None:
        """Ask the hub then, unless it agrees meanwhile."""
        async with self._db.write() as conn:
            await self._sql.ask_hub_again(conn, id=source_id, at=to_ms(at))

    async def agreed(self, source_id: str, until: datetime, again: datetime) -> None:
        """The hub tells of changes *until* then; it is asked *again* before."""
        async with self._db.write() as conn:
            await self._sql.agree(conn, id=source_id, until=to_ms(until), again=to_ms(again))

    async def told(self, source_id: str) -> None:
        """The hub says that there is something new: read the source at once."""
        async with self._db.write() as conn:
            await self._sql.hasten_source(conn, id=source_id)


def _hub(row: Row) -> Hub:
    return Hub(
        source_id=row["source_id"], hub=row["hub"], topic=row["topic"], lease_until=maybe_instant(row["lease_until"])
    )
