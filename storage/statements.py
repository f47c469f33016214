"""Named SQL: one namespace for each file of `queries/`, through aiosql."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from sqlite3 import Row
from typing import Any, cast

import aiosql
from aiosqlite import Connection

FOLDER = Path(__file__).parent / "queries"


class _OneHop:
    """aiosql's adapter for aiosqlite with one trip to the connection's thread for each statement instead of three."""

    is_aio_driver = True

    def process_sql(self, _name: str, _kind: object, sql: str) -> str:
        return sql

    async def select(
        self, conn: Connection, _name: str, sql: str, parameters: Mapping[str, Any], _record_class: object = None
    ) -> AsyncIterator[Row]:
        for row in await conn.execute_fetchall(sql, parameters):
            yield row

    async def select_one(
        self, conn: Connection, _name: str, sql: str, parameters: Mapping[str, Any], _record_class: object = None
    ) -> Row | None:
        return next(iter(await conn.execute_fetchall(sql, parameters)), None)

    async def select_value(self, conn: Connection, _name: str, sql: str, parameters: Mapping[str, Any]) -> Any:
        row = next(iter(await conn.execute_fetchall(sql, parameters)), None)
        return None if row is None else row[0]

    async def insert_update_delete(self, conn: Connection, _name: str, sql: str, parameters: Mapping[str, Any]) -> int:
        return (await conn.execute(sql, parameters)).rowcount

    async def insert_update_delete_many(
        self, conn: Connection, _name: str, sql: str, parameters: Iterable[Mapping[str, Any]]
    ) -> None:
        await conn.executemany(sql, parameters)

    async def execute_script(self, conn: Connection, sql: str) -> None:
        await conn.executescript(sql)


def statements(namespace: str) -> Any:
    """The statements of `queries/<namespace>.sql`, each a coroutine of (conn, **parameters) under its name.

    `name(...)` gives rows (see `rows`), `^` one row or None, `$` one value or None, `!` the number of rows changed,
    `*!` runs once for each parameter set of a list.
    """
    return aiosql.from_path(FOLDER / f"{namespace}.sql", cast("Any", _OneHop))


async def rows(found: AsyncIterator[Row]) -> list[Row]:
    """All rows of a statement."""
    return [row async for row in found]
