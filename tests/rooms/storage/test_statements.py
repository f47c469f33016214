"""Named SQL: each name once, each statement understood by the present schema, the hot ones by an index."""

import ast
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from storage.migrate import migrations
from storage.statements import FOLDER, statements

NAMESPACES = sorted(path.stem for path in FOLDER.glob("*.sql"))
STORAGE = FOLDER.parent


@pytest.fixture(scope="module")
def schema() -> Iterator[sqlite3.Connection]:
    conn = sqlite3.connect(":memory:")
    conn.executescript(statements("database").settle_writer.sql)
    for step in migrations():
        conn.executescript(step.script)
    conn.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT, applied_at BIGINT)")
    yield conn
    conn.close()


def texts(namespace: str) -> dict[str, str]:
    queries: Any = statements(namespace)
    return {name: getattr(queries, name).sql for name in queries.available_queries if not name.endswith("_cursor")}


def plan(conn: sqlite3.Connection, text: str) -> list[str]:
    named = dict.fromkeys(re.findall(r":(\w+)", text))
    parameters = named or (None,) * text.count("?")
    return [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {text}", parameters)]


def test_no_name_stands_twice() -> None:
    found = Counter(
        name
        for path in FOLDER.glob("*.sql")
        for name in re.findall(r"^-- name: (\w+)", path.read_text("utf-8"), re.MULTILINE)
    )
    assert [name for name, times in found.items() if times > 1] == []


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_statement_fits_the_schema(schema: sqlite3.Connection, namespace: str) -> None:
    for text in texts(namespace).values():
        if not text.startswith(("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "VACUUM", "CREATE")):
            plan(schema, text)


@pytest.mark.parametrize(
    "name",
    [
        "heads",
        "lease_lanes",
        "leased",
        "still_due",
        "mark_sending",
        "insert_messages",
        "enter_verdicts",
        "settle",
        "next_due",
    ],
)
def test_the_way_out_never_goes_through_all_notes(schema: sqlite3.Connection, name: str) -> None:
    steps = plan(schema, texts("outbox")[name])
    assert not [step for step in steps if re.match(r"SCAN (?!\w+ VIRTUAL TABLE|json_each|head$|\(subquery)", step)], (
        steps
    )


def test_heads_come_in_the_order_of_the_index(schema: sqlite3.Connection) -> None:
    assert not [step for step in plan(schema, texts("outbox")["heads"]) if "TEMP B-TREE" in step]


@pytest.mark.parametrize("name", ["newest", "items_after", "known_keys", "keys_of", "texts_of"])
def test_the_archive_is_read_by_its_indexes(schema: sqlite3.Connection, name: str) -> None:
    steps = plan(schema, texts("items")[name])
    assert not [step for step in steps if "TEMP B-TREE" in step], steps
    assert not [step for step in steps if step.startswith("SCAN i") and "USING" not in step], steps


def test_there_is_no_sql_in_the_code() -> None:
    verbs = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|PRAGMA|CREATE|BEGIN|COMMIT|ROLLBACK)\b")
    found = [
        f"{path.name}:{node.lineno}"
        for path in sorted(STORAGE.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and verbs.match(node.value)
    ]
    assert found == []


def test_every_migration_has_a_number_of_its_own() -> None:
    numbers = [step.number for step in migrations()]
    assert numbers[0] == 1
    assert len(set(numbers)) == len(numbers) == len(list((STORAGE / "migrations").glob("*.sql")))
