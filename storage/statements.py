"""Named SQL: one namespace for each file of `queries/`, through aiosql."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from sqlite3 import Row
from typing import Any, cast

from aiosql.queries import Queries
from aiosql.query_loader import QueryLoader
from aiosql.types import QueryDatum
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


class _InThread:
    """aiosql's adapter for sqlite3 with rows that have names: its own knows a single value only in a plain tuple."""

    is_aio_driver = False

    def process_sql(self, _name: str, _kind: object, sql: str) -> str:
        return sql

    def select(
        self,
        conn: sqlite3.Connection,
        _name: str,
        sql: str,
        parameters: Mapping[str, Any],
        _record_class: object = None,
    ) -> Iterator[Row]:
        yield from conn.execute(sql, parameters)

    def select_one(
        self,
        conn: sqlite3.Connection,
        _name: str,
        sql: str,
        parameters: Mapping[str, Any],
        _record_class: object = None,
    ) -> Row | None:
        row: Row | None = conn.execute(sql, parameters).fetchone()
        return row

    def select_value(self, conn: sqlite3.Connection, _name: str, sql: str, parameters: Mapping[str, Any]) -> Any:
        row = conn.execute(sql, parameters).fetchone()
        return None if row is None else row[0]

    def insert_update_delete(
        self, conn: sqlite3.Connection, _name: str, sql: str, parameters: Mapping[str, Any]
    ) -> int:
        return conn.execute(sql, parameters).rowcount

    def insert_update_delete_many(
        self, conn: sqlite3.Connection, _name: str, sql: str, parameters: Iterable[Mapping[str, Any]]
    ) -> None:
        conn.executemany(sql, parameters)

    def execute_script(self, conn: sqlite3.Connection, sql: str) -> None:
        conn.executescript(sql)


def statements(namespace: str) -> Any:
    """The statements of `queries/<namespace>.sql`, each a coroutine of (conn, **parameters) under its name.

    `name(...)` gives rows (see `rows`), `^` one row or None, `$` one value or None, `!` the number of rows changed,
    `*!` runs once for each parameter set of a list.
    """
    return _functions(_OneHop(), namespace)


def visiting_statements(namespace: str) -> Any:
    """The same statements as plain functions of (conn, **parameters), for a visit to the connection's thread.

    There, too, SQLite lets go of the interpreter for each row and each set of parameters: lists travel as one JSON.
    """
    return _functions(_InThread(), namespace)


def _functions(adapter: Any, namespace: str) -> Any:
    return Queries(adapter).load_from_list(list(_parsed(namespace)))


@lru_cache(maxsize=64)
def _parsed(namespace: str) -> tuple[QueryDatum, ...]:
    """A file's statements; to take them apart is a tenth of a start, and several shelves use the same ones."""
    loader = QueryLoader(cast("Any", _OneHop()), None)
    return tuple(loader.load_query_data_from_file(FOLDER / f"{namespace}.sql", encoding="utf-8"))


async def rows(found: AsyncIterator[Row]) -> list[Row]:
    """All rows of a statement."""
    return [row async for row in found]
