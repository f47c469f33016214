"""What every story may ask for: a clock that is moved by hand, and a real store in a folder of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.fakes import HandClock


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the seeds of the random stories of this run, wherever they were told."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                terminalreporter.write_line(f"{report.nodeid}: {name} {value}")


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands until it is moved."""
    return HandClock()


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Where the store lies."""
    return f"sqlite:///{tmp_path}/loa.db"


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An empty store, closed at the end."""
    opened = await Store.open(store_url)
    yield opened
    await opened.close()
