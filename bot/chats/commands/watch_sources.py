"""For which sources a query is watched: chosen by buttons under /watch and /watches, kept with every press."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from typing import Final

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands.choices import A_PAGE, name_of, offset_of, pages, sources_of
from bot.chats.desk import Caller
from bot.chats.wording import message
from bot.core.html import clip
from bot.model import EVERY_SOURCE, Button, Rendered, Watch

_LONGEST_NAMES: Final = 600


async def choose_watch(clerk: Clerk, caller: Caller, words: str) -> None:
    """This chat's watches, a button each to choose its sources."""
    del words
    kept = await clerk.desk.store.watches.of_chat(caller.chat.id)
    if not kept:
        await clerk.tell(caller, "watches.none")
        return
    rows = [(button(f"{number}. {clip(each.query, 40)}", "wo", f"{each.id}.0"),) for number, each in enumerate(kept, 1)]
    await clerk.tell(caller, "watch.choose", *rows)


async def offer(clerk: Clerk, caller: Caller, words: str) -> None:
    """A page of the sources, those that are chosen ticked. *words*: the watch's id and the page's offset."""
    number, _, offset = words.partition(".")
    watch = _named(number, await clerk.desk.store.watches.of_chat(caller.chat.id))
    if watch is None:
        await clerk.tell(caller, "watch.ended_before")
        return
    await clerk.answer(caller, _page(clerk, caller, watch, offset_of(offset)))


async def turn(clerk: Clerk, caller: Caller, words: str) -> None:
    """Choose a source or leave it out, at once. *words*: the watch's id and the source's sign; "*" is every source."""
    number, _, sign = words.partition(".")
    kept = await clerk.desk.store.watches.of_chat(caller.chat.id)
    watch = _named(number, kept)
    if watch is None:
        await clerk.tell(caller, "watch.ended_before")
        return
    ids = _offered(clerk, watch)
    turned = next((source_id for source_id in ids if _sign_of(source_id) == sign), None)
    if sign == EVERY_SOURCE:
        watch = await _choose(clerk, watch, (), kept)
    elif turned is not None:
        watch = await _choose(clerk, watch, tuple(sorted({*watch.sources} ^ {turned})), kept)
    place = ids.index(turned) if turned else 0
    await clerk.answer(caller, _page(clerk, caller, watch, place - place % A_PAGE))


async def _choose(clerk: Clerk, watch: Watch, sources: tuple[str, ...], kept: tuple[Watch, ...]) -> Watch:
    """The watch as it is kept now; another one of the topic that asked for the same (two chats became one) ends."""
    store, now = clerk.desk.store.watches, clerk.desk.clock()
    same = (watch.thread, watch.query, sources)
    for other in kept:
        if other.id != watch.id and (other.thread, other.query, other.sources) == same:
            await store.end(watch.chat_id, other.id, now)
            clerk.desk.watches.remove(other.id)
    chosen = await store.choose(watch.chat_id, watch.id, sources, now)
    if chosen is None:
        return watch
    clerk.desk.watches.add(chosen)
    return chosen


def _page(clerk: Clerk, caller: Caller, watch: Watch, offset: int) -> Rendered:
    ids, words = _offered(clerk, watch), caller.words
    every = f"{_tick(not watch.sources)} {words.say('button.every_source')}"
    rows: list[tuple[Button, ...]] = [(button(every, "wt", f"{watch.id}.{EVERY_SOURCE}"),)]
    for source_id in ids[offset : offset + A_PAGE]:
        label = f"{_tick(source_id in watch.sources)} {name_of(source_id, clerk, words)}"
        rows.append((button(label, "wt", f"{watch.id}.{_sign_of(source_id)}"),))
    more = offset + A_PAGE < len(ids)
    rows += pages(words, "wo", offset=offset, more=more, size=A_PAGE, before=f"{watch.id}.")
    rows.append((button(words.say("button.watches"), "wl"),))
    names = sources_of(watch, clerk, words, _LONGEST_NAMES) or words.say("source.every")
    return replace(message(words, "watch.sources", query=clip(watch.query, 300), sources=names), buttons=tuple(rows))


def _offered(clerk: Clerk, watch: Watch) -> list[str]:
    """The sources of the configuration, and those chosen that it knows no more."""
    return [*clerk.desk.sources, *(each for each in watch.sources if each not in clerk.desk.sources)]


def _named(number: str, kept: tuple[Watch, ...]) -> Watch | None:
    return next((watch for watch in kept if str(watch.id) == number), None)


def _sign_of(source_id: str) -> str:
    """What a button carries in the place of a source's id, which may be too long beside the watch's.

    It says the same after a restart, and when the configuration's order has changed.
    """
    return blake2b(source_id.encode(), digest_size=6).hexdigest()


def _tick(chosen: bool) -> str:
    return "☑" if chosen else "☐"
