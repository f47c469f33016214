"""Keyword alerts: /watch query, /watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands.choices import sources_of
from bot.chats.commands.search import mistaken
from bot.chats.desk import Caller
from bot.chats.wording import fitting, message, sentence
from bot.core.html import clip, visible
from bot.core.query import Query
from bot.core.query_mistakes import QueryMistake
from bot.core.render_list import item_line
from bot.core.style import grouped
from bot.model import Button, Rendered, Watch, Words

MOST_WATCHES: Final = 50
"""Of one chat: they all stand in one message, a button each."""
PREVIEW_DAYS: Final = 30
_PREVIEWED: Final = 3
_SILENT_FOR: Final = timedelta(days=30)
_LONGEST_HINT: Final = 20
_LONGEST_SOURCES: Final = 80
_AROUND_WORDS: Final = '"“”(),;'
_OPERATORS: Final = frozenset({"AND", "OR", "HOẶC", "NOT"})


async def watch(clerk: Clerk, caller: Caller, words: str) -> None:
    """Save the query at once; answer with what it would have brought lately and a button to end it."""
    asked = visible(words)
    if not asked:
        await clerk.tell(caller, "watch.how", *_list_button(caller.words))
        return
    query = await clerk.desk.store.search.parse(asked, clerk.desk.clock())
    if isinstance(query, QueryMistake):
        await clerk.answer(caller, mistaken(query.explain(caller.words.language), caller))
        return
    kept = await clerk.desk.store.watches.of_chat(caller.chat.id)
    same = [each for each in kept if (each.thread, each.query) == (caller.thread, query.text)]
    if not same and len(kept) >= MOST_WATCHES:
        await clerk.tell(caller, "watch.too_many", *_list_button(caller.words), most=MOST_WATCHES)
        return
    saved = same[0] if same else await _save(clerk, caller, query)
    await clerk.answer(caller, await _preview(clerk, caller, query, saved))


async def watches(clerk: Clerk, caller: Caller, words: str) -> None:
    """This chat's watches, a button each to end it."""
    del words
    kept = await clerk.desk.store.watches.of_chat(caller.chat.id)
    if not kept:
        await clerk.tell(caller, "watches.none")
        return
    hints = await _hints(clerk, [each for each in kept if _is_silent(each, clerk)])
    lines = [
        _line(number, each, caller, hints.get(each.id)) + _only(each, clerk, caller)
        for number, each in enumerate(kept, 1)
    ]
    rows = tuple(
        (button(caller.words.say("button.end_watch", number=number, query=clip(each.query, 40)), "w", str(each.id)),)
        for number, each in enumerate(kept, 1)
    )
    head, foot = sentence(caller.words, "watches.head", count=len(kept)), sentence(caller.words, "watches.silent_means")
    text = fitting((head, "", *lines, *(("", foot) if hints else ())))
    if len(clerk.desk.sources) > 1:
        rows += ((button(caller.words.say("button.watch_sources"), "wc"),),)
    await clerk.answer(caller, Rendered(text=text, buttons=rows))


async def end(clerk: Clerk, caller: Caller, words: str) -> None:
    """End one watch of this chat, from its preview (which says so) or from the list (which is shown anew)."""
    watch_id = int(words) if words.isascii() and words.isdigit() and len(words) < 19 else 0
    if not await clerk.desk.store.watches.end(caller.chat.id, watch_id, clerk.desk.clock()):
        await clerk.tell(caller, "watch.ended_before")
        return
    clerk.desk.watches.remove(watch_id)
    if await clerk.desk.store.watches.of_chat(caller.chat.id):
        await watches(clerk, caller, "")
    else:
        await clerk.tell(caller, "watch.ended_last")


async def _save(clerk: Clerk, caller: Caller, query: Query) -> Watch:
    now = clerk.desk.clock()
    saved = await clerk.desk.store.watches.add(caller.chat.id, caller.thread, query.text, (), now)
    clerk.desk.watches.add(saved)
    return saved


async def _preview(clerk: Clerk, caller: Caller, query: Query, saved: Watch) -> Rendered:
    now = clerk.desk.clock()
    since = now.astimezone(ZoneInfo(caller.chat.timezone)) - timedelta(days=PREVIEW_DAYS)
    recent = query.text if query.since else f"{query.text} tu:{since:%d/%m/%Y}"
    page = await clerk.desk.store.search.search(recent, now=now, sources=saved.sources, limit=_PREVIEWED)
    rows: list[tuple[Button, ...]] = [(button(caller.words.say("button.end_this_watch"), "w", str(saved.id)),)]
    if len(clerk.desk.sources) > 1 and not query.sources:
        rows.append((button(caller.words.say("button.some_sources"), "wo", f"{saved.id}.0"),))
    rows += _list_button(caller.words)
    some = "watch.saved_more" if page.more else "watch.saved"
    key = some if page.results else "watch.saved_nothing_yet"
    count = grouped(page.total, caller.words) if page.more else page.total
    head = message(caller.words, key, *rows, query=clip(query.text, 300), count=count, days=PREVIEW_DAYS)
    style = clerk.style(caller.words)
    lines = [item_line(each.stored, style, found=each) for each in page.results]
    if names := sources_of(saved, clerk, caller.words, 300):
        lines.append(sentence(caller.words, "watch.only", sources=names))
    return replace(head, text="\n\n".join((head.text, *lines)))


def _is_silent(watch: Watch, clerk: Clerk) -> bool:
    """Whether it has matched nothing for long."""
    return clerk.desk.clock() - (watch.last_match_at or watch.since) > _SILENT_FOR


async def _hints(clerk: Clerk, silent: Sequence[Watch]) -> dict[int, str]:
    """For each silent watch the words that were perhaps meant; empty where its words are all known."""
    spelled = {watch.id: _spelled(watch.query) for watch in silent}
    known = await clerk.desk.store.search.hints(sorted({word for words in spelled.values() for word in words}))
    return {
        watch_id: ", ".join(known[word][0] for word in words if word in known)[:_LONGEST_HINT]
        for watch_id, words in spelled.items()
    }


def _spelled(query: str) -> list[str]:
    """The whole words that a query asks for; neither beginnings nor what it excludes."""
    words = (word.strip(_AROUND_WORDS) for word in query.split() if not word.startswith("-"))
    return [word for word in words if word.isalpha() and word not in _OPERATORS]


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


def _list_button(words: Words) -> tuple[tuple[Button, ...], ...]:
    return ((button(words.say("button.watches"), "wl"),),)
