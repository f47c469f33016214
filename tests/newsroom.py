"""A whole house without wires: portals that change their minds, real polls and delivery, and chats to look at."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from random import Random
from typing import Any, TypeVar

from bot.chats.words import words_for
from bot.core.pace import Pace
from bot.jobs.composing import Composer
from bot.jobs.deliver import Delivery
from bot.jobs.poll import poll
from bot.jobs.reach import Reach
from bot.jobs.stories import StoryBook
from bot.jobs.terms import Terms, Timing
from bot.jobs.watching import WatchBook
from bot.model import Accepted, Address, Answer, Chat, ChatKind, Item, Malformed, Rendered, Source
from storage.store import Store
from tests.fakes import Newsstand, notice
from tests.hurry import HurriedLoop

T = TypeVar("T")
BORN = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
HURRY = 200.0
STILL = 0.2
"""Seconds between two looks."""
_TAG = re.compile(r"<[^>]*>")


@dataclass
class Postbox:
    """A sender whose messages can be read; `flight` is how long an answer takes, in seconds."""

    flight: Callable[[], float] = lambda: 0.05
    messages: dict[int, dict[int, str]] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    edits: int = 0
    unanswered_edits: int = 0
    answering: bool = True
    undeletable: bool = False
    uneditable: bool = False

    async def send(self, address: Address, rendered: Rendered) -> Answer:
        """Takes a new message half-way through the flight."""
        await asyncio.sleep(self.flight() / 2)
        chat = self.messages.setdefault(address.telegram_id, {})
        number = max(chat, default=0) + 1
        chat[number] = unescape(_TAG.sub("", rendered.text))
        await asyncio.sleep(self.flight() / 2)
        return Accepted(message_id=number)

    async def edit(self, address: Address, message_id: int, rendered: Rendered) -> Answer:
        """Replaces a message."""
        await asyncio.sleep(self.flight() / 2)
        self.edits += 1
        if not self.uneditable:
            self.messages[address.telegram_id][message_id] = unescape(_TAG.sub("", rendered.text))
        self.unanswered_edits += 1
        try:
            await asyncio.sleep(self.flight() / 2)
            while not self.answering:
                await asyncio.sleep(STILL)
        finally:
            self.unanswered_edits -= 1
        if self.uneditable:
            return Malformed(why="Bad Request: message can't be edited")
        return Accepted(message_id=message_id)

    async def delete(self, address: Address, *message_ids: int) -> Answer:
        """Takes messages back, where Telegram lets it."""
        await asyncio.sleep(self.flight())
        if self.undeletable:
            return Malformed(why="Bad Request: message can't be deleted for everyone", markup=True)
        for message_id in message_ids:
            del self.messages[address.telegram_id][message_id]
        return Accepted(message_id=message_ids[0])

    async def reachable(self) -> bool:
        """Always."""
        return True


@dataclass
class Newsroom:
    """Portals by their ids, a store, a delivery that may die, and what the chats show. Everything runs hurried."""

    sources: tuple[str, ...] = ("tinh", "huyen")
    collect_above: int = 5
    merge: bool = True
    lives: int = 0
    published: int = 0
    delivery: Delivery | None = None
    running: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="loa-newsroom-")
        self.runner = asyncio.Runner(loop_factory=lambda: HurriedLoop(HURRY))
        self.loop = self.runner.get_loop()
        self.chance = Random(7)
        self.post = Postbox()
        self.portals = {name: Newsstand() for name in self.sources}
        self.configured = {
            name: Source(id=name, title=f"Cổng {name}", url=f"https://{name}.example/rss", merge=self.merge)
            for name in self.sources
        }
        self.watches = WatchBook(self.clock, "Asia/Ho_Chi_Minh")
        self.stories = StoryBook(self.clock)
        self.store = self.run(Store.open(f"sqlite:///{self.folder.name}/loa.db"))
        for name in self.sources:
            self.poll(name)

    def close(self) -> None:
        """End everything."""
        if self.running is not None:
            self.run(self._die())
        self.run(self.store.close())
        self.runner.close()
        self.folder.cleanup()

    def run(self, story: Coroutine[Any, Any, T]) -> T:
        """Let something happen."""
        return self.runner.run(story)

    def clock(self) -> datetime:
        """The hurried wall clock."""
        return BORN + timedelta(seconds=self.loop.time())

    def poll(self, source_id: str = "tinh") -> None:
        """One reading of a portal."""
        self.run(
            poll(
                self.configured[source_id],
                reader=self.portals[source_id],
                store=self.store,
                watches=self.watches,
                stories=self.stories,
                clock=self.clock,
                chance=lambda: 0.5,
            )
        )

    def subscriber(self, number: int, *sources: str) -> Chat:
        """A person who follows those sources (none: the first)."""
        chat = self.run(self.store.chats.meet(5000 + number, ChatKind.PRIVATE, f"Chị {number}", "vi", self.clock()))
        for source_id in sources or self.sources[:1]:
            self.run(self.store.chats.follow(chat.id, 0, source_id, self.clock()))
        return chat

    def publish(self, title: str, source_id: str = "tinh", **more: object) -> Item:
        """A portal publishes."""
        self.published += 1
        url = f"https://{source_id}.example/tin-tuc/bai-viet-so-hieu-{self.published + 1000}.html"
        told: dict[str, object] = {
            "url": url,
            "source_id": source_id,
            "published_at": self.clock().replace(microsecond=0),
        }
        item = notice(title, self.published + 1000, **{**told, **more})
        self.portals[source_id].publish(item)
        return item

    def correct(self, old: Item, **fields: object) -> Item:
        """A portal corrects an item in its place."""
        new = replace(old, **fields)  # type: ignore[arg-type]
        self.portals[old.source_id].replace(old.title, new)
        return new

    def work(self, seconds: float = 60.0) -> None:
        """The delivery works so long; it is started where it does not run."""
        self.run(self._work(seconds))

    @contextmanager
    def unanswered_edits(self) -> Iterator[None]:
        """Edits arrive, and are not answered until the block ends."""
        self.post.answering = False
        try:
            yield
        finally:
            self.post.answering = True

    def until_an_edit_is_out(self) -> None:
        """The delivery works until an edit waits for its answer."""
        for _ in range(500):
            self.work(STILL)
            if self.post.unanswered_edits:
                return
        raise AssertionError("no edit has left")

    def crash(self) -> None:
        """The process is gone between any two steps; what it remembered is read from the store by the next one.

        Messages that it had not written down yet may come twice: nobody knows their ids, so they are looked at apart.
        """
        self.run(self._die())
        known = self.run(self._known())
        for telegram_id, messages in self.post.messages.items():
            for number in [number for number in messages if (telegram_id, number) not in known and messages[number]]:
                self.post.unanswered.append(messages[number])
                messages[number] = ""
        self.stories = StoryBook(self.clock)
        self.stories.load(self.run(self.store.stories.news_since(BORN)), self.sources if self.merge else ())

    def settle(self) -> None:
        """Let everything arrive."""
        for _ in range(60):
            self.work(5.0)
            depth = self.run(self.store.outbox.depth(self.clock() + timedelta(days=1)))
            if not depth.due and not depth.sending and not self.run(self.store.edits.count()):
                return
        raise AssertionError(f"{depth}, {self.run(self.store.edits.count())} edits")

    def texts(self, chat: Chat) -> list[str]:
        """What the chat shows now."""
        return [text for text in self.post.messages.get(chat.telegram_id, {}).values() if text]

    def titles(self, chat: Chat) -> list[str]:
        """The first lines of it."""
        return [text.partition("\n")[0] for text in self.texts(chat)]

    def ledger(self) -> list[str]:
        """The verdicts, oldest first."""

        async def read() -> list[str]:
            return [str(line["verdict"]) async for line in self.store.outbox.ledger_lines()]

        return self.run(read())

    async def _known(self) -> set[tuple[object, object]]:
        return {(line["chat"], line["message"]) async for line in self.store.outbox.ledger_lines() if line["message"]}

    async def _work(self, seconds: float) -> None:
        if self.running is None:
            self.lives += 1
            monotonic = self.loop.time
            timing = Timing(clock=self.clock, monotonic=monotonic, chance=self.chance.random)
            terms = Terms(boot=f"life {self.lives}", collect_above=self.collect_above)
            pace = Pace(per_second=28, now=monotonic() - 60)
            composer = Composer(self.store, words_for=words_for, sources=self.configured)
            reach = Reach(self.post.reachable, chance=timing.chance)
            self.delivery = Delivery(
                self.store, self.post, composer, pace=pace, reach=reach, timing=timing, terms=terms
            )
            self.running = asyncio.create_task(self.delivery.run())
        assert self.delivery is not None
        self.delivery.wake()
        await asyncio.sleep(seconds)

    async def _die(self) -> None:
        if self.running is not None:
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.running = self.delivery = None
