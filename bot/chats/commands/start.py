"""First contact: /start with its payload, /help, and what Loa says to what it does not know."""

from __future__ import annotations

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands import follow, membership
from bot.chats.desk import Caller
from bot.model import EVERY_SOURCE, Button, ChatKind

_FOLLOW_PAYLOAD = "s_"


async def start(clerk: Clerk, caller: Caller, words: str) -> None:
    """Welcome; a payload `s_<source>` of a link subscribes to that source, with the rights that this needs."""
    source_id = words.removeprefix(_FOLLOW_PAYLOAD) if words.startswith(_FOLLOW_PAYLOAD) else ""
    wants_change = source_id in clerk.desk.sources
    refusal = await clerk.refusal(caller) if wants_change or caller.chat.paused else None
    if caller.chat.paused and refusal is None:
        await membership.come_back(clerk, caller)
    if wants_change and refusal is not None:
        await clerk.tell(caller, refusal)
        return
    if wants_change:
        await follow.subscribe(clerk, caller, source_id)
        return
    private = caller.chat.kind is ChatKind.PRIVATE
    await clerk.tell(caller, "start.private" if private else "start.group", *_rows(clerk, caller))


async def help_(clerk: Clerk, caller: Caller, words: str) -> None:
    """What there is, short."""
    del words
    await clerk.tell(caller, "help.operator" if clerk.is_operator(caller) else "help")


async def unknown(clerk: Clerk, caller: Caller, words: str) -> None:
    """A command that Loa does not have."""
    del words
    await clerk.tell(caller, "unknown.command")


async def unreadable(clerk: Clerk, caller: Caller, words: str) -> None:
    """A picture, a voice, a sticker: Loa reads only text."""
    del words
    await clerk.tell(caller, "unknown.content")


def _rows(clerk: Clerk, caller: Caller) -> tuple[tuple[Button, ...], ...]:
    say, sources = caller.words.say, clerk.desk.sources
    other = (button(say("button.other_language"), "g", "en" if caller.words.language == "vi" else "vi"),)
    if not sources:
        return (other,)
    if len(sources) == 1:
        (source,) = sources.values()
        return (
            (button(say("button.subscribe"), "s", source.id),),
            (button(say("button.latest"), "l", source.id),),
            other,
        )
    choose = (button(say("button.follow_all"), "s", EVERY_SOURCE), button(say("button.choose"), "so", "0"))
    return (choose, (button(say("button.latest"), "l", EVERY_SOURCE),), other)
