"""Messages as HTML for the chat page: entities become tags, everything else is escaped."""

from __future__ import annotations

import re
from html import escape

from bot.simulator.telegram_wire import Json

_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "spoiler": ('<span class="spoiler" tabindex="0">', "</span>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
}
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_COMMAND = re.compile(r"(?<![\w/])/[a-z][a-z0-9_]{0,31}(?:@\w+)?(?![\w/])")


def rich_text(text: str, entities: list[Json]) -> str:
    """Safe HTML of a text with its entities; bare addresses and commands become links and buttons, as in Telegram."""
    units = text.encode("utf-16-le")
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for entity in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        first, last = _tags(entity)
        opening.setdefault(entity["offset"], []).append(first)
        closing.setdefault(entity["offset"] + entity["length"], []).insert(0, last)
    edges = sorted({0, len(units) // 2, *opening, *closing})
    linked = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in ("text_link", "code", "pre")
    ]
    html = []
    for start, end in zip(edges, [*edges[1:], len(units) // 2], strict=True):
        html += [*closing.get(start, ()), *opening.get(start, ())]
        piece = units[2 * start : 2 * end].decode("utf-16-le", "replace")
        inside = any(first <= start < last for first, last in linked)
        html.append(escape(piece) if inside else _with_links(piece))
    # A quote or block of code stands alone: the line break behind it is not shown once more.
    return "".join(html).replace("</blockquote>\n", "</blockquote>").replace("</pre>\n", "</pre>")


def preview_address(message: Json) -> str:
    """The address whose card stands at the message; empty where it shows none."""
    options = message.get("link_preview_options") or {}
    if options.get("is_disabled"):
        return ""
    if url := options.get("url"):
        return str(url)
    for entity in message.get("entities", ()):
        if entity["type"] == "text_link":
            return str(entity["url"])
    found = _ADDRESS.search(message.get("text", ""))
    return found[0] if found else ""


def _tags(entity: Json) -> tuple[str, str]:
    match entity["type"]:
        case "text_link" if entity["url"].startswith(("http://", "https://", "tg://")):
            return f'<a href="{escape(entity["url"])}" target="_blank" rel="noopener noreferrer">', "</a>"
        case "text_link" | "bot_command":
            return "", ""
        case kind:
            return _TAGS.get(kind, ("", ""))


def _with_links(piece: str) -> str:
    html, position = [], 0
    for found in re.finditer(f"{_ADDRESS.pattern}|{_COMMAND.pattern}", piece):
        html.append(escape(piece[position : found.start()]))
        shown = escape(found[0])
        if found[0].startswith("/"):
            html.append(f'<button type="button" class="command" data-command="{shown}">{shown}</button>')
        else:
            html.append(f'<a href="{shown}" target="_blank" rel="noopener noreferrer">{shown}</a>')
        position = found.end()
    html.append(escape(piece[position:]))
    return "".join(html)
