"""Sentences of the catalogs as messages: values escaped, markup kept; buttons and toasts take them plain."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from bot.core.html import escape, visible
from bot.model import Button, Rendered, Words

_TAG: Final = re.compile(r"<[^>]*>")


def sentence(words: Words, key: str, **values: object) -> str:
    """The sentence in Telegram's HTML; what people or portals wrote (text values) is escaped."""
    shown = {name: escape(visible(value)) if isinstance(value, str) else value for name, value in values.items()}
    return words.say(key, **shown)


def message(words: Words, key: str, *rows: tuple[Button, ...], **values: object) -> Rendered:
    """A message of one sentence with rows of buttons."""
    return Rendered(text=sentence(words, key, **values), buttons=rows)


def without_markup(html: str) -> str:
    """What a reader sees of it."""
    return unescape(_TAG.sub("", html))
