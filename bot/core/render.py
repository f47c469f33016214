"""A pushed item as a Telegram message: title, date, the portal's own words, source, and why it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.core.hits import hits_of
from bot.core.html import bold, clip, escape, italic, link_of, linked, marked, struck, visible, visible_lines
from bot.core.query import Query
from bot.core.reasons import asked_for, why
from bot.core.style import Style, mark_of, source_title, sources_line, title_of, when
from bot.core.text import summarise
from bot.model import Button, Item, Reason, Rendered, StoredItem

# In UTF-16 units. Together with the fixed sentences they stay under 4,096 whatever a portal writes.
LONGEST_TITLE: Final = 600
LONGEST_SUMMARY: Final = 2_400
LONGEST_ATTACHMENT: Final = 80
MOST_ATTACHMENTS: Final = 5
MOST_HITS: Final = 40
"""Marked words of one message; Telegram keeps a hundred entities."""
READ: Final = "b"
"""The verb of the button that gives an article's stored text; the item's id follows."""


def push(stored: StoredItem, reasons: Sequence[Reason], style: Style) -> Rendered:
    """The message for one item, in HTML, with a button to its article and its picture large below."""
    item = stored.item
    title = title_of(item, style, LONGEST_TITLE)
    if stored.recall:
        return Rendered(text=_lines(struck(title), italic(mark_of(stored, style))))
    url = "" if stored.withdrawn_at else link_of(item.url)
    head = f"<b>{linked(title, url)}</b>" if url else bold(title)
    parts = (
        _lines(head, italic(when(item, style)), italic(mark_of(stored, style))),
        with_hits(_summary(item, style), asked_for(reasons, stored.first_seen_at)),
        _attachments(item, style),
        _lines(sources_line(stored, style), italic(why(reasons, style))),
    )
    return Rendered(
        text="\n\n".join(part for part in parts if part),
        buttons=_buttons(stored, url, style),
        preview_url=link_of(item.image_url),
        large_preview=True,
    )


def push_plain(stored: StoredItem, reasons: Sequence[Reason], style: Style) -> Rendered:
    """The same without anything that Telegram could stumble over: no markup, no button, no preview."""
    item = stored.item
    mark = mark_of(stored, style)
    if stored.recall:
        return Rendered(text=_lines(title_of(item, style, LONGEST_TITLE), mark), html=False)
    parts = (
        _lines(title_of(item, style, LONGEST_TITLE), when(item, style), mark),
        _summary(item, style),
        "" if stored.withdrawn_at else link_of(item.url)[:500],
        _lines(
            " · ".join(source_title(each.item.source_id, style) for each in (stored, *stored.also)), why(reasons, style)
        ),
    )
    return Rendered(text="\n\n".join(part for part in parts if part), html=False)


def with_hits(text: str, queries: Sequence[Query]) -> str:
    """Plain *text* in HTML, what *queries* ask for in bold."""
    return marked(text, hits_of(text, *queries), MOST_HITS)


def without_callbacks(rendered: Rendered) -> Rendered:
    """The same with those buttons alone that open an address."""
    rows = (tuple(button for button in row if button.url) for row in rendered.buttons)
    return replace(rendered, buttons=tuple(row for row in rows if row))


def _buttons(stored: StoredItem, url: str, style: Style) -> tuple[tuple[Button, ...], ...]:
    """To the article, and to its stored text: portals are slow, and their links expire."""
    say = style.words.say
    article = (Button(text=say("push.open"), url=url),) if url else ()
    text = (Button(text=say("push.read"), data=f"{READ}:{stored.id}"),) if stored.item.body else ()
    return ((*article, *text),) if article or text else ()


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _summary(item: Item, style: Style) -> str:
    if not item.summary or style.summary_length <= 0:
        return ""
    # Nothing far behind the cut is looked at: a summary may be a megabyte.
    text = visible_lines(item.summary[: 8 * style.summary_length + 4_000])
    if text == visible(item.title):
        return ""
    return clip(summarise(text, style.summary_length), LONGEST_SUMMARY)


def _attachments(item: Item, style: Style) -> str:
    offered = [(visible(found.title) or found.url, link_of(found.url)) for found in item.attachments]
    shown = [linked(clip(title, LONGEST_ATTACHMENT), url) for title, url in offered if url]
    if not shown:
        return ""
    lines = [escape(style.words.say("push.attachments")), *shown[:MOST_ATTACHMENTS]]
    if len(shown) > MOST_ATTACHMENTS:
        lines.append(escape(style.words.say("push.attachments.more", count=len(shown) - MOST_ATTACHMENTS)))
    return "\n".join(lines)
