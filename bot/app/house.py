"""The east side of the house, made with its part of the configuration: who speaks with people, and what delivers."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.app.cellar import Cellar, opened_cellar
from bot.chats.application import App, build_application
from bot.chats.desk import Desk, Reload
from bot.chats.gate import Gate
from bot.chats.sender import TelegramSender
from bot.chats.speaker import Speaker
from bot.chats.terse_bot import TerseBot
from bot.chats.transport import AiohttpRequest
from bot.chats.words import words_for
from bot.config import Config
from bot.core.pace import Pace
from bot.jobs.composing import Composer
from bot.jobs.deliver import Delivery
from bot.jobs.reach import Reach
from bot.jobs.terms import Terms
from bot.model import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that the loops work with. `sources` are in the order of config.toml."""

    config: Config
    cellar: Cellar
    sources: Mapping[str, Source]
    application: App
    speaker: Speaker
    delivery: Delivery


@asynccontextmanager
async def built(config: Config, ears: AiohttpRequest, reload: Reload) -> AsyncIterator[House]:
    """The house, standing but still; *ears* is the connection that listens. Raises StoreError."""
    telegram = config.telegram
    terms = Terms(
        boot=uuid.uuid4().hex, per_second=telegram.messages_per_second, collect_above=config.push.collect_above
    )
    mouth = AiohttpRequest(ca_file=telegram.ca_file)
    hands = AiohttpRequest(connections=terms.most_sending, ca_file=telegram.ca_file)
    async with opened_cellar(config) as cellar:
        await mouth.initialize()
        await hands.initialize()
        try:
            yield _furnished(config, cellar, terms, reload, ears, mouth, hands)
        finally:
            await hands.shutdown()
            await mouth.shutdown()


def _furnished(
    config: Config,
    cellar: Cellar,
    terms: Terms,
    reload: Reload,
    ears: AiohttpRequest,
    mouth: AiohttpRequest,
    hands: AiohttpRequest,
) -> House:
    telegram, timing = config.telegram, cellar.timing
    sources = {source.id: source for source in config.sources}
    pace = Pace(per_second=telegram.messages_per_second, now=timing.monotonic())
    desk = Desk(
        store=cellar.store,
        sources=sources,
        watches=cellar.watches,
        gate=Gate(pace, timing.monotonic),
        clock=timing.clock,
        admins=frozenset(telegram.admins),
        reload=reload,
    )
    application = build_application(
        token=telegram.token, request=mouth, update_request=ears, desk=desk, api_root=telegram.api_root
    )
    pusher = TerseBot(telegram.token, telegram.api_root, hands)
    sender = TelegramSender(pusher, broadcast_paid=telegram.paid_broadcast)
    delivery = Delivery(
        cellar.store,
        sender,
        Composer(cellar.store, words_for=words_for, sources=sources, summary_length=config.push.summary_length),
        pace=pace,
        reach=Reach(sender.reachable, chance=timing.chance),
        timing=timing,
        terms=terms,
    )
    speaker = Speaker(TelegramSender(application.bot), gate=desk.gate, store=cellar.store, clock=timing.clock)
    return House(
        config=config,
        cellar=cellar,
        sources=sources,
        application=application,
        speaker=speaker,
        delivery=delivery,
    )
