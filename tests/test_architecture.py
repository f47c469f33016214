"""Reads every import with ast and holds the house to its directions (ARCHITECTURE.md tells why)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("storage/**/*.py")])
TESTS = sorted(ROOT.glob("tests/**/*.py"))
LONGEST_FILE = 300

# Which of our modules each room may import, besides itself. The longest name that fits a module counts.
NOUNS = ("bot.model", "bot.errors")
STORE = ("storage.store", "storage.outbox")
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "bot.model": (),
    "bot.errors": (),
    "bot.core": NOUNS,
    "bot.sources": (*NOUNS, "bot.core"),
    "storage": (*NOUNS, "bot.core"),
    "bot.chats": (*NOUNS, "bot.core", "bot.jobs", *STORE),
    "bot.chats.gate": (*NOUNS, "bot.core"),
    "bot.chats.sender": (*NOUNS, "bot.core", "bot.chats.transport"),
    "bot.chats.transport": NOUNS,
    "bot.chats.words": NOUNS,
    "bot.jobs": (*NOUNS, "bot.core", *STORE),
    "bot.web": (*NOUNS, "bot.jobs", *STORE),
    "bot.config": NOUNS,
    "bot.logs": (),
    "bot.simulator": (),
    "bot.app": ("bot", "storage"),
    "bot.cli": ("bot", "storage"),
    "bot.__main__": ("bot.cli",),
    "bot": (),
}
ONLY_CLI_IMPORTS = "bot.app"

# A name from outside lives in one place.
LIVES_IN: dict[str, tuple[str, ...]] = {
    "telegram": ("bot.chats", "bot.app"),
    "aiohttp": ("bot.sources.fetch", "bot.chats.transport", "bot.web", "bot.simulator"),
    "feedparser": ("bot.sources.feed",),
    "apscheduler": ("bot.app",),
    "aiosqlite": ("storage",),
    "aiosql": ("storage",),
    "sqlite3": ("storage",),
    "selectolax": ("bot.sources", "bot.core"),
    "trafilatura": ("bot.sources",),
    "dateparser": ("bot.core.dates",),
    "babel": ("bot.core", "bot.chats.words"),
    "jinja2": ("bot.web", "bot.simulator"),
    "prometheus_client": ("bot.web",),
    "typer": ("bot.cli",),
    "rich": ("bot.cli",),
    "dotenv": ("bot.config",),
}
NOT_IN_CORE = {"asyncio", "os", "time", "random", "logging", "aiohttp", "httpx", "telegram", "sqlite3", "aiosqlite"}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc"}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def imports_of(path: Path) -> Iterator[str]:
    """Full names of what a file imports; `from a import b` is a.b where that is a module, else a."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides the direction"
            assert node.module is not None
            for one in node.names:
                deeper = ROOT.joinpath(*node.module.split("."), one.name)
                is_module = deeper.with_suffix(".py").exists() or deeper.is_dir()
                yield f"{node.module}.{one.name}" if is_module else node.module


def is_inside(name: str, room: str) -> bool:
    """Whether a module is the room or in it; "bot.sources.fetch" also has bot/sources/fetch_limits.py."""
    return name == room or name.startswith((room + ".", room + "_"))


def room_of(name: str) -> str:
    return max((room for room in MAY_IMPORT if is_inside(name, room)), key=len)


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_room_imports_only_what_its_direction_allows(path: Path) -> None:
    name = name_of(path)
    room = room_of(name)
    allowed = (room, *MAY_IMPORT[room])
    ours = {one for one in imports_of(path) if one.split(".")[0] in {"bot", "storage", "tests"}}
    strays = {one for one in ours if not any(is_inside(one, door) for door in allowed)}
    assert not strays, f"{name} may import {', '.join(allowed)}, not {', '.join(sorted(strays))}"


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_only_the_command_line_imports_the_app(path: Path) -> None:
    name = name_of(path)
    if not is_inside(name, "bot.cli") and not is_inside(name, ONLY_CLI_IMPORTS):
        assert not [one for one in imports_of(path) if is_inside(one, ONLY_CLI_IMPORTS)]


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_name_from_outside_lives_in_one_place(path: Path) -> None:
    name = name_of(path)
    for one in imports_of(path):
        homes = LIVES_IN.get(one.split(".")[0])
        assert homes is None or any(is_inside(name, home) for home in homes), f"{one} lives in {homes}, not in {name}"


@pytest.mark.parametrize("path", [path for path in CODE if is_inside(name_of(path), "bot.core")], ids=name_of)
def test_the_core_is_pure(path: Path) -> None:
    assert not {one.split(".")[0] for one in imports_of(path)} & NOT_IN_CORE
    asynchronous = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    assert not [node for node in ast.walk(tree_of(path)) if isinstance(node, asynchronous)]


def test_one_guard_in_the_whole_program_catches_everything() -> None:
    broad = [
        f"{name_of(path)}:{node.lineno}"
        for path in CODE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node.type) and not lets_pass(node)
    ]
    assert len(broad) == 1, broad
    assert broad[0].startswith("bot.app"), broad


def lets_pass(handler: ast.ExceptHandler) -> bool:
    """Whether a handler only cleans up: whatever it caught goes on."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def catches_everything(caught: ast.expr | None) -> bool:
    match caught:
        case None:
            return True
        case ast.Tuple(elts=several):
            return any(catches_everything(one) for one in several)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in {"Exception", "BaseException"}
        case _:
            return False


@pytest.mark.parametrize("path", [*CODE, *TESTS], ids=name_of)
def test_a_file_is_short_and_its_name_says_something(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")
    assert lines <= LONGEST_FILE, f"{name_of(path)} has {lines} lines"
    assert path.stem not in NAMES_THAT_SAY_NOTHING


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_tests_use_real_things(path: Path) -> None:
    names = {node.arg for node in ast.walk(tree_of(path)) if isinstance(node, ast.arg)}
    assert "monkeypatch" not in names
    assert "mocker" not in names
    assert not [one for one in imports_of(path) if one.startswith(("unittest.mock", "mock"))]


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_nothing_is_left_for_later(path: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX)\b|NotImplementedError|pragma: no cover", path.read_text("utf-8"))


def test_sql_stands_in_sql_files_only() -> None:
    statement = re.compile(r"\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b")
    strings = (
        (path, node.value)
        for path in CODE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    assert not [f"{name_of(path)}: {said[:60]}" for path, said in strings if statement.search(said)]
