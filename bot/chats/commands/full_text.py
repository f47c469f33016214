"""The button "Đọc toàn văn": an article's stored text, in the chat."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.chats.clerk import Clerk
from bot.chats.desk import Caller
from bot.core.full_text import MOST_MESSAGES, MOST_MESSAGES_IN_GROUPS
from bot.core.full_text import full_text as render_full_text
from bot.model import ChatKind

_LONGEST_NUMBER: Final = 18


async def full_text(clerk: Clerk, caller: Caller, words: str) -> None:
    """Answer with the stored text of the item whose number the button carries, below the message that had it.

    A held item is not shown, whoever forged the button; a channel is no place to answer in.
    """
    number = int(words) if words.isascii() and words.isdigit() and len(words) <= _LONGEST_NUMBER else 0
    stored = await clerk.desk.store.items.get(number) if number else None
    kind = caller.chat.kind
    if kind is ChatKind.CHANNEL:
        return
    if stored is None or stored.held or stored.recall or stored.item.pictures:
        await clerk.tell(replace(caller, shown=0), "read.gone")
        return
    most = MOST_MESSAGES if kind is ChatKind.PRIVATE else MOST_MESSAGES_IN_GROUPS
    for part in render_full_text(stored, clerk.style(caller.words), most=most):
        await clerk.speaker.say(caller.address, part)
