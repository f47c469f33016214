"""Search: /search words, plain text in a private chat, and the buttons that turn the pages.

A page is turned after a restart too: the query is read back from the message under which the button hangs, which
names it in its first line.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.chats.clerk import Clerk
from bot.chats.commands.choices import offset_of, pages
from bot.chats.desk import Caller
from bot.chats.wording import message
from bot.core.html import visible
from bot.core.render_list import search_page
from bot.model import Rendered

A_PAGE: Final = 5
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
    language, now = caller.words.language, clerk.desk.clock()
    page = await clerk.desk.store.search.search(query, now=now, offset=offset, limit=A_PAGE, language=language)
    if page.trouble:
        return mistaken(page.trouble, caller)
    if offset and not page.results:
        return await found(clerk, caller, query, 0)
    rendered = search_page(page, query, clerk.style(caller.words), offset=offset)
    more = page.more or offset + A_PAGE < page.total
    return replace(rendered, buttons=pages(caller.words, "p", offset=offset, more=more, size=A_PAGE))


def mistaken(mistake: str, caller: Caller) -> Rendered:
    """What is wrong with a query, pointed at."""
    return message(caller.words, "search.mistake", mistake=mistake)


def query_in(text: str) -> str | None:
    """The query that the first line of an answer names; None where it names none."""
    named = _NAMED.match(text.partition("\n")[0])
    return named[1] if named else None
