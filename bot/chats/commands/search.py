"""Search: /search words, plain text in a private chat, and the buttons that turn the pages.

A page is turned after a restart too: the query is read back from the message under which the button hangs, which
names it in its first line.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.chats.clerk import Clerk
from bot.chats.commands.choices import names_of, offset_of, pages
from bot.chats.desk import Caller
from bot.chats.wording import message, sentence
from bot.core.html import clip, visible
from bot.core.query import Query
from bot.core.query_mistakes import QueryMistake
from bot.core.render_list import search_page
from bot.core.text import fold
from bot.model import Rendered

A_PAGE: Final = 5
_BESIDE_A_HINT: Final = 3
"""So many nearest items leave room for a hint in one message."""
_DAYS_IN_WORDS: Final = re.compile(r"\b(?:tu|den|from|to)(?: ngay)? \d+ \d+ \d{4}\b")
"""In the fold of a query: từ 1/3/2019 đến ngày 31/3/2019."""
_NAMED: Final = re.compile(r"“(.*)”: ")


async def search(clerk: Clerk, caller: Caller, words: str) -> None:
    """Answer with the first page of what matches."""
    query = visible(words)
    if not query:
        await clerk.tell(caller, "search.how")
        return
    await clerk.answer(caller, await found(clerk, caller, query, 0))


async def turn(clerk: Clerk, caller: Caller, words: str) -> None:
    """Show another page in the place of the one whose button was pressed."""
    query = query_in(caller.shown_text)
    if query is None:
        await clerk.tell(replace(caller, shown=0), "search.too_old")
        return
    await clerk.answer(caller, await found(clerk, caller, query, offset_of(words)))


async def found(clerk: Clerk, caller: Caller, query: str, offset: int) -> Rendered:
    """A page of results with its buttons; or the place of the query's mistake."""
    index, now = clerk.desk.store.search, clerk.desk.clock()
    asked = await index.parse(query, now)
    if isinstance(asked, QueryMistake):
        return mistaken(asked, caller)
    page = await index.search(asked, now=now, offset=offset, limit=A_PAGE)
    if offset and not page.results:
        return await found(clerk, caller, query, 0)
    if not page.results and (unknown := await unknown_source(clerk, asked)):
        return no_such_source(unknown, clerk, caller)
    if not page.results and _DAYS_IN_WORDS.search(fold(query)):
        near = search_page(replace(page, nearest=page.nearest[:_BESIDE_A_HINT]), query, clerk.style(caller.words))
        return replace(near, text=f"{near.text}\n\n{sentence(caller.words, 'search.days')}")
    rendered = search_page(page, query, clerk.style(caller.words), offset=offset, asked=(asked,))
    more = len(page.results) == A_PAGE and (page.more or offset + A_PAGE < page.total)
    return replace(rendered, buttons=pages(caller.words, "p", offset=offset, more=more, size=A_PAGE))


def mistaken(mistake: QueryMistake, caller: Caller) -> Rendered:
    """What is wrong with a query, pointed at."""
    return message(caller.words, "search.mistake", mistake=mistake.explain(caller.words.language))


async def unknown_source(clerk: Clerk, query: Query) -> str:
    """A source that *query* asks for and that neither the configuration nor the archive knows; empty: there is none."""
    unknown = query.sources - clerk.desk.sources.keys()
    if unknown:
        unknown -= {memory.source_id for memory in await clerk.desk.store.sources.memories()}
    return min(unknown, default="")


def no_such_source(source_id: str, clerk: Clerk, caller: Caller) -> Rendered:
    """That there is no such source, and which there are."""
    return message(caller.words, "follow.unknown", name=clip(source_id, 60), known=names_of(clerk.desk.sources))


def query_in(text: str) -> str | None:
    """The query that the first line of an answer names; None where it names none."""
    named = _NAMED.match(text.partition("\n")[0])
    return named[1] if named else None
