"""One commit for many small notes that come at the same time: each commit waits for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from storage.connection import Connection
from storage.database import Database

Write: TypeAlias = Callable[[Connection, list[dict[str, Any]]], Awaitable[object]]


@dataclass(slots=True)
class _Batch:
    rows: list[dict[str, Any]] = field(default_factory=list)
    written: bool = False


class Together:
    """Writes rows by *write*; whoever comes while a batch is being written shares the next one."""

    def __init__(self, db: Database, write: Write) -> None:
        self._db = db
        self._write = write
        self._lock = asyncio.Lock()
        self._open = _Batch()

    async def put(self, row: dict[str, Any]) -> None:
        """Returns once the row is committed; StoreUnavailable where it cannot be."""
        batch = self._open
        batch.rows.append(row)
        async with self._lock:
            if batch.written:
                return
            if self._open is batch:
                self._open = _Batch()
            async with self._db.write() as conn:
                await self._write(conn, batch.rows)
            batch.written = True
