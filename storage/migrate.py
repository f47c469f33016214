"""Brings a database to the present schema: numbered files, each in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import StoreTooNew, StoreUnreadable
from storage.connection import Connection
from storage.statements import rows

FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One numbered step of the schema."""

    number: int
    name: str
    script: str


def migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """All steps in their order; a file is called `NNNN_name.sql`."""
    return tuple(
        Migration(number=int(path.stem[:4]), name=path.stem[5:], script=path.read_text("utf-8"))
        for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    )


async def migrate(conn: Connection, sql: Any, path: Path, steps: tuple[Migration, ...]) -> tuple[int, ...]:
    """Apply what is missing and tell its numbers; *sql* are the statements of `database`.

    StoreTooNew where the file has steps that this Loa does not know, StoreUnreadable where it is another program's.
    """
    applied = await _applied(conn, sql, path)
    unknown = applied - {step.number for step in steps}
    if unknown:
        raise StoreTooNew(
            f"{path} was written by a newer Loa (schema {max(unknown)}, this one knows up to {steps[-1].number}): "
            "install that version again, or restore a backup made before the upgrade"
        )
    missing = tuple(step for step in steps if step.number not in applied)
    return tuple([step.number for step in missing if await _apply(conn, sql, path, step)])


async def _applied(conn: Connection, sql: Any, path: Path) -> set[int]:
    tables = {row["name"] for row in await rows(sql.tables(conn))}
    if not tables:
        return set()
    if "migrations" not in tables:
        raise StoreUnreadable(f"{path} is another program's database: choose another path in storage.url")
    return {row["number"] for row in await rows(sql.applied_migrations(conn))}


async def _apply(conn: Connection, sql: Any, path: Path, step: Migration) -> bool:
    """Run one step; False where another process did so in the meantime."""
    try:
        await sql.begin_write(conn)
        if step.number in await _applied(conn, sql, path):
            await sql.roll_back(conn)
            return False
        await sql.make_migrations(conn)
        for statement in _split(step.script):
            await conn.execute(statement)
        await sql.note_migration(conn, number=step.number, name=step.name)
        await sql.commit_write(conn)
    except BaseException:
        if conn.in_transaction:
            await sql.roll_back(conn)
        raise
    return True


def _split(script: str) -> Iterator[str]:
    """The statements of a script: `executescript` would commit before the first one."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending
