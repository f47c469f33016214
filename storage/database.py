"""The door to SQLite: one writer behind a lock, a few readers, and errors in the house's own words.

On a connection shared without a lock one task's rollback erases another task's write; therefore the writer is lent to
one transaction at a time. Readers see the last commit and never wait for it (WAL).
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar, cast

from bot.errors import StoreError, StoreUnavailable, StoreUnreadable
from storage.connection import Connection, connect
from storage.migrate import migrate, migrations
from storage.statements import rows, statements, visiting_statements

T = TypeVar("T")
log = logging.getLogger(__name__)

PREFIX = "sqlite:///"
PATIENCE_S = 5.0
"""How long a statement waits for another process's transaction."""

_UNAVAILABLE = {
    sqlite3.SQLITE_FULL: "the disk is full: free some space",
    sqlite3.SQLITE_READONLY: "it cannot be written: make the file and its folder writable",
    sqlite3.SQLITE_PERM: "it cannot be written: make the file and its folder writable",
    sqlite3.SQLITE_BUSY: "another process keeps it locked: end that process",
    sqlite3.SQLITE_LOCKED: "another process keeps it locked: end that process",
    sqlite3.SQLITE_IOERR: "the disk reports an error: look at the disk",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: look at the folder and its permissions",
}
_UNREADABLE = {
    sqlite3.SQLITE_NOTADB: "is no SQLite database: choose another path in storage.url, or restore a backup",
    sqlite3.SQLITE_CORRUPT: "is damaged: restore a backup (`loa restore FILE`)",
}


class Database:
    """An open database. Close it on every path: an aiosqlite connection left open hangs the exit."""

    def __init__(
        self, path: Path, sql: Any, writer: Connection, readers: tuple[Connection, ...], opened: AsyncExitStack
    ) -> None:
        self.path = path
        self._writer = writer
        self._writing = asyncio.Lock()
        self._idle: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        for reader in readers:
            self._idle.put_nowait(reader)
        self._opened = opened
        self._inode = path.stat().st_ino
        self._sql = sql
        self._visiting = visiting_statements("database")
        self._refuses = False

    @classmethod
    async def open(cls, url: str, readers: int = 2) -> Self:
        """Open the database at *url* ("sqlite:///path"), made and migrated where needed.

        StoreUnreadable or StoreTooNew, each with the mend, where that cannot be done.
        """
        path = path_of(url)
        sql = statements("database")
        async with AsyncExitStack() as opened:
            with _opening(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                writer = await opened.enter_async_context(_connect(path))
                await migrate(writer, sql, path, migrations())
                await _use_wal(writer, sql)
                await sql.settle_writer(writer)
                reading = tuple([await opened.enter_async_context(_connect(path)) for _ in range(readers)])
                for reader in reading:
                    await sql.settle_reader(reader)
                return cls(path, sql, writer, reading, opened.pop_all())

    async def close(self) -> None:
        """Wait for the running transaction, then close every connection."""
        async with self._writing:
            await self._opened.aclose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        """A connection that only reads; a cancelled reader's statement is interrupted."""
        conn = await self._idle.get()
        try:
            with _working(self.path):
                yield conn
        except asyncio.CancelledError:
            await conn.interrupt()
            raise
        finally:
            self._idle.put_nowait(conn)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        """One transaction: committed at the end of the block, rolled back on any other way out, cancellation too.

        StoreUnavailable where nothing can be written at the moment; then nothing of the block was.
        """
        async with self._writing:
            before = self._writer.total_changes
            try:
                with self._writable():
                    await self._sql.begin_write(self._writer)
                    yield self._writer
                    await self._sql.commit_write(self._writer)
                # Only what changed something has touched the disk.
                if self._refuses and self._writer.total_changes > before:
                    log.warning("store.available again")
                    self._refuses = False
            except BaseException:
                # Statements of one connection run in the order in which they were asked for, so this one also follows
                # a statement, a BEGIN or a COMMIT that was cancelled while it ran.
                with suppress(sqlite3.Error):
                    await self._sql.roll_back(self._writer)
                raise

    async def look(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What *work* reads, in one visit to a reader's thread and all of it as of one moment."""
        async with self.read() as conn:
            return await conn.visit(partial(_steady, self._visiting, work))

    async def unit(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Like `write`, for what is done many times a second: the whole transaction in one visit to the thread.

        Where the caller is cancelled meanwhile, the transaction still comes to its own end.
        """
        async with self._writing:
            with self._writable():
                return await self._writer.visit(partial(_whole, self._visiting, work))

    @contextmanager
    def _writable(self) -> Iterator[None]:
        """Say once that nothing can be written, whoever tries to."""
        try:
            with _working(self.path):
                yield
        except StoreUnavailable as error:
            if not self._refuses:
                log.error("store.unavailable %s; nothing is sent or taken in until it can be written down", error)
            self._refuses = True
            raise

    async def fold_wal(self) -> bool:
        """Empty the write-ahead log into the database; False where a reader was in the way."""
        async with self._writing:
            with _working(self.path):
                row = await self._sql.fold_wal(self._writer)
        return row is not None and not row[0]

    async def prepare_bulk(self) -> None:
        """Commit without waiting for the disk, in fewer and larger steps, until the database is closed."""
        async with self._writing:
            with _working(self.path):
                await self._sql.settle_bulk(self._writer)

    async def copy_to(self, target: Path) -> None:
        """A consistent copy at *target*, whole or not at all, while others read and write."""
        part = target.with_name(target.name + ".part")
        with _working(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            async with _connect(self.path) as conn:
                await self._sql.copy_into(conn, path=str(part))
            part.replace(target)

    async def check(self) -> str:
        """ "ok", or what is wrong with the file in SQLite's words."""
        async with self.read() as conn:
            found = [row[0] for row in await rows(self._sql.integrity(conn))]
            lost = await rows(self._sql.dangling(conn))
        if lost:
            found = [line for line in found if line != "ok"] + [f"{len(lost)} rows point at nothing"]
        return "; ".join(found)

    async def alive(self) -> bool:
        """Whether the file is still there and answers."""
        try:
            if self.path.stat().st_ino != self._inode:
                return False
            async with self.read() as conn:
                await self._sql.pulse(conn)
        except (OSError, StoreError):
            return False
        return True


def path_of(url: str) -> Path:
    """The file of "sqlite:///relative" or "sqlite:////absolute"; StoreUnreadable for anything else."""
    if not url.startswith(PREFIX) or len(url) == len(PREFIX):
        raise StoreUnreadable(f'storage.url = "{_shown(url)}" - give a SQLite file such as "sqlite:///var/loa.db"')
    return Path(url.removeprefix(PREFIX))


def _shown(url: str) -> str:
    """The address without what may be a password."""
    scheme, slashes, rest = url.partition("://")
    return f"{scheme}{slashes}{rest.rpartition('@')[2]}"


async def _use_wal(conn: Connection, sql: Any) -> None:
    """Write ahead: readers never wait. Tried again while another process opens the file, too."""
    for _ in range(int(PATIENCE_S / 0.05)):
        try:
            await sql.use_wal(conn)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            await asyncio.sleep(0.05)
        else:
            return
    await sql.use_wal(conn)


def _steady(sql: Any, work: Callable[[sqlite3.Connection], T], conn: sqlite3.Connection) -> T:
    """*work* in a transaction that only reads."""
    sql.begin_read(conn)
    try:
        return work(conn)
    finally:
        sql.roll_back(conn)


def _whole(sql: Any, work: Callable[[sqlite3.Connection], T], conn: sqlite3.Connection) -> T:
    """One transaction around *work*."""
    try:
        sql.begin_write(conn)
        result = work(conn)
        sql.commit_write(conn)
    except BaseException:
        with suppress(sqlite3.Error):
            sql.roll_back(conn)
        raise
    return result


@asynccontextmanager
async def _connect(path: Path) -> AsyncIterator[Connection]:
    async with connect(path, PATIENCE_S) as conn:
        yield cast("Connection", conn)


@contextmanager
def _opening(path: Path) -> Iterator[None]:
    try:
        with _working(path):
            yield
    except StoreUnavailable as error:
        raise StoreUnreadable(str(error)) from error


@contextmanager
def _working(path: Path) -> Iterator[None]:
    """Tell a database that cannot be used now from one that is broken; a mistake of ours stays a sqlite3.Error."""
    try:
        yield
    except sqlite3.Error as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in _UNAVAILABLE:
            raise StoreUnavailable(f"{path}: {_UNAVAILABLE[code]} ({error})") from error
        if code in _UNREADABLE:
            raise StoreUnreadable(f"{path} {_UNREADABLE[code]} ({error})") from error
        raise
    except OSError as error:
        raise StoreUnavailable(f"{path}: {error.strerror or error}") from error
