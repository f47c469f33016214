"""Telegram's HTML: text made safe, cut to a number of UTF-16 units, links that Telegram takes.

https://core.telegram.org/bots/api#html-style
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from bot.core.letters import normalise
from bot.core.text import utf16_length

MOST_UNITS: Final = 4096
"""The longest message, in UTF-16 units after the markup is parsed."""
MOST_BYTES: Final = 30_000
"""The longest message with its markup; the server stops reading at 32 KiB."""
MOST_ENTITIES: Final = 100
"""Telegram drops what is more."""

_LONGEST_URL: Final = 2_000
_HOST = re.compile(r"[^\s<>\"'\\@/?#]+\.[^\s<>\"'\\@/?#]+")
_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}


def visible(text: str) -> str:
    """*text* as one line in NFC, without control, bidi and other invisible characters; may be empty."""
    return " ".join(normalise(text).split())


def visible_lines(text: str) -> str:
    """*text* like `visible`, its lines kept and at most one empty line between them."""
    lines = [" ".join(line.split()) for line in normalise(text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def clip(text: str, units: int) -> str:
    """*text* cut to at most *units* UTF-16 units, between words where that costs little; "…" marks a cut."""
    if utf16_length(text) <= units:
        return text
    head = text.encode("utf-16-le", "ignore")[: 2 * max(units - 1, 0)].decode("utf-16-le", "ignore")
    words, blank, last = head.rpartition(" ")
    if blank and len(last) <= len(head) // 5:
        head = words
    return head.rstrip(" ,;:.–-(\n") + "…" if units > 0 else ""


def escape(text: str) -> str:
    """*text* so that Telegram shows it as it is, inside an attribute too."""
    return text.translate(_ESCAPES)


def bold(text: str) -> str:
    """Plain *text* in bold; empty text stays empty, for Telegram keeps no empty entity."""
    return f"<b>{escape(text)}</b>" if text else ""


def italic(text: str) -> str:
    """Plain *text* in italics."""
    return f"<i>{escape(text)}</i>" if text else ""


def struck(text: str) -> str:
    """Plain *text* struck through."""
    return f"<s>{escape(text)}</s>" if text else ""


def linked(text: str, url: str) -> str:
    """Plain *text* as a link where *url* is one that Telegram takes, else the text alone."""
    return f'<a href="{escape(url)}">{escape(text)}</a>' if url else escape(text)


def link_of(url: str | None) -> str:
    """*url* where Telegram takes it in a link and on a button, else an empty string.

    It refuses other schemes than http and https, hosts without a dot, blanks; one refused button refuses the message.
    """
    if not url or len(url) > _LONGEST_URL or not url.isprintable() or " " in url:
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and _HOST.fullmatch(host) else ""


def linked_marked(text: str, url: str, spans: tuple[tuple[int, int], ...], most: int) -> str:
    """The same as `linked`, with *spans* as `marked` shows them."""
    shown = marked(text, spans, most)
    return f'<a href="{escape(url)}">{shown}</a>' if url else shown


def marked(text: str, spans: tuple[tuple[int, int], ...], most: int) -> str:
    """Plain *text*, escaped, with its first *most* *spans* (start, end in characters, in order) in bold."""
    pieces: list[str] = []
    at = 0
    for start, end in spans[:most]:
        if start < at or end <= start or end > len(text):
            continue
        pieces += (escape(text[at:start]), bold(text[start:end]))
        at = end
    return "".join(pieces) + escape(text[at:])
