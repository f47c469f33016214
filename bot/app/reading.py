"""The west room: how portals are read, within the operator's limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from bot.app.cellar import Cellar, utc_now
from bot.config import FetchConfig
from bot.jobs.poll import poll
from bot.model import PollReport, Reader, Source
from bot.sources.fetch import Fetcher, FetchRules
from bot.sources.reader import PortalReader


def program_version() -> str:
    """The installed version, or a word for a checkout that was not installed."""
    try:
        return version("loa")
    except PackageNotFoundError:
        return "unreleased"


def fetch_rules(fetch: FetchConfig) -> FetchRules:
    """How the web is asked: the operator's limits, and who we say we are."""
    said = ("portal news to Telegram", *((f"+{fetch.contact}",) if fetch.contact else ()))
    return FetchRules(
        timeout=fetch.timeout,
        max_bytes=fetch.max_bytes,
        allow_private=fetch.allow_private,
        robots=fetch.robots,
        user_agent=f"Loa/{program_version()} ({'; '.join(said)})",
    )


@asynccontextmanager
async def opened_fetcher(fetch: FetchConfig) -> AsyncIterator[Fetcher]:
    """The door to the web, with its connections, while the block runs."""
    fetcher = Fetcher(fetch_rules(fetch), utc_now)
    try:
        yield fetcher
    finally:
        await fetcher.close()


@asynccontextmanager
async def opened_reader(fetch: FetchConfig) -> AsyncIterator[PortalReader]:
    """The reader of a command that looks at portals."""
    async with opened_fetcher(fetch) as fetcher:
        yield PortalReader(fetcher, utc_now, max_bytes=fetch.max_bytes)


async def read_once(source: Source, reader: Reader, cellar: Cellar) -> PollReport:
    """One reading of a source, with everything that follows from it."""
    return await poll(
        source,
        reader=reader,
        store=cellar.store,
        watches=cellar.watches,
        stories=cellar.stories,
        clock=cellar.timing.clock,
        chance=cellar.timing.chance,
    )
