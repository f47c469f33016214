"""The way out in one process: a real store, the real delivery, the real library, and a pretend Telegram."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from bot.chats.sender import TelegramSender
from bot.chats.terse_bot import TerseBot
from bot.chats.transport import AiohttpRequest
from bot.chats.words import words_for
from bot.core.pace import Pace
from bot.jobs.composing import Composer
from bot.jobs.deliver import Delivery
from bot.jobs.reach import Reach
from bot.jobs.terms import Terms, Timing
from bot.model import Chat, ChatKind, Item, Priority, Reading, Source, StoredItem
from bot.simulator import Limits, PretendTelegram
from storage.store import Store
from tests.owed import a_stored

SOURCES = {"tdkt": Source(id="tdkt", title="Tin tức - Sự kiện", url="https://tinh.example.gov.vn/rss")}
DAY_AGO = timedelta(days=1)


@dataclass
class Wall:
    """The wall clock, which a test may set wrong."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Outlet:
    """Subscribes chats, publishes items, starts and stops the delivery."""

    store: Store
    telegram: PretendTelegram
    request: AiohttpRequest
    terms: Terms = field(default_factory=lambda: Terms(boot="first"))
    wall: Wall = field(default_factory=Wall)
    sources: Mapping[str, Source] = field(default_factory=lambda: SOURCES)
    published: int = 0
    delivery: Delivery | None = None
    running: asyncio.Task[None] | None = None

    async def subscribe(self, count: int, *, kind: ChatKind = ChatKind.PRIVATE, first: int = 1) -> list[Chat]:
        """That many chats follow the source since yesterday."""
        chats = []
        since = self.wall() - DAY_AGO
        for number in range(first, first + count):
            telegram_id = 1000 + number if kind is ChatKind.PRIVATE else -1000 - number
            self.telegram.chat(telegram_id, type=kind.value)
            chat = await self.store.chats.meet(telegram_id, kind, f"Chat {number}", "vi", since)
            await self.store.chats.follow(chat.id, 0, "tdkt", since)
            chats.append(chat)
        return chats

    async def publish(
        self, count: int = 1, *, priority: Priority = Priority.NORMAL, **fields: object
    ) -> Sequence[StoredItem]:
        """The portal brings that many new items, the newest on top; they are owed to all who follow."""
        items: list[Item] = []
        for _ in range(count):
            self.published += 1
            items.insert(0, a_stored(self.published, **fields).item)
        async with self.store.poll("tdkt", self.wall()) as tx:
            kept = await tx.keep(Reading(kind="feed", items=tuple(items)), items, baseline=False)
            await tx.owe_followers(kept.new, priority)
        if self.delivery is not None:
            self.delivery.wake()
        return kept.new

    def build(self, *, age: float = 60.0) -> Delivery:
        """A delivery whose pacer is *age* seconds old."""
        monotonic = time.monotonic
        pace = Pace(per_second=self.terms.per_second, now=monotonic() - age)
        timing = Timing(clock=self.wall, monotonic=monotonic, chance=lambda: 0.0)
        bot = TerseBot(self.telegram.token, self.telegram.url, self.request)
        sender = TelegramSender(bot)
        composer = Composer(self.store, words_for=words_for, sources=self.sources)
        reach = Reach(sender.reachable, chance=timing.chance)
        self.delivery = Delivery(self.store, sender, composer, pace=pace, reach=reach, timing=timing, terms=self.terms)
        return self.delivery

    async def start(self, *, age: float = 60.0) -> Delivery:
        """Deliver in the background."""
        delivery = self.build(age=age)
        self.running = asyncio.create_task(delivery.run())
        return delivery

    async def stop(self) -> None:
        """A clean stop."""
        assert self.delivery is not None
        assert self.running is not None
        self.delivery.stop()
        await self.running
        self.running = None

    async def crash(self) -> None:
        """The process is gone: nothing is finished, nothing more is written."""
        assert self.running is not None
        self.running.cancel()
        await asyncio.wait([self.running])
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if "Flight._request" in repr(task.get_coro()):
                task.cancel()
        await asyncio.sleep(0)
        self.running = None
        self.terms = replace(self.terms, boot=f"after {self.terms.boot}")

    async def make_readonly(self, how: Literal["ON", "OFF"]) -> None:
        """Let the database refuse every write, or take it again: what a disk does that was mounted read-only."""
        await self.store._db._writer.execute(f"PRAGMA query_only = {how}")

    async def until_sent(self, count: int, within: float = 10.0) -> None:
        """Until Telegram has taken that many messages in all."""
        await self.telegram.wait_until(
            lambda: self.telegram.world.tally.accepted >= count, timeout=within, what=f"{count} messages"
        )

    async def until_settled(self, within: float = 10.0) -> None:
        """Until nothing is due or on its way any more."""
        async with asyncio.timeout(within):
            while True:
                depth = await self.store.outbox.depth(self.wall() + timedelta(days=1))
                if not depth.due and not depth.sending and not await self.store.edits.count():
                    return
                await asyncio.sleep(0.02)

    def texts(self, chat: Chat) -> list[str]:
        """What the chat's reader has read, oldest first."""
        return [message["text"] for message in self.telegram.sent(chat.telegram_id)]

    def titles(self, chat: Chat) -> list[str]:
        """The first lines of it."""
        return [text.split("\n")[0] for text in self.texts(chat)]

    async def ledger(self) -> list[dict[str, Any]]:
        """The whole ledger."""
        return [line async for line in self.store.outbox.ledger_lines()]


@asynccontextmanager
async def opened_outlet(folder: Path, *, limits: Limits | None = None) -> AsyncIterator[Outlet]:
    """An outlet with an empty store whose source has had its baseline."""
    store = await Store.open(f"sqlite:///{folder}/loa.db")
    try:
        async with PretendTelegram(limits=limits or Limits()) as telegram, AiohttpRequest() as request:
            outlet = Outlet(store=store, telegram=telegram, request=request)
            async with store.poll("tdkt", outlet.wall()) as tx:
                await tx.keep(Reading(kind="feed"), (), baseline=True)
            try:
                yield outlet
            finally:
                if outlet.running is not None:
                    await outlet.stop()
    finally:
        await store.close()
