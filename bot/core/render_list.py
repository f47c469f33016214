"""Several items in one message: the newest, a page of search results, a burst collected for one chat."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final

from bot.core.html import (
    MOST_BYTES,
    MOST_ENTITIES,
    MOST_UNITS,
    bold,
    clip,
    escape,
    italic,
    link_of,
    linked,
    marked,
    visible,
)
from bot.core.style import Style, source_title, title_of, when
from bot.core.text import utf16_length
from bot.model import EVERY_SOURCE, Followed, Found, Pushed, Reason, Rendered, SearchPage, StoredItem, Watched

LONGEST_TITLE: Final = 300
LONGEST_SNIPPET: Final = 320
LONGEST_REASONS: Final = 300
MOST_HITS: Final = 12
"""Marked words of one result; five results stay under Telegram's hundred entities."""
_ROOM_FOR_FRAME: Final = 1_000
"""UTF-16 units that the head and the reasons of a collected message may take."""
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a collected burst and how many of the items, in their order, it shows."""

    count: int
    rendered: Rendered


def item_line(
    stored: StoredItem,
    style: Style,
    *,
    number: int | None = None,
    found: Found | None = None,
    longest: int = LONGEST_TITLE,
) -> str:
    """One item of a list in HTML: linked title, date and source, the snippet with its hits in bold."""
    facts = (when(stored.item, style), source_title(stored.item.source_id, style))
    lines = [_titled(stored, style, facts, longest)]
    if number is not None:
        lines[0] = f"{number}. {lines[0]}"
    if found is not None and found.snippet:
        lines.append(marked(clip(found.snippet, LONGEST_SNIPPET), found.spans, MOST_HITS))
    return "\n".join(lines)


def latest(items: Sequence[StoredItem], style: Style) -> Rendered:
    """The newest items, as many of them as fit into one message."""
    if not items:
        return Rendered(text=escape(style.words.say("list.latest.empty")))
    longest = min(LONGEST_TITLE, max(80, 3_400 // len(items) - 100))
    return _listed(
        bold(style.words.say("list.latest")), [item_line(stored, style, longest=longest) for stored in items]
    )


def search_page(page: SearchPage, query: str, style: Style, *, offset: int = 0) -> Rendered:
    """A page of results, or the nearest ones said not to be exact; names its query and how many there are."""
    say = style.words.say
    asked = clip(visible(query), 200)
    if page.results:
        head = bold(say("list.search.more" if page.more else "list.search", query=asked, total=page.total))
        if page.total > len(page.results):
            span = say("list.search.span", first=offset + 1, last=offset + len(page.results))
            head = f"{head}\n{escape(span)}"
        first = offset + 1
        return _listed(
            head,
            [item_line(hit.stored, style, number=first + place, found=hit) for place, hit in enumerate(page.results)],
        )
    head = escape(say("list.search.none", query=asked))
    if not page.nearest:
        return Rendered(text=head)
    nearest = [item_line(hit.stored, style, found=hit) for hit in page.nearest]
    return _listed(f"{head}\n\n{bold(say('list.search.nearest'))}", nearest)


def collected(entries: Sequence[tuple[StoredItem, Reason]], style: Style) -> tuple[Part, ...]:
    """All *entries* in their order, none left out, in as few messages as Telegram's limits allow."""
    sources = {stored.item.source_id for stored, _ in entries}
    if len(sources) == 1:
        lines = [_titled(stored, style, (when(stored.item, style),), LONGEST_TITLE) for stored, _ in entries]
        origin = f"\n{escape(source_title(sources.pop(), style))}"
    else:
        lines = [item_line(stored, style) for stored, _ in entries]
        origin = ""
    slices = _slices(lines)
    parts: list[Part] = []
    at = 0
    for number, size in enumerate(slices, 1):
        head = bold(_head(len(entries), number, len(slices), style)) + origin
        why = _why([reason for _, reason in entries[at : at + size]], style)
        text = "\n\n".join((head, *lines[at : at + size], italic(why)))
        parts.append(Part(count=size, rendered=Rendered(text=text)))
        at += size
    return tuple(parts)


def _titled(stored: StoredItem, style: Style, facts: Sequence[str], longest: int) -> str:
    title = linked(title_of(stored.item, style, longest), link_of(stored.item.url))
    known = italic(" · ".join(fact for fact in facts if fact))
    return f"{title}\n{known}" if known else title


def _head(count: int, part: int, parts: int, style: Style) -> str:
    if parts == 1:
        return style.words.say("collected.head", count=count)
    return style.words.say("collected.head.part", count=count, part=part, parts=parts)


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


def _why(reasons: Sequence[Reason], style: Style) -> str:
    say = style.words.say
    followed = dict.fromkeys(reason.source_id for reason in reasons if isinstance(reason, Followed))
    queries = dict.fromkeys(reason.query for reason in reasons if isinstance(reason, Watched))
    sentences: list[str] = []
    if EVERY_SOURCE in followed:
        sentences.append(say("collected.why.everything"))
    elif followed:
        names = ", ".join(source_title(source_id, style) for source_id in followed)
        sentences.append(say("collected.why.followed", sources=clip(names, LONGEST_REASONS)))
    if queries:
        named = ", ".join(f"“{visible(query)}”" for query in queries)
        sentences.append(say("collected.why.watched", queries=clip(named, LONGEST_REASONS)))
    if any(isinstance(reason, Pushed) for reason in reasons):
        sentences.append(say("collected.why.pushed"))
    return "\n".join(sentences)


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
