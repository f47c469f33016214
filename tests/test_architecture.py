"""Reads every import with ast and holds the house to its directions (ARCHITECTURE.md tells why)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
CODE = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("storage/**/*.py")])
TESTS = sorted(ROOT.glob("tests/**/*.py"))
LONGEST_FILE = 300

# Which of our modules each room may import, besides itself. The longest name that fits a module counts.
NOUNS = ("bot.model", "bot.errors")
STORE = ("storage.store", "storage.outbox", "storage.latency")
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "bot.model": (),
    "bot.errors": (),
    "bot.core": NOUNS,
    "bot.sources": (*NOUNS, "bot.core"),
    "storage": (*NOUNS, "bot.core"),
    "bot.chats": (*NOUNS, "bot.core", "bot.jobs", *STORE),
    "bot.chats.gate": (*NOUNS, "bot.core"),
    "bot.chats.sender": (*NOUNS, "bot.core", "bot.chats.terse_bot", "bot.chats.transport"),
    "bot.chats.terse_bot": NOUNS,
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
    "uvloop": ("bot.cli.running",),
}
NOT_IN_CORE = {"asyncio", "os", "time", "random", "logging", "aiohttp", "httpx", "telegram", "sqlite3", "aiosqlite"}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc"}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
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


def test_a_room_imports_only_what_its_direction_allows() -> None:
    strays = [
        f"{name_of(path)} imports {one}"
        for path in CODE
        for one in imports_of(path)
        if one.split(".")[0] in {"bot", "storage", "tests"} and not may_import(name_of(path), one)
    ]
    assert strays == []


def may_import(name: str, other: str) -> bool:
    room = room_of(name)
    return any(is_inside(other, door) for door in (room, *MAY_IMPORT[room]))


def test_only_the_command_line_imports_the_app() -> None:
    outside = [
        path for path in CODE if not is_inside(name_of(path), "bot.cli") and not is_inside(name_of(path), "bot.app")
    ]
    assert [name_of(path) for path in outside for one in imports_of(path) if is_inside(one, "bot.app")] == []


def test_a_name_from_outside_lives_in_one_place() -> None:
    strays = [
        f"{name_of(path)} imports {one}"
        for path in CODE
        for one in imports_of(path)
        if (homes := LIVES_IN.get(one.split(".")[0])) and not any(is_inside(name_of(path), home) for home in homes)
    ]
    assert strays == []


def test_the_core_is_pure() -> None:
    asynchronous = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    core = [path for path in CODE if is_inside(name_of(path), "bot.core")]
    assert [name_of(path) for path in core for one in imports_of(path) if one.split(".")[0] in NOT_IN_CORE] == []
    assert [name_of(path) for path in core for node in ast.walk(tree_of(path)) if isinstance(node, asynchronous)] == []


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


def test_a_file_is_short_and_its_name_says_something() -> None:
    lengths = {name_of(path): path.read_text("utf-8").count("\n") for path in (*CODE, *TESTS)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}
    assert [name for name in lengths if name.rpartition(".")[2] in NAMES_THAT_SAY_NOTHING] == []


def test_tests_use_real_things() -> None:
    arguments = {
        (name_of(path), node.arg) for path in TESTS for node in ast.walk(tree_of(path)) if isinstance(node, ast.arg)
    }
    assert [told for told in arguments if told[1] in {"monkeypatch", "mocker"}] == []
    mocks = [name_of(path) for path in TESTS for one in imports_of(path) if one.startswith(("unittest.mock", "mock"))]
    assert mocks == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplementedError|pragma: no cover")
    assert [name_of(path) for path in CODE if later.search(path.read_text("utf-8"))] == []


def test_sql_stands_in_sql_files_only() -> None:
    statement = re.compile(r"\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b")
    strings = (
        (path, node.value)
        for path in CODE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    assert not [f"{name_of(path)}: {said[:60]}" for path, said in strings if statement.search(said)]


def test_every_invariant_of_the_architecture_has_a_test_that_exists() -> None:
    told = set(re.findall(r"`(test_\w+)`", (ROOT / "ARCHITECTURE.md").read_text("utf-8"))) - {"test_architecture"}
    known = {
        node.name
        for path in TESTS
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert len(told) >= 10
    assert told <= known, told - known


def test_no_tracked_text_names_this_or_that_machine() -> None:
    """Lock files hold hashes and no addresses; nothing points at a folder of whoever wrote it."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / name).read_text("utf-8")
