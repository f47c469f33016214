"""What is stored about a chat, shown and erased: /mydata, /forget."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final
from zoneinfo import ZoneInfo

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands.choices import name_of, sources_of
from bot.chats.commands.follow import end_watches
from bot.chats.commands.quiet import shown_hours
from bot.chats.desk import Caller
from bot.chats.wording import sentence
from bot.core.html import clip
from bot.errors import StoreUnavailable
from bot.model import Rendered

_MOST_LINES: Final = 30
_PAUSES: Final = (0.2, 1.0, 3.0, 5.0)


async def my_data(clerk: Clerk, caller: Caller, words: str) -> None:
    """Everything that is stored about this chat, in words."""
    del words
    chat, say = caller.chat, caller.words
    store = clerk.desk.store
    follows, watches = await store.chats.follows(chat.id), await store.watches.of_chat(chat.id)
    zone = ZoneInfo(chat.timezone)
    lines = [
        sentence(
            say,
            "mydata.follow",
            source=name_of(each.source_id, clerk, say),
            since=f"{each.since.astimezone(zone):%d/%m/%Y}",
        )
        for each in follows
    ] + [
        sentence(
            say,
            "mydata.watch",
            query=clip(each.query, 80),
            sources=sources_of(each, clerk, say, 80) or say.say("source.every"),
            since=f"{each.since.astimezone(zone):%d/%m/%Y}",
        )
        for each in watches
    ]
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [sentence(say, "mydata.more", count=len(lines) - _MOST_LINES)]
    head = sentence(
        say,
        "mydata.head",
        number=str(chat.telegram_id),
        kind=say.say(f"mydata.kind.{chat.kind}"),
        title=chat.title or "–",
        language=say.say("language.name"),
        quiet=shown_hours(chat.quiet, say),
        zone=chat.timezone,
    )
    listed = "\n".join(lines) or sentence(say, "mydata.nothing")
    erase = (button(say.say("button.forget"), "f", "ask"),)
    text = f"{head}\n\n{listed}\n\n{sentence(say, 'mydata.also')}"
    await clerk.answer(caller, Rendered(text=text, buttons=(erase,)))


async def forget(clerk: Clerk, caller: Caller, words: str) -> None:
    """Ask whether all of it shall be erased; erase it once that is confirmed by the button."""
    if not caller.shown or words not in ("yes", "no"):
        yes = button(caller.words.say("button.forget_yes"), "f", "yes")
        no = button(caller.words.say("button.forget_no"), "f", "no")
        await clerk.tell(caller, "forget.ask", (yes,), (no,))
        return
    if words == "no":
        await clerk.tell(caller, "forget.kept")
        return
    await end_watches(clerk, caller.chat.id)
    await _erase(clerk, caller)
    await clerk.tell(caller, "forget.done")


async def _erase(clerk: Clerk, caller: Caller) -> None:
    """Erase, and ask again while a reader holds on to the log; StoreUnavailable where that does not end."""
    for pause in _PAUSES:
        with contextlib.suppress(StoreUnavailable):
            await clerk.desk.store.chats.forget(caller.chat.id)
            return
        await asyncio.sleep(pause)
    await clerk.desk.store.chats.forget(caller.chat.id)
