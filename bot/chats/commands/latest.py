"""The newest items: /latest, and those that came while a chat was away."""

from __future__ import annotations

from typing import Final

from bot.chats.clerk import Clerk
from bot.chats.commands.choices import Chosen, Unknown, choose, names_of
from bot.chats.desk import Caller
from bot.core.render_list import latest as render_latest
from bot.model import EVERY_SOURCE

USUAL: Final = 5
MOST: Final = 20


async def latest(clerk: Clerk, caller: Caller, words: str) -> None:
    """The *n* newest items, of all sources or of one: `/latest 10 tdkt`; both words may be left out."""
    count, name = _read(words)
    sources: tuple[str, ...] = ()
    match choose(name, clerk.desk.sources):
        case Unknown(name=unknown):
            await clerk.tell(caller, "follow.unknown", name=unknown, known=names_of(clerk.desk.sources))
            return
        case Chosen(source_id=source_id) if source_id != EVERY_SOURCE:
            sources = (source_id,)
        case _:
            pass
    items = await clerk.desk.store.items.newest(count, sources)
    # A button's message stays: it says that the subscription is made.
    await clerk.speaker.say(caller.address, render_latest(items, clerk.style(caller.words)))


def _read(words: str) -> tuple[int, str]:
    parts = words.split()
    numbers = [part for part in parts if part.isascii() and part.isdigit()]
    count = min(MOST, max(1, int(numbers[0][:4]))) if numbers else USUAL
    return count, " ".join(part for part in parts if part not in numbers[:1])
