"""The watches of a chat: /watches lists them, buttons and /unwatch end them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands.choices import Target, sources_of, target_of
from bot.chats.commands.watch import same_as
from bot.chats.commands.watch_hints import hints_of
from bot.chats.desk import Caller
from bot.chats.wording import fitting, sentence
from bot.core.html import clip, visible
from bot.model import Rendered, Watch

_SILENT_FOR: Final = timedelta(days=30)
_LONGEST_SOURCES: Final = 80


async def watches(clerk: Clerk, caller: Caller, words: str) -> None:
    """The watches of this chat, a button each to end it; or those of a channel."""
    target = await target_of(clerk, caller, words)
    if target is not None:
        await _list(clerk, caller, target)


async def end(clerk: Clerk, caller: Caller, words: str) -> None:
    """End one watch of this chat, from its preview (which says so) or from the list (which is shown anew)."""
    watch_id = int(words) if words.isascii() and words.isdigit() and len(words) < 19 else 0
    await _end(clerk, caller, Target(chat=caller.chat, thread=caller.thread, words=""), watch_id)


async def unwatch(clerk: Clerk, caller: Caller, words: str) -> None:
    """End the watch of that query, or of that number in the list; without words show the list."""
    target = await target_of(clerk, caller, words)
    if target is None:
        return
    asked = visible(target.words)
    kept = await clerk.desk.store.watches.of_chat(target.chat.id)
    meant = same_as(asked, kept, clerk.desk.clock()) if asked else ()
    if not meant and asked.isascii() and asked.isdigit() and len(asked) < 4 and 0 < int(asked) <= len(kept):
        meant = (kept[int(asked) - 1],)
    if meant:
        # The same query may be watched in several topics: here it ends in this one, if it is watched here.
        here = next((each for each in meant if each.thread == target.thread), meant[0])
        await _end(clerk, caller, target, here.id)
    elif asked and kept:
        await clerk.tell(caller, "unwatch.unknown", query=clip(asked, 100))
    else:
        await _list(clerk, caller, target)


async def _end(clerk: Clerk, caller: Caller, target: Target, watch_id: int) -> None:
    if not await clerk.desk.store.watches.end(target.chat.id, watch_id, clerk.desk.clock()):
        await clerk.tell(caller, "watch.ended_before")
        return
    clerk.desk.watches.remove(watch_id)
    if await clerk.desk.store.watches.of_chat(target.chat.id):
        await _list(clerk, caller, target)
    else:
        await clerk.tell(caller, "watch.ended_last")


async def _list(clerk: Clerk, caller: Caller, target: Target) -> None:
    kept = await clerk.desk.store.watches.of_chat(target.chat.id)
    if not kept:
        await clerk.tell(caller, "watches.none")
        return
    hints = await hints_of(clerk, {each.id: each.query for each in kept if _is_silent(each, clerk)})
    lines = [
        _line(number, each, caller, hints.get(each.id)) + _only(each, clerk, caller)
        for number, each in enumerate(kept, 1)
    ]
    feet = [sentence(caller.words, "watches.silent_means")] if hints else []
    if target.chat.id != caller.chat.id:
        feet.append(sentence(caller.words, "watch.channel", channel=clip(target.chat.title, 100)))
    head = sentence(caller.words, "watches.head", count=len(kept))
    text = fitting((head, "", *lines, *(line for foot in feet for line in ("", foot))))
    rows = tuple(
        (button(caller.words.say("button.end_watch", number=number, query=clip(each.query, 40)), "w", str(each.id)),)
        for number, each in enumerate(kept, 1)
    )
    if len(clerk.desk.sources) > 1:
        rows += ((button(caller.words.say("button.watch_sources"), "wc"),),)
    await clerk.answer(caller, Rendered(text=text, buttons=rows if target.chat.id == caller.chat.id else ()))


def _is_silent(watch: Watch, clerk: Clerk) -> bool:
    """Whether it has matched nothing for long."""
    return clerk.desk.clock() - (watch.last_match_at or watch.since) > _SILENT_FOR


def _line(number: int, watch: Watch, caller: Caller, hint: str | None) -> str:
    """*hint* is None for a watch that is not silent."""
    query = clip(watch.query, 40)
    match hint:
        case None:
            return sentence(caller.words, "watches.line", number=number, query=query)
        case "":
            return sentence(caller.words, "watches.silent", number=number, query=query)
        case _:
            return sentence(caller.words, "watches.misspelt", number=number, query=query, hint=hint)


def _only(watch: Watch, clerk: Clerk, caller: Caller) -> str:
    """Which sources it is for, where that is not all."""
    names = sources_of(watch, clerk, caller.words, _LONGEST_SOURCES)
    return f" {sentence(caller.words, 'watches.only', sources=names)}" if names else ""
