"""The door: what it opens, what it refuses, and that a transaction is whole or not at all."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreTooNew, StoreUnavailable, StoreUnreadable
from storage.database import Database
from storage.migrate import Migration, migrate, migrations
from storage.statements import statements


@pytest.fixture
async def db(store_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(store_url)
    yield opened
    await opened.close()


async def take(db: Database, number: int) -> None:
    async with db.write() as conn:
        await conn.execute("INSERT INTO updates VALUES (?, 1)", (number,))


async def take_many(db: Database, numbers: Iterable[int]) -> None:
    async with db.write() as conn:
        await conn.executemany("INSERT INTO updates VALUES (?, 1)", ((number,) for number in numbers))


async def taken(db: Database) -> list[int]:
    async with db.read() as conn:
        return [row[0] for row in await conn.execute_fetchall("SELECT update_id FROM updates ORDER BY 1")]


async def test_a_database_is_made_with_its_folders_and_every_step(tmp_path: Path) -> None:
    path = tmp_path / "var" / "deep" / "loa.db"
    db = await Database.open(f"sqlite:///{path}")
    try:
        async with db.read() as conn:
            rows = await conn.execute_fetchall("SELECT number FROM migrations ORDER BY number")
        assert [row[0] for row in rows] == [step.number for step in migrations()]
        assert await db.check() == "ok"
    finally:
        await db.close()


async def test_what_was_written_is_there_after_opening_again(store_url: str) -> None:
    for number in (1, 2):
        db = await Database.open(store_url)
        await take(db, number)
        assert await taken(db) == list(range(1, number + 1))
        await db.close()


async def test_what_one_look_reads_is_as_of_one_moment_and_its_mistake_leaves_no_transaction(db: Database) -> None:
    def count(conn: sqlite3.Connection) -> int:
        return int(conn.execute("SELECT count(*) FROM updates").fetchone()[0])

    def before_and_behind_a_commit(conn: sqlite3.Connection) -> tuple[int, int]:
        before = count(conn)
        with closing(sqlite3.connect(db.path)) as other, other:
            other.execute("INSERT INTO updates VALUES (9, 1)")
        return before, count(conn)

    assert await db.look(before_and_behind_a_commit) == (0, 0)
    for _ in range(3):  # each of the readers
        with pytest.raises(ZeroDivisionError):
            await db.look(lambda conn: count(conn) // 0)
        assert await db.look(count) == 1


async def test_a_newer_database_is_refused_and_left_as_it_was(store_url: str, tmp_path: Path) -> None:
    await (await Database.open(store_url)).close()
    with closing(sqlite3.connect(tmp_path / "loa.db")) as conn:
        conn.execute("INSERT INTO migrations VALUES (999, 'from_the_future', 0)")
        conn.commit()
    before = (tmp_path / "loa.db").read_bytes()
    with pytest.raises(StoreTooNew, match="newer Loa"):
        await Database.open(store_url)
    assert (tmp_path / "loa.db").read_bytes() == before


async def test_a_file_that_is_no_database_is_refused_with_the_mend(store_url: str, tmp_path: Path) -> None:
    (tmp_path / "loa.db").write_text("Công báo tỉnh " * 500)
    with pytest.raises(StoreUnreadable, match=r"is no SQLite database: .*storage\.url"):
        await Database.open(store_url)


async def test_another_programs_database_is_refused_and_left_as_it_was(store_url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "loa.db")) as conn:
        conn.execute("CREATE TABLE contacts (name TEXT)")
    before = (tmp_path / "loa.db").read_bytes()
    with pytest.raises(StoreUnreadable, match="another program's"):
        await Database.open(store_url)
    assert (tmp_path / "loa.db").read_bytes() == before


async def test_a_damaged_database_is_refused(store_url: str, tmp_path: Path) -> None:
    await (await Database.open(store_url)).close()
    path = tmp_path / "loa.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * 3996 + whole[4096:])
    with pytest.raises(StoreUnreadable, match="damaged: restore a backup"):
        await Database.open(store_url)


async def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "loa.db").mkdir()
    with pytest.raises(StoreUnreadable, match="cannot be opened"):
        await Database.open(f"sqlite:///{tmp_path}/loa.db")
    (tmp_path / "var").write_text("a file")
    with pytest.raises(StoreUnreadable, match="var"):
        await Database.open(f"sqlite:///{tmp_path}/var/loa.db")


@pytest.mark.parametrize("url", ["postgresql://loa:geheim@db/loa", "var/loa.db", "sqlite:///", "sqlite://x", ""])
async def test_an_address_that_is_no_sqlite_file_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(StoreUnreadable, match=r"sqlite:///var/loa\.db") as told:
        await Database.open(url)
    assert "geheim" not in str(told.value)


async def test_a_step_that_fails_leaves_nothing_of_itself(store_url: str, tmp_path: Path) -> None:
    db = await Database.open(store_url)
    try:
        bad = Migration(number=9999, name="bad", script="CREATE TABLE half (x);\nCREATE TABLE half (x);\n")
        with pytest.raises(sqlite3.OperationalError):
            await migrate(db._writer, statements("database"), db.path, (*migrations(), bad))
        async with db.read() as conn:
            assert await conn.execute_fetchall("SELECT 1 FROM sqlite_schema WHERE name = 'half'") == []
        await take(db, 1)
    finally:
        await db.close()


async def test_two_processes_that_start_at_once_migrate_once(store_url: str) -> None:
    opened = await asyncio.gather(*(Database.open(store_url) for _ in range(3)))
    assert [await db.check() for db in opened] == ["ok"] * 3
    for db in opened:
        await db.close()


async def test_an_exception_takes_everything_back(db: Database) -> None:
    async def stumble() -> None:
        async with db.write() as conn:
            await conn.execute("INSERT INTO updates VALUES (1, 1)")
            raise LookupError

    with pytest.raises(LookupError):
        await stumble()
    assert await taken(db) == []


async def test_a_cancelled_transaction_is_taken_back_wherever_it_was(db: Database) -> None:
    async def write_both(number: int) -> None:
        async with db.write() as conn:
            await conn.execute("INSERT INTO updates VALUES (?, 1)", (number,))
            await conn.execute("INSERT INTO updates VALUES (?, 1)", (-number,))

    for number in range(1, 60):
        task = asyncio.create_task(write_both(number))
        for _ in range(number * 4):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    found = await taken(db)
    assert {number for number in found if number > 0} == {-number for number in found if number < 0}
    await take(db, 1000)
    assert 1000 in await taken(db)


async def test_one_tasks_rollback_leaves_anothers_write(db: Database) -> None:
    async def fail(number: int) -> None:
        async with db.write() as conn:
            await conn.execute("INSERT INTO updates VALUES (?, 1)", (number,))
            await asyncio.sleep(0)
            raise ValueError

    await asyncio.gather(*(take(db, n) if n % 2 else fail(n) for n in range(20)), return_exceptions=True)
    assert await taken(db) == list(range(1, 20, 2))


async def test_readers_see_the_last_commit_while_a_transaction_runs(db: Database) -> None:
    async with db.write() as conn:
        await conn.execute("INSERT INTO updates VALUES (1, 1)")
        assert await taken(db) == []
    assert await taken(db) == [1]


async def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        async with db.read() as conn:
            await conn.execute("INSERT INTO updates VALUES (1, 1)")


async def test_a_cancelled_reader_gives_its_connection_back(store_url: str) -> None:
    db = await Database.open(store_url, readers=1)
    try:
        endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"

        async def count() -> None:
            async with db.read() as conn:
                await conn.execute_fetchall(endless)

        task = asyncio.create_task(count())
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await asyncio.wait_for(taken(db), 5) == []
    finally:
        await db.close()


async def test_a_full_disk_is_told_loses_nothing_and_mends_itself(db: Database) -> None:
    await take(db, 1)
    rows = await db._writer.execute_fetchall("PRAGMA page_count")
    await db._writer.execute(f"PRAGMA max_page_count = {next(iter(rows))[0]}")
    with pytest.raises(StoreUnavailable, match="the disk is full: free some space"):
        await take_many(db, range(2, 5000))
    assert await taken(db) == [1]
    await db._writer.execute("PRAGMA max_page_count = 1000000")
    await take(db, 2)
    assert await taken(db) == [1, 2]


async def test_a_database_that_turns_read_only_is_told_and_mends_itself(db: Database) -> None:
    await db._writer.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreUnavailable, match="make the file and its folder writable"):
        await take(db, 1)
    await db._writer.execute("PRAGMA query_only = OFF")
    await take(db, 2)
    assert await taken(db) == [2]


async def test_a_database_that_another_process_keeps_is_told(db: Database) -> None:
    await db._writer.execute("PRAGMA busy_timeout = 20")
    with closing(sqlite3.connect(db.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="another process keeps it locked"):
            await take(db, 1)
        other.execute("ROLLBACK")
    await take(db, 2)
    assert await taken(db) == [2]


async def test_a_database_is_alive_until_its_file_is_gone(db: Database) -> None:
    assert await db.alive()
    db.path.rename(db.path.with_name("away.db"))
    assert not await db.alive()


async def test_a_copy_is_whole_and_replaces_an_older_one(db: Database, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "loa.db"
    for number in (1, 2):
        await take(db, number)
        async with db.write() as conn:
            await conn.execute("INSERT INTO updates VALUES (99, 1)")
            await db.copy_to(target)
            await conn.execute("DELETE FROM updates WHERE update_id = 99")
    copy = await Database.open(f"sqlite:///{target}")
    try:
        assert await taken(copy) == [1, 2]
        assert await copy.check() == "ok"
    finally:
        await copy.close()
    assert sorted(path.name for path in target.parent.iterdir()) == ["loa.db"]


async def test_a_copy_that_cannot_be_written_is_told(db: Database, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StoreUnavailable, match="taken"):
        await db.copy_to(tmp_path / "taken" / "loa.db")


async def test_check_names_rows_that_point_at_nothing(db: Database) -> None:
    with closing(sqlite3.connect(db.path)) as other:
        other.execute("INSERT INTO item_keys VALUES ('nowhere', 'guid:1', 77)")
        other.commit()
    assert await db.check() == "2 rows point at nothing"
