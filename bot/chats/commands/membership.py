"""What Telegram tells about the bot's own place: blocked, kicked, added, a group that became a supergroup."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Final

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands.choices import pages
from bot.chats.desk import Caller
from bot.chats.wording import message
from bot.chats.words import words_for
from bot.core.render_list import latest as render_latest
from bot.model import EVERY_SOURCE, Address, Chat, ChatKind

log = logging.getLogger(__name__)

_A_PAGE: Final = 5
_LOOKED_THROUGH: Final = 500
_FIELDS: Final = 3


async def left(clerk: Clerk, telegram_id: int, why: str) -> None:
    """The bot cannot write there any more: nothing is owed to that chat until it is back."""
    chat = await clerk.desk.store.chats.by_telegram(telegram_id)
    if chat is not None:
        await clerk.desk.store.chats.pause(chat.id, why, clerk.desk.clock())
        log.info("chat.paused chat=%d why=%s", chat.id, why)


async def joined(clerk: Clerk, chat: Chat, *, newly: bool) -> None:
    """The bot may write there (again): a chat that was away is told what it missed, a new group how to begin."""
    address = Address(chat_id=chat.id, telegram_id=chat.telegram_id, kind=chat.kind)
    words = words_for(chat.language)
    if chat.paused:
        caller = Caller(chat=chat, thread=0, user_id=0, words=words)
        if await come_back(clerk, caller):
            return
    if newly and chat.kind in (ChatKind.GROUP, ChatKind.SUPERGROUP):
        begin = (button(words.say("button.subscribe"), "s"),)
        await clerk.speaker.say(address, message(words, "start.group", begin))


async def moved(clerk: Clerk, old_id: int, new_id: int) -> None:
    """The group became a supergroup: everything goes along. Both tell it; the second time nothing is left."""
    chat = await clerk.desk.store.chats.by_telegram(old_id)
    if chat is not None:
        await clerk.desk.store.chats.move(chat.id, new_id, clerk.desk.clock())


async def come_back(clerk: Clerk, caller: Caller) -> bool:
    """End the pause of the caller's chat; whether it missed something, which it is told with a button to read it."""
    since, now = caller.chat.paused_at or clerk.desk.clock(), clerk.desk.clock()
    missed = await clerk.desk.store.chats.resume(caller.chat.id, now)
    if not missed:
        return False
    # Whole seconds, rounded outwards: nothing that was counted is left out.
    span = f"{int(since.timestamp())}:{int(now.timestamp()) + 1}:0"
    read = (button(caller.words.say("button.missed"), "m", span),)
    await clerk.speaker.say(caller.address, message(caller.words, "missed", read, count=missed))
    return True


async def missed(clerk: Clerk, caller: Caller, words: str) -> None:
    """The items that the caller's chat missed between two moments, newest first, a page at a time."""
    span = _span_of(words)
    if span is None:
        await clerk.tell(caller, "search.too_old")
        return
    since, until, offset = span
    follows = await clerk.desk.store.chats.follows(caller.chat.id)
    followed = tuple({follow.source_id for follow in follows})
    sources = () if EVERY_SOURCE in followed else followed
    newest = await clerk.desk.store.items.newest(_LOOKED_THROUGH, sources) if followed else ()
    items = [stored for stored in newest if since <= stored.first_seen_at.timestamp() <= until]
    rendered = render_latest(items[offset : offset + _A_PAGE], clerk.style(caller.words))
    more = offset + _A_PAGE < len(items)
    rows = pages(caller.words, "m", offset=offset, more=more, size=_A_PAGE, before=f"{since}:{until}:")
    await clerk.answer(caller, replace(rendered, buttons=rows))


def _span_of(words: str) -> tuple[int, int, int] | None:
    parts = words.split(":")
    if len(parts) != _FIELDS or not all(part.isascii() and part.isdigit() and len(part) <= 11 for part in parts):
        return None
    since, until, offset = map(int, parts)
    return since, until, offset
