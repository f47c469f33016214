"""Tries what `run` needs, part by part, and says of each what was found and what to mend."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum

from telegram import Bot
from telegram.error import TelegramError

from bot.app.listening import is_refused, token_refused
from bot.app.reading import opened_reader
from bot.chats.sender import TelegramSender
from bot.chats.terse_bot import TerseBot
from bot.chats.transport import AiohttpRequest
from bot.config import Config, TelegramConfig
from bot.errors import StoreError
from bot.model import Address, Answer, ChatKind, Memory, Rendered, Source
from bot.sources.reader import PortalReader
from storage.store import Store

PATIENCE = 15.0


class Mark(StrEnum):
    """Whether something is well; a note is worth a look, and hinders nothing."""

    OK = "ok"
    NOTE = "note"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was tried."""

    what: str
    mark: Mark
    said: str


async def findings(config: Config) -> AsyncIterator[Finding]:
    """The configuration, the database, the token and each source, as they are tried."""
    yield Finding(what=config.path.name, mark=Mark.OK, said=f"{len(config.sources)} sources")
    for finding in await try_database(config):
        yield finding
    yield await try_token(config.telegram)
    async with opened_reader(config.fetch) as reader:
        for source in config.sources:
            yield await try_source(reader, source)


async def try_database(config: Config) -> tuple[Finding, ...]:
    """Opens the database, which makes it where there is none, and looks through it and at what it remembers."""
    what = "database"
    try:
        store = await Store.open(config.storage.url)
    except StoreError as trouble:
        return (Finding(what=what, mark=Mark.FAIL, said=str(trouble)),)
    try:
        said = await store.check()
        mark = Mark.OK if said == "ok" else Mark.FAIL
        looked = Finding(what=what, mark=mark, said=f"integrity {said}, {await store.items.count():,} items")
        return (looked, *await _silent(store, config), *await _orphaned(store, config))
    finally:
        await store.close()


async def _silent(store: Store, config: Config) -> list[Finding]:
    """Sources that the running bot has seen to be silent for longer than is their habit."""
    return [
        Finding(
            what=memory.source_id,
            mark=Mark.NOTE,
            said=f"nothing new since {memory.silent_since:%Y-%m-%d}, against its habit - have its news moved?",
        )
        for memory in await store.sources.memories()
        if memory.silent_since is not None and config.source(memory.source_id) is not None
    ]


async def _orphaned(store: Store, config: Config) -> list[Finding]:
    """Sources with followers that are configured no more, nor named as the former id of one that is."""
    known = [name for source in config.sources for name in (source.id, source.was)]
    return [
        Finding(
            what=orphan.source_id,
            mark=Mark.NOTE,
            said=f"{len(orphan.followers)} chats follow it, but it is configured no more - configure it, or give the"
            f' source that took its place was = "{orphan.source_id}"',
        )
        for orphan in await store.sources.orphans(known)
    ]


async def try_token(telegram: TelegramConfig) -> Finding:
    """Asks Telegram who the token is."""
    request = AiohttpRequest(connections=1, read_timeout=PATIENCE, ca_file=telegram.ca_file)
    try:
        async with _bot(telegram, request) as bot:
            return Finding(what="token", mark=Mark.OK, said=f"@{bot.username}")
    except TelegramError as error:
        said = str(token_refused()) if is_refused(error) else f"Telegram cannot be reached: {error.message}"
        return Finding(what="token", mark=Mark.FAIL, said=said)


async def try_source(reader: PortalReader, source: Source) -> Finding:
    """Reads the source as for the first time; nothing is stored."""
    begun = time.monotonic()
    reading = await reader.read(source, Memory(source_id=source.id))
    took = f"{time.monotonic() - begun:.1f} s"
    if reading.trouble is not None:
        return Finding(what=source.id, mark=Mark.FAIL, said=f"{reading.trouble.why} ({took})")
    newest = f', first: "{reading.items[0].title}"' if reading.items else ""
    return Finding(what=source.id, mark=Mark.OK, said=f"{reading.kind}, {len(reading.items)} items in {took}{newest}")


async def send_one(telegram: TelegramConfig, chat: int, text: str) -> Answer:
    """Sends a plain message to a chat, outside of the outbox: the one thing that is no news."""
    request = AiohttpRequest(connections=1, ca_file=telegram.ca_file)
    kind = ChatKind.PRIVATE if chat > 0 else ChatKind.SUPERGROUP
    async with request:
        address = Address(chat_id=0, telegram_id=chat, kind=kind)
        bot = TerseBot(telegram.token, telegram.api_root, request)
        return await TelegramSender(bot).send(address, Rendered(text=text, html=False))


def _bot(telegram: TelegramConfig, request: AiohttpRequest) -> Bot:
    return Bot(telegram.token, base_url=f"{telegram.api_root}/bot", request=request, get_updates_request=request)
