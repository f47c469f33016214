"""A connection whose thread can be visited once for a whole unit of work."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")


class Connection(aiosqlite.Connection):
    """aiosqlite's connection, and `visit`.

    Each statement that is awaited by itself waits twice for its turn, in the thread and in the loop. In a broadcast,
    when the loop is busy with hundreds of requests, that takes longer than a hundred statements.
    """

    async def visit(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run *work* in the connection's thread and give its result; it must not keep the connection."""
        run: Any = self._execute
        result: T = await run(work, self._conn)
        return result


def connect(path: Path, patience: float) -> Connection:
    """The database at *path*, opened by `async with`; a statement waits *patience* seconds for other processes."""

    def opened() -> sqlite3.Connection:
        conn = sqlite3.connect(path, isolation_level=None, timeout=patience)
        conn.row_factory = sqlite3.Row
        return conn

    return Connection(opened, iter_chunk_size=64)
