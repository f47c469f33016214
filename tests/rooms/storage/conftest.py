"""What the stories of the outbox begin with."""

from __future__ import annotations

import pytest

from storage.store import Store
from tests.builders import a_baseline
from tests.fakes import HandClock


@pytest.fixture
async def baseline(store: Store, clock: HandClock) -> None:
    """The source has been read once: what it brings from now on is news."""
    await a_baseline(store, clock)
