"""The rooms of one process, each made with its part of the configuration, taken down in reverse order."""

from __future__ import annotations

import logging
import random
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from bot.chats.application import App, build_application
from bot.chats.desk import Desk
from bot.chats.gate import Gate
from bot.chats.sender import TelegramSender
from bot.chats.transport import AiohttpRequest
from bot.chats.words import words_for
from bot.config import Config, FetchConfig
from bot.core.pace import Pace
from bot.jobs.composing import Composer
from bot.jobs.deliver import Delivery
from bot.jobs.poll import poll
from bot.jobs.reach import Reach
from bot.jobs.terms import Terms, Timing
from bot.jobs.watching import WatchBook
from bot.model import PollReport, Source
from bot.sources.fetch import Fetcher, FetchRules
from bot.sources.reader import PortalReader
from storage.store import Store

log = logging.getLogger(__name__)

FEWEST_WAYS: Final = 64
"""Connections to Telegram; each is held for as long as Telegram takes to answer, so a larger budget needs more."""


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def program_version() -> str:
    """The installed version, or a word for a checkout that was not installed."""
    try:
        return version("loa")
    except PackageNotFoundError:
        return "unreleased"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that the loops work with."""

    config: Config
    timing: Timing
    store: Store
    sources: Mapping[str, Source]
    watches: WatchBook
    ears: AiohttpRequest
    application: App
    desk: Desk
    delivery: Delivery
    reader: PortalReader

    async def read(self, source: Source) -> PollReport:
        """One reading of a source."""
        return await poll(
            source,
            reader=self.reader,
            store=self.store,
            watches=self.watches,
            clock=self.timing.clock,
            chance=self.timing.chance,
        )


@asynccontextmanager
async def built(config: Config) -> AsyncIterator[House]:
    """The house, standing but still. Raises StoreError where the archive cannot be opened."""
    timing = Timing(clock=utc_now, monotonic=time.monotonic, chance=random.random)
    async with AsyncExitStack() as rooms:
        store = await Store.open(config.storage.url)
        rooms.push_async_callback(store.close)
        await _know_sources(store, config)
        watches = WatchBook(timing.clock, config.schedule.timezone)
        watches.load(await store.watches.all())
        reader = reading_room(config.fetch, rooms)
        ears, mouth = _ways_to_telegram(config)
        rooms.push_async_callback(ears.shutdown)
        rooms.push_async_callback(mouth.shutdown)
        await ears.initialize()
        await mouth.initialize()
        pace = Pace(per_second=config.telegram.messages_per_second, now=timing.monotonic())
        sources = {source.id: source for source in config.sources}
        desk = Desk(
            store=store,
            sources=sources,
            watches=watches,
            gate=Gate(pace, timing.monotonic),
            clock=timing.clock,
            admins=frozenset(config.telegram.admins),
        )
        application = build_application(
            token=config.telegram.token,
            request=mouth,
            update_request=ears,
            desk=desk,
            api_root=config.telegram.api_root,
        )
        yield House(
            config=config,
            timing=timing,
            store=store,
            sources=sources,
            watches=watches,
            ears=ears,
            application=application,
            desk=desk,
            delivery=_delivery(config, store, sources, application, pace, timing),
            reader=reader,
        )


async def _know_sources(store: Store, config: Config) -> None:
    for lost in await store.sources.ensure(config.sources):
        log.warning(
            "source.not_configured id=%s has followers: configure it, or name it in `was` of its successor", lost
        )
    if not config.sources:
        log.warning("source.none add [[sources]] to %s", config.path.name)


def fetch_rules(fetch: FetchConfig) -> FetchRules:
    """How the web is asked: the operator's limits, and who we say we are."""
    return FetchRules(
        timeout=fetch.timeout,
        max_bytes=fetch.max_bytes,
        allow_private=fetch.allow_private,
        user_agent=f"Loa/{program_version()} (portal news to Telegram)",
    )


def reading_room(fetch: FetchConfig, rooms: AsyncExitStack) -> PortalReader:
    """The west room; it is closed with *rooms*."""
    fetcher = Fetcher(fetch_rules(fetch), utc_now)
    rooms.push_async_callback(fetcher.close)
    return PortalReader(fetcher, utc_now, max_bytes=fetch.max_bytes)


def _ways_to_telegram(config: Config) -> tuple[AiohttpRequest, AiohttpRequest]:
    ca_file, ways = config.telegram.ca_file, max(FEWEST_WAYS, config.telegram.messages_per_second)
    return AiohttpRequest(connections=2, ca_file=ca_file), AiohttpRequest(connections=ways, ca_file=ca_file)


def _delivery(
    config: Config, store: Store, sources: Mapping[str, Source], application: App, pace: Pace, timing: Timing
) -> Delivery:
    telegram, push = config.telegram, config.push
    sender = TelegramSender(application.bot, broadcast_paid=telegram.paid_broadcast)
    return Delivery(
        store,
        sender,
        Composer(store.items, words_for=words_for, sources=sources, summary_length=push.summary_length),
        pace=pace,
        reach=Reach(sender.reachable, chance=timing.chance),
        timing=timing,
        terms=Terms(boot=uuid.uuid4().hex, per_second=telegram.messages_per_second, collect_above=push.collect_above),
    )
