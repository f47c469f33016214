"""Keyword alerts: /watch query saves it at once and shows what it would have brought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands.choices import Target, sources_of, target_of
from bot.chats.commands.search import mistaken, no_such_source, unknown_source
from bot.chats.commands.watch_hints import slips_in
from bot.chats.desk import Caller
from bot.chats.wording import message, sentence
from bot.core.html import clip, visible
from bot.core.query import Query, parse
from bot.core.query_mistakes import QueryMistake
from bot.core.render_list import item_line
from bot.core.style import grouped
from bot.model import Button, Rendered, SearchPage, Watch, Words

MOST_WATCHES: Final = 50
"""Of one chat: they all stand in one message, a button each."""
PREVIEW_DAYS: Final = 30
_PREVIEWED: Final = 3
_LONGEST_NAMED: Final = 300


async def watch(clerk: Clerk, caller: Caller, words: str) -> None:
    """Save the query at once, for this chat or for a channel; answer with what it would have brought lately."""
    target = await target_of(clerk, caller, words)
    if target is None:
        return
    asked = visible(target.words)
    if not asked:
        await clerk.tell(caller, "watch.how", *list_button(caller.words))
        return
    query = await clerk.desk.store.search.parse(asked, clerk.desk.clock())
    if isinstance(query, QueryMistake):
        await clerk.answer(caller, mistaken(query, caller))
    elif unknown := await unknown_source(clerk, query):
        await clerk.answer(caller, no_such_source(unknown, clerk, caller))
    elif query.until is not None and query.until <= clerk.desk.clock():
        await clerk.tell(caller, "watch.over", query=clip(query.text, _LONGEST_NAMED))
    else:
        await _keep(clerk, caller, target, query)


def same_as(query: str, kept: Iterable[Watch], now: datetime) -> tuple[Watch, ...]:
    """Those of *kept* that ask for the same as *query*, however they were typed."""
    meant = parse(query, now)
    return tuple(each for each in kept if each.query == query or parse(each.query, now) == meant)


def list_button(words: Words) -> tuple[tuple[Button, ...], ...]:
    """The row that leads to the list of all watches."""
    return ((button(words.say("button.watches"), "wl"),),)


async def _keep(clerk: Clerk, caller: Caller, target: Target, query: Query) -> None:
    kept = await clerk.desk.store.watches.of_chat(target.chat.id)
    same = same_as(query.text, (each for each in kept if each.thread == target.thread), clerk.desk.clock())
    if not same and len(kept) >= MOST_WATCHES:
        await clerk.tell(caller, "watch.too_many", *list_button(caller.words), most=MOST_WATCHES)
        return
    saved = same[0] if same else await _save(clerk, target, query)
    await clerk.answer(caller, await _preview(clerk, caller, target, query, saved))


async def _save(clerk: Clerk, target: Target, query: Query) -> Watch:
    store, now = clerk.desk.store, clerk.desk.clock()
    if target.chat.paused:
        await store.chats.resume(target.chat.id, now)
    saved = await store.watches.add(target.chat.id, target.thread, query.text, (), now)
    clerk.desk.watches.add(saved)
    return saved


async def _preview(clerk: Clerk, caller: Caller, target: Target, query: Query, saved: Watch) -> Rendered:
    page = await _brought(clerk, caller, query, saved)
    head = message(
        caller.words,
        _head_of(page),
        query=clip(query.text, _LONGEST_NAMED),
        count=grouped(page.total, caller.words) if page.more else page.total,
        days=PREVIEW_DAYS,
    )
    style = clerk.style(caller.words)
    lines = [item_line(each.stored, style, found=each, asked=(query,)) for each in page.results]
    if not page.results and (hint := await slips_in(clerk, query.text)):
        lines.append(sentence(caller.words, "watch.perhaps", hint=hint))
    if names := sources_of(saved, clerk, caller.words, _LONGEST_NAMED):
        lines.append(sentence(caller.words, "watch.only", sources=names))
    if target.chat.id != caller.chat.id:
        lines.append(sentence(caller.words, "watch.channel", channel=clip(target.chat.title, 100)))
        return replace(head, text="\n\n".join((head.text, *lines)))
    rows: list[tuple[Button, ...]] = [(button(caller.words.say("button.end_this_watch"), "w", str(saved.id)),)]
    if len(clerk.desk.sources) > 1 and not query.sources:
        rows.append((button(caller.words.say("button.some_sources"), "wo", f"{saved.id}.0"),))
    return Rendered(text="\n\n".join((head.text, *lines)), buttons=(*rows, *list_button(caller.words)))


async def _brought(clerk: Clerk, caller: Caller, query: Query, saved: Watch) -> SearchPage:
    """What the watch would have brought in the last days; `trouble` where the query leaves no room to ask that."""
    now = clerk.desk.clock()
    since = now.astimezone(ZoneInfo(caller.chat.timezone)) - timedelta(days=PREVIEW_DAYS)
    is_recent = query.since is not None and query.since >= since
    recent = query.text if is_recent else f"{query.text} tu:{since:%d/%m/%Y}"
    return await clerk.desk.store.search.search(recent, now=now, sources=saved.sources, limit=_PREVIEWED)


def _head_of(page: SearchPage) -> str:
    if page.trouble:
        return "watch.saved_unseen"
    if not page.results:
        return "watch.saved_nothing_yet"
    return "watch.saved_more" if page.more else "watch.saved"
