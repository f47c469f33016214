"""An article's stored text as messages: cut between paragraphs, else sentences, else words, never inside a character.

Cut is the plain text, before it is escaped: so no cut can fall into an entity.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.core.html import escape, italic, link_of, linked, visible_lines
from bot.core.style import Style, source_title, title_of, when
from bot.core.text import summarise, utf16_length
from bot.model import Button, Rendered, StoredItem

MOST_MESSAGES: Final = 5
"""Of one article in a private chat; the rest is at the portal."""
MOST_MESSAGES_IN_GROUPS: Final = 2
"""Everybody there gets them, and Telegram allows twenty a minute."""
_ROOM: Final = 3_300
"""UTF-16 units of text in one message; a title, its date and the foot fit beside it."""
_LONGEST_TITLE: Final = 400
_READ_MOST: Final = 100_000


def full_text(stored: StoredItem, style: Style, *, most: int = MOST_MESSAGES) -> tuple[Rendered, ...]:
    """At most *most* messages with the article's stored text; the last one has the button to the article.

    Where the text is longer it says that it goes on at the portal. One message without a stored text.
    """
    say, url = style.words.say, link_of(stored.item.url)
    pieces = tuple(_pieces(visible_lines((stored.item.body or "")[:_READ_MOST])))
    shown = pieces[:most] or (say("read.none"),)
    last = len(shown)
    rest = say("read.cut") if len(pieces) > last else ""
    messages = []
    for number, piece in enumerate(shown, 1):
        part = say("read.part", part=number, parts=last) if last > 1 else ""
        text = "\n\n".join(
            each
            for each in (
                _head(stored, style) if number == 1 else "",
                escape(piece),
                italic(" ".join(each for each in (rest if number == last else "", part) if each)),
            )
            if each
        )
        buttons = ((Button(text=say("push.open"), url=url),),) if url and number == last else ()
        messages.append(Rendered(text=text, buttons=buttons))
    return tuple(messages)


def _head(stored: StoredItem, style: Style) -> str:
    title = linked(title_of(stored.item, style, _LONGEST_TITLE), link_of(stored.item.url))
    facts = (when(stored.item, style), source_title(stored.item.source_id, style))
    return f"<b>{title}</b>\n{italic(' · '.join(fact for fact in facts if fact))}"


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces of at most _ROOM units, each as full as its paragraphs allow."""
    piece = ""
    for paragraph in text.split("\n"):
        for part in _parts(paragraph):
            joined = f"{piece}\n{part}" if piece else part
            if utf16_length(joined) > _ROOM:
                yield piece.strip()
                joined = part
            piece = joined
    if piece.strip():
        yield piece.strip()


def _parts(paragraph: str) -> Iterator[str]:
    """A paragraph, or, where it is too long for one message, its sentences as far as they fit."""
    while utf16_length(paragraph) > _ROOM:
        head = summarise(paragraph, _ROOM // 2).removesuffix("…")
        if not head or not paragraph.startswith(head):
            head = paragraph[: _ROOM // 2]
        yield head
        paragraph = paragraph[len(head) :].lstrip()
    yield paragraph
