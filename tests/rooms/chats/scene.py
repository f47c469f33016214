"""A desk with a real store and a pretend Telegram; people write and press, and read what comes back."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.chats.application import App, build_application
from bot.chats.desk import Desk
from bot.chats.gate import Gate
from bot.chats.transport import AiohttpRequest
from bot.chats.updates import Door
from bot.core.pace import Pace
from bot.jobs.watching import WatchBook
from bot.model import Chat, Item, Priority, Reading, Source, StoredItem
from bot.simulator import PretendTelegram
from storage.store import Store
from tests.fakes import HandClock

TDKT = Source(id="tdkt", title="Tin tức - Sự kiện", url="https://portal.example/rss")
CCHC = Source(id="cchc", title="Cải cách hành chính", url="https://portal.example/cchc")
OPERATOR = 1001
PERSON = 2001
GROUP = -3001
ADMIN, MEMBER = 4001, 4002


@dataclass(kw_only=True)
class Scene:
    """Verbs of the stories: `ask` and `press` answer with what the bot's messages say afterwards."""

    telegram: PretendTelegram
    store: Store
    clock: HandClock
    watches: WatchBook
    application: App
    door: Door
    desk: Desk
    toast: str = ""

    async def publish(self, *items: Item, baseline: bool = False) -> tuple[StoredItem, ...]:
        """Store items as a reading of their source brings them; the first ones are the baseline, owed to nobody."""
        async with self.store.poll(items[0].source_id, self.clock()) as tx:
            kept = await tx.keep(Reading(kind="feed", items=items), items, baseline=baseline)
        return kept.new or kept.held

    async def owe(self, *items: Item) -> int:
        """Publish items as news; how many notes are owed for them."""
        async with self.store.poll(items[0].source_id, self.clock()) as tx:
            kept = await tx.keep(Reading(kind="feed", items=items), items, baseline=False)
            return await tx.owe_followers(kept.new, Priority.NORMAL)

    async def handle(self) -> None:
        """Let the bot take every update that waits, one batch after another."""
        queue = self.telegram.world.updates.queue
        while queue:
            batch = list(queue)
            queue.clear()
            await asyncio.gather(*(self.door.take(payload) for payload in batch))

    async def ask(self, chat_id: int, text: str, **who: Any) -> str:
        """Write something; the text of what the bot sent afterwards, messages apart by a line."""
        return texts(await self.answers(chat_id, text, **who))

    async def answers(self, chat_id: int, text: str, **who: Any) -> Sequence[dict[str, Any]]:
        """Write something; the messages that the bot sent afterwards."""
        spoken = self.telegram.say(chat_id, text, **who)
        await self.handle()
        return self.telegram.sent(chat_id, after=spoken)

    async def press(self, chat_id: int, label: str, *, user_id: int | None = None) -> str:
        """Press the newest button of that label; the text that its message has afterwards."""
        message = next(
            each for each in reversed(self.telegram.sent(chat_id)) if any(label in name for name in buttons(each))
        )
        query = self.telegram.press(chat_id, message["message_id"], text=label, user_id=user_id)
        await self.handle()
        self.toast = (self.telegram.answer(query) or {}).get("text") or ""
        now = [each for each in self.telegram.sent(chat_id) if each["message_id"] == message["message_id"]]
        return texts(now)

    def last(self, chat_id: int) -> dict[str, Any]:
        """The bot's newest message in the chat."""
        return self.telegram.sent(chat_id)[-1]

    async def chat(self, telegram_id: int) -> Chat:
        """The chat as it is stored."""
        found = await self.store.chats.by_telegram(telegram_id)
        assert found is not None
        return found

    async def followed(self, telegram_id: int) -> list[tuple[int, str]]:
        """Topic and source of everything that the chat follows."""
        chat = await self.store.chats.by_telegram(telegram_id)
        return [(each.thread, each.source_id) for each in await self.store.chats.follows(chat.id)] if chat else []

    def group(self, chat_id: int = GROUP, **settings: Any) -> None:
        """A group with an administrator and a member."""
        self.telegram.chat(chat_id, members={ADMIN: "administrator", MEMBER: "member"}, **settings)

    def no_harm(self) -> None:
        """Nothing that Telegram would have refused, and no press that was left waiting."""
        stats = self.telegram.stats()
        assert not stats["problems"], stats["problems"]
        assert not stats["unanswered_callbacks"]


@asynccontextmanager
async def opened(folder: Path, *sources: Source, monotonic: Callable[[], float] | None = None) -> AsyncIterator[Scene]:
    """The scene with these sources; Telegram's limits are out of the way, they have tests of their own."""
    clock = HandClock()
    store = await Store.open(f"sqlite:///{folder}/loa.db")
    request, other = AiohttpRequest(), AiohttpRequest()
    try:
        await store.sources.ensure(sources)
        async with PretendTelegram() as telegram:
            telegram.limits.enabled = False
            # A clock that leaps with every look: each slot has come when it is asked for.
            leaping = itertools.count(1_000.0, 100.0).__next__
            watches = WatchBook(clock, "Asia/Ho_Chi_Minh")
            desk = Desk(
                store=store,
                sources={source.id: source for source in sources},
                watches=watches,
                gate=Gate(Pace(per_second=28, now=0.0), monotonic or leaping),
                clock=clock,
                admins=frozenset({OPERATOR}),
            )
            application = build_application(
                token=telegram.token, request=request, update_request=other, desk=desk, api_root=telegram.url
            )
            async with application:
                yield Scene(
                    telegram=telegram,
                    store=store,
                    clock=clock,
                    watches=watches,
                    application=application,
                    door=Door(application),
                    desk=desk,
                )
    finally:
        await store.close()


def texts(messages: Sequence[dict[str, Any]]) -> str:
    """What messages say."""
    return "\n".join(message.get("text", "") for message in messages)


def buttons(message: dict[str, Any]) -> list[str]:
    """The labels of a message's buttons, in order."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
