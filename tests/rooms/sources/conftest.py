"""The portal and the fetcher that tests of this room use."""

from collections.abc import AsyncIterator

import pytest

from bot.sources.fetch import Fetcher
from tests.rooms.sources.loopback import Loopback, fetching, opened


@pytest.fixture
async def portal() -> AsyncIterator[Loopback]:
    async with opened() as portal:
        yield portal


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with fetching() as fetcher:
        yield fetcher
