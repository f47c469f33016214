"""Desks for the stories of the commands."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.rooms.chats.scene import CCHC, TDKT, Scene, opened


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Scene]:
    """One source."""
    async with opened(tmp_path, TDKT) as scene:
        yield scene


@pytest.fixture
async def wide_desk(tmp_path: Path) -> AsyncIterator[Scene]:
    """Two sources."""
    async with opened(tmp_path, TDKT, CCHC) as scene:
        yield scene
