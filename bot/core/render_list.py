"""Several items in one message: the newest, a page of search results, a burst collected for one chat."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final, TypeAlias

from bot.core.hits import hits_of
from bot.core.html import (
    MOST_BYTES,
    MOST_ENTITIES,
    MOST_UNITS,
    bold,
    clip,
    escape,
    italic,
    link_of,
    linked_marked,
    marked,
    struck,
    visible,
)
from bot.core.query import Query
from bot.core.reasons import asked_for, why_all
from bot.core.style import MOST_ALSO, Style, grouped, mark_of, source_title, title_of, when
from bot.core.text import utf16_length
from bot.model import Found, Listed, Reason, Rendered, SearchPage, StoredItem

LONGEST_TITLE: Final = 300
LONGEST_SNIPPET: Final = 320
MOST_HITS: Final = 12
"""Marked words of one result; five results stay under Telegram's hundred entities."""
MOST_TITLE_HITS: Final = 5
"""Of them in the title of a result."""
_ROOM_FOR_FRAME: Final = 1_000
"""UTF-16 units that the head and the reasons of a collected message may take."""
Told: TypeAlias = tuple[StoredItem, Sequence[Reason]]
"""An item, and why its chat gets it."""
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a collected burst and how many of the items, in their order, it shows."""

    count: int
    listed: Listed
    rendered: Rendered


def item_line(
    stored: StoredItem,
    style: Style,
    *,
    number: int | None = None,
    found: Found | None = None,
    longest: int = LONGEST_TITLE,
    snippet: int = LONGEST_SNIPPET,
    asked: Sequence[Query] = (),
) -> str:
    """One item of a list in HTML: linked title, date and source, the snippet with its hits; what is *asked* in bold."""
    facts = (when(stored.item, style), _sources(stored, style), mark_of(stored, style))
    lines = [_titled(stored, style, facts, longest, asked, MOST_TITLE_HITS)]
    if number is not None:
        lines[0] = f"{number}. {lines[0]}"
    if found is not None and found.snippet:
        lines.append(marked(clip(found.snippet, snippet), found.spans, MOST_HITS))
    return "\n".join(lines)


def latest(items: Sequence[StoredItem], style: Style) -> Rendered:
    """The newest items, as many of them as fit into one message."""
    if not items:
        return Rendered(text=escape(style.words.say("list.latest.empty")))
    longest = min(LONGEST_TITLE, max(80, 3_400 // len(items) - 100))
    return _listed(
        bold(style.words.say("list.latest")), [item_line(stored, style, longest=longest) for stored in items]
    )


def search_page(
    page: SearchPage, query: str, style: Style, *, offset: int = 0, asked: Sequence[Query] = ()
) -> Rendered:
    """A page of results, or the nearest ones said not to be exact; names its query and how many there are.

    *asked* is what the query means, for the titles.
    """
    say = style.words.say
    named = visible(query)  # whole: the buttons read it back from here
    if page.results:
        total = grouped(page.total, style.words)
        head = bold(say("list.search.more" if page.more else "list.search", query=named, total=total))
        if page.total > len(page.results):
            span = say("list.search.span", first=offset + 1, last=offset + len(page.results))
            head = f"{head}\n{escape(span)}"
        return _fitting(head, page.results, style, offset + 1, asked)
    head = escape(say("list.search.none_yet" if page.more else "list.search.none", query=named))
    if not page.nearest:
        return Rendered(text=head)
    nearest = [item_line(hit.stored, style, found=hit) for hit in page.nearest]
    return _listed(f"{head}\n\n{bold(say('list.search.nearest'))}", nearest)


def _fitting(head: str, hits: Sequence[Found], style: Style, first: int, asked: Sequence[Query]) -> Rendered:
    """All *hits* below the head; below that of a long query their titles and snippets are shorter."""
    for title, snippet in ((LONGEST_TITLE, LONGEST_SNIPPET), (160, 240), (100, 120)):
        lines = [
            item_line(hit.stored, style, number=first + place, found=hit, longest=title, snippet=snippet, asked=asked)
            for place, hit in enumerate(hits)
        ]
        if sum(_weight(line)[0] for line in (head, *lines)) <= MOST_UNITS:
            break
    return _listed(head, lines)


def collected(entries: Sequence[Told], style: Style) -> tuple[Part, ...]:
    """All *entries* in their order, none left out, in as few messages as Telegram's limits allow."""
    slices = _slices(_lines(entries, style, LONGEST_TITLE))
    parts: list[Part] = []
    at = 0
    for number, size in enumerate(slices, 1):
        listed = Listed(count=len(entries), part=number, parts=len(slices))
        rendered = list_part(entries[at : at + size], listed, style)
        parts.append(Part(count=size, listed=listed, rendered=rendered))
        at += size
    return tuple(parts)


def list_part(entries: Sequence[Told], listed: Listed, style: Style) -> Rendered:
    """One message of a list; where corrections made it too long for Telegram, its titles are cut."""
    head = bold(_head(listed, style)) + _origin(entries, style)
    why = italic(why_all([reason for _, reasons in entries for reason in reasons], style))
    for longest in (LONGEST_TITLE, 200, 120, 60):
        lines = _lines(entries, style, longest)
        text = "\n\n".join((head, *lines, why))
        if sum(_weight(line)[0] for line in (head, *lines, why)) <= MOST_UNITS and len(text.encode()) <= MOST_BYTES:
            return Rendered(text=text)
    return _listed(head, [*lines, why])


def _lines(entries: Sequence[Told], style: Style, longest: int) -> list[str]:
    """An item each, what a watch asks for in bold. The source stands there where several are in the list."""
    alone = bool(_only_source(entries))
    lines: list[str] = []
    for stored, reasons in entries:
        source = "" if alone else _sources(stored, style)
        facts = (when(stored.item, style), source, mark_of(stored, style))
        lines.append(_titled(stored, style, facts, longest, asked_for(reasons, stored.first_seen_at)))
    return lines


def _only_source(entries: Sequence[Told]) -> str:
    """The source of all items; empty where there are several."""
    sources = {each.item.source_id for stored, _ in entries for each in (stored, *stored.also)}
    return sources.pop() if len(sources) == 1 else ""


def _origin(entries: Sequence[Told], style: Style) -> str:
    source_id = _only_source(entries)
    return f"\n{escape(source_title(source_id, style))}" if source_id else ""


def _sources(stored: StoredItem, style: Style) -> str:
    return ", ".join(source_title(each.item.source_id, style) for each in (stored, *stored.also[:MOST_ALSO]))


def _titled(
    stored: StoredItem,
    style: Style,
    facts: Sequence[str],
    longest: int,
    queries: Sequence[Query],
    most_hits: int = MOST_HITS,
) -> str:
    title = title_of(stored.item, style, longest)
    if stored.recall:
        return f"{struck(title)}\n{italic(mark_of(stored, style))}"
    url = "" if stored.withdrawn_at else link_of(stored.item.url)
    title = linked_marked(title, url, hits_of(title, *queries), most_hits)
    known = italic(" · ".join(fact for fact in facts if fact))
    return f"{title}\n{known}" if known else title


def _head(listed: Listed, style: Style) -> str:
    if listed.parts == 1:
        return style.words.say("collected.head", count=listed.count)
    return style.words.say("collected.head.part", count=listed.count, part=listed.part, parts=listed.parts)


def _slices(lines: Sequence[str]) -> list[int]:
    """How many of the lines go into each message."""
    sizes: list[int] = []
    units = octets = entities = size = 0
    for line in lines:
        more_units, more_octets, more_entities = _weight(line)
        if size and (
            units + more_units > MOST_UNITS - _ROOM_FOR_FRAME
            or octets + more_octets > MOST_BYTES - 4 * _ROOM_FOR_FRAME
            or entities + more_entities > MOST_ENTITIES - 2
        ):
            sizes.append(size)
            units = octets = entities = size = 0
        units, octets, entities, size = units + more_units, octets + more_octets, entities + more_entities, size + 1
    return [*sizes, size] if size else sizes


def _weight(line: str) -> tuple[int, int, int]:
    """UTF-16 units of what is shown, bytes with markup, entities; the empty line between two items included."""
    return utf16_length(unescape(_TAG.sub("", line))) + 2, len(line.encode()) + 2, line.count("</")


def _listed(head: str, lines: Sequence[str]) -> Rendered:
    """As many of the lines below the head as fit."""
    text, units, octets = [head], _weight(head)[0], len(head.encode())
    for line in lines:
        more_units, more_octets, _ = _weight(line)
        if units + more_units > MOST_UNITS or octets + more_octets > MOST_BYTES:
            break
        text.append(line)
        units, octets = units + more_units, octets + more_octets
    return Rendered(text="\n\n".join(text))
