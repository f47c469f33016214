"""The scan before the parse: absurd markup is refused, because a parser that chokes on it cannot be stopped.

A thread that parses cannot be killed, and three things make an HTML parser run away: depth, hundreds of attributes on
one tag (compared pairwise), and formatting elements left open (copied into every block that follows; HTML standard,
13.2.4.3). The scan walks the tags once, in linear time, and counts them. Of 700 captures of real pages none nests more
than 41 deep or leaves more than 5 formats open.
"""

from __future__ import annotations

import re

MOST_TAGS = 120_000
MOST_DEPTH = 400
MOST_ATTRIBUTES = 250
MOST_OPEN_FORMATS = 48
MOST_COPIES = 150_000

_TAG = re.compile(
    r"<(?:(?P<comment>!--)|(?P<other>[!?])|(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*)"
    r"(?P<attributes>(?:[^>=]++|=\s*\"[^\"]*+(?:\"|\Z)|=\s*'[^']*+(?:'|\Z)|=)*+))"
)
_QUOTED = re.compile(r"=\s*(?:\"[^\"]*\"?|'[^']*'?|[^\s>\"']+)")
_RAW_TEXT = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_VOID = frozenset(
    [
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "image",
        "input",
        "keygen",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_CLOSED_BY_THE_NEXT = frozenset(
    [
        "a",
        "button",
        "li",
        "dt",
        "dd",
        "p",
        "option",
        "td",
        "th",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "colgroup",
        "body",
        "html",
        "head",
    ]
)
_FORMATS = frozenset(["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])


def absurdity_of(html: str) -> str | None:
    """What makes *html* unfit for parsing, in a few words ("elements nested 1,501 deep"); None where it is fit."""
    return _Scan(html).run()


class _Scan:
    """Counts what is open, by the names of the tags; never less than what the parser will have open."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._open: dict[str, int] = {}
        self._depth = 0
        self._formats: dict[str, list[str]] = {}
        self._alike: dict[tuple[str, str], int] = {}
        self._copied = 0
        self._copies = 0

    def run(self) -> str | None:
        tags = at = 0
        while found := _TAG.search(self._html, at):
            at = self._after(found)
            name = (found["name"] or "").lower()
            if not name:
                continue
            tags += 1
            self._copies += self._copied
            if self._copies > MOST_COPIES:
                return "formatting tags left open and copied without end"
            if found["end"]:
                self._close(name)
            elif absurd := self._start(name, found["attributes"]):
                return absurd
            if tags > MOST_TAGS:
                return f"more than {MOST_TAGS:,} tags"
        return None

    def _after(self, found: re.Match[str]) -> int:
        """Where to look on: behind a comment, behind what a script or a style holds, else behind the tag."""
        if found["comment"]:
            end = self._html.find("-->", found.start() + 2)
            return end + 3 if end >= 0 else len(self._html)
        name = (found["name"] or "").lower()
        if name in _RAW_TEXT and not found["end"] and not self._is_foreign():
            closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(self._html, found.end())
            return closing.start() if closing else len(self._html)
        return found.end()

    def _is_foreign(self) -> bool:
        return bool(self._open.get("svg") or self._open.get("math"))

    def _start(self, name: str, attributes: str) -> str | None:
        if len(attributes) > 2 * MOST_ATTRIBUTES and len(_QUOTED.sub(" ", attributes).split()) > MOST_ATTRIBUTES:
            return f"more than {MOST_ATTRIBUTES} attributes on one tag"
        if attributes.endswith("/") and self._is_foreign():
            return None
        if name in _FORMATS and (absurd := self._open_format(name, attributes)):
            return absurd
        if self._is_foreign() or not (name in _VOID or name in _CLOSED_BY_THE_NEXT):
            self._open[name] = self._open.get(name, 0) + 1
            self._depth += 1
            if self._depth > MOST_DEPTH:
                return f"elements nested more than {MOST_DEPTH:,} deep"
        return None

    def _open_format(self, name: str, attributes: str) -> str | None:
        self._formats.setdefault(name, []).append(attributes)
        alike = self._alike[name, attributes] = self._alike.get((name, attributes), 0) + 1
        # The standard keeps at most three alike ("Noah's Ark clause").
        self._copied += alike <= 3
        return f"more than {MOST_OPEN_FORMATS} formatting tags left open" if self._copied > MOST_OPEN_FORMATS else None

    def _close(self, name: str) -> None:
        if self._open.get(name):
            self._open[name] -= 1
            self._depth -= 1
        if self._formats.get(name):
            attributes = self._formats[name].pop()
            self._alike[name, attributes] -= 1
            self._copied -= self._alike[name, attributes] < 3
