"""The chats that a claim leaves out, told to the writer's connection change by change."""

from __future__ import annotations

from sqlite3 import Connection
from typing import Any

from storage.rows import as_json


class Busy:
    """Keeps `temp.busy` as the caller wants it: it may hold ten thousand chats, of which few change between claims."""

    def __init__(self, sql: Any) -> None:
        self._sql = sql
        self._noted: frozenset[int] | None = None

    def note(self, conn: Connection, busy: frozenset[int]) -> None:
        """Leave these out from now on; `commit` confirms it once the transaction is written."""
        noted, self._noted = self._noted, None
        if noted is None:
            self._sql.clear_busy(conn)
            noted = frozenset()
        if gone := noted - busy:
            self._sql.drop_busy(conn, chats=as_json(gone))
        if added := busy - noted:
            self._sql.add_busy(conn, chats=as_json(added))

    def commit(self, busy: frozenset[int]) -> None:
        """The transaction that noted them is written: the next one only tells what changed."""
        self._noted = busy
