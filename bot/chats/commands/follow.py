"""Subscriptions: /subscribe, /unsubscribe, /stop."""

from __future__ import annotations

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands.choices import (
    Chosen,
    Target,
    Unchosen,
    Unknown,
    choose,
    name_of,
    names_of,
    offset_of,
    picked,
    source_rows,
    target_of,
)
from bot.chats.desk import Caller
from bot.core.html import clip
from bot.model import ALBUMS, EVERY_SOURCE, Button, Follow


async def subscribe(clerk: Clerk, caller: Caller, words: str) -> None:
    """Owe every new item of a source to this chat from now on; with several sources and no name, offer them."""
    target = await target_of(clerk, caller, words)
    if target is None:
        return
    sources = clerk.desk.sources
    match choose(target.words, sources, others=(f"{each}{ALBUMS}" for each in sources)):
        case Chosen(source_id=source_id):
            await _follow(clerk, caller, target, source_id)
        case Unknown(name=name, near=near):
            guess = (
                ((tuple(button(each, *picked("s", each)) for each in near)),)
                if near and not _is_elsewhere(caller, target)
                else ()
            )
            await clerk.tell(caller, "follow.unknown", *guess, name=name, known=names_of(sources))
        case Unchosen() if not sources:
            await clerk.tell(caller, "follow.none_configured")
        case Unchosen() if len(sources) == 1:
            await _follow(clerk, caller, target, next(iter(sources)))
        case Unchosen() if _is_elsewhere(caller, target):
            await clerk.tell(caller, "follow.name_it", known=names_of(sources))
        case Unchosen():
            await offer(clerk, caller, "0")


async def offer(clerk: Clerk, caller: Caller, words: str) -> None:
    """A page of the sources as buttons."""
    ids = tuple(clerk.desk.sources)
    rows = source_rows(ids, clerk, caller.words, pick="s", turn="so", offset=offset_of(words))
    every = (button(caller.words.say("button.follow_all"), "s", EVERY_SOURCE),)
    await clerk.tell(caller, "follow.choose", every, *rows)


async def unsubscribe(clerk: Clerk, caller: Caller, words: str) -> None:
    """The reverse: end one subscription or all of them; offer them where several and none was named."""
    target = await target_of(clerk, caller, words)
    if target is None:
        return
    follows = await _follows_of(clerk, target)
    followed = [follow.source_id for follow in follows]
    if not followed:
        await clerk.tell(caller, "unfollow.nothing", _offer_button(caller))
        return
    match choose(target.words, clerk.desk.sources, others=(each for each in followed if each != EVERY_SOURCE)):
        case Chosen(source_id=source_id):
            await _unfollow(clerk, caller, target, source_id, followed)
        case Unknown(name=name):
            known = ", ".join(name_of(each, clerk, caller.words) for each in followed)
            await clerk.tell(caller, "unfollow.unknown", name=name, followed=clip(known, 600))
        case Unchosen() if len(followed) == 1:
            await _unfollow(clerk, caller, target, followed[0], followed)
        case Unchosen() if _is_elsewhere(caller, target):
            await clerk.tell(caller, "unfollow.name_it", followed=clip(", ".join(followed), 600))
        case Unchosen():
            await offer_end(clerk, caller, "0")


async def offer_end(clerk: Clerk, caller: Caller, words: str) -> None:
    """A page of this topic's subscriptions, a button each to end it."""
    follows = await _follows_of(clerk, Target(chat=caller.chat, thread=caller.thread, words=""))
    if not follows:
        await clerk.tell(caller, "unfollow.nothing", _offer_button(caller))
        return
    ids = [follow.source_id for follow in follows]
    rows = source_rows(ids, clerk, caller.words, pick="u", turn="uo", offset=offset_of(words))
    await clerk.tell(caller, "unfollow.choose", *rows, (button(caller.words.say("button.stop"), "x"),))


async def stop(clerk: Clerk, caller: Caller, words: str) -> None:
    """End every push to this chat at once, in all its topics; its history stays until /forget."""
    target = await target_of(clerk, caller, words)
    if target is None:
        return
    await end_watches(clerk, target.chat.id)
    ended = await clerk.desk.store.chats.stop(target.chat.id, clerk.desk.clock())
    await clerk.tell(caller, "stop.done" if ended else "stop.nothing", _offer_button(caller))


async def end_watches(clerk: Clerk, chat_id: int) -> None:
    """Ask the chat's queries for no further item; the store ends them with the chat's other wishes."""
    for watch in await clerk.desk.store.watches.of_chat(chat_id):
        clerk.desk.watches.remove(watch.id)


async def _follow(clerk: Clerk, caller: Caller, target: Target, source_id: str) -> None:
    store, now = clerk.desk.store, clerk.desk.clock()
    if target.chat.paused:
        await store.chats.resume(target.chat.id, now)
    fresh = await store.chats.follow(target.chat.id, target.thread, source_id, now)
    name = name_of(source_id, clerk, caller.words)
    if _is_elsewhere(caller, target):
        key = "follow.channel" if fresh else "follow.channel_already"
        await clerk.tell(caller, key, source=name, channel=target.chat.title)
        return
    newest = button(caller.words.say("button.latest"), *picked("l", source_id))
    end = button(caller.words.say("button.unfollow"), *picked("u", source_id))
    await clerk.tell(caller, "follow.done" if fresh else "follow.already", (newest,), (end,), source=name)


async def _unfollow(clerk: Clerk, caller: Caller, target: Target, source_id: str, followed: list[str]) -> None:
    every = source_id == EVERY_SOURCE
    if not every and source_id not in followed:
        key = "unfollow.follows_all" if EVERY_SOURCE in followed else "unfollow.not_followed"
        await clerk.tell(caller, key, source=name_of(source_id, clerk, caller.words))
        return
    now = clerk.desk.clock()
    await clerk.desk.store.chats.unfollow(target.chat.id, target.thread, None if every else source_id, now)
    again = (
        () if _is_elsewhere(caller, target) else ((button(caller.words.say("button.again"), *picked("s", source_id)),),)
    )
    key = "unfollow.done_all" if every else "unfollow.done"
    await clerk.tell(caller, key, *again, source=name_of(source_id, clerk, caller.words))


async def _follows_of(clerk: Clerk, target: Target) -> tuple[Follow, ...]:
    follows = await clerk.desk.store.chats.follows(target.chat.id)
    return tuple(follow for follow in follows if follow.thread == target.thread)


def _offer_button(caller: Caller) -> tuple[Button, ...]:
    return (button(caller.words.say("button.subscribe"), "s"),)


def _is_elsewhere(caller: Caller, target: Target) -> bool:
    return target.chat.id != caller.chat.id
