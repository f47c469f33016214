"""Sentences of the catalogs as messages: values escaped, markup kept; buttons and toasts take them plain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import Final

from bot.core.html import MOST_UNITS, escape, visible
from bot.core.text import utf16_length
from bot.model import Button, Rendered, Words

_TAG: Final = re.compile(r"<[^>]*>")


def sentence(words: Words, key: str, **values: object) -> str:
    """The sentence in Telegram's HTML; what people or portals wrote (text values) is escaped."""
    shown = {name: escape(visible(value)) if isinstance(value, str) else value for name, value in values.items()}
    return words.say(key, **shown)


def message(words: Words, key: str, *rows: tuple[Button, ...], **values: object) -> Rendered:
    """A message of one sentence with rows of buttons."""
    return Rendered(text=sentence(words, key, **values), buttons=rows)


def fitting(lines: Sequence[str]) -> str:
    """As many of the lines of HTML, from the first, as one message takes."""
    taken: list[str] = []
    room = MOST_UNITS
    for line in lines:
        room -= utf16_length(without_markup(line)) + 1
        if room < 0:
            break
        taken.append(line)
    return "\n".join(taken)


def without_markup(html: str) -> str:
    """What a reader sees of it."""
    return unescape(_TAG.sub("", html))
