"""A page as the readers see it: elements and pieces of text in one line of positions.

Every element spans the positions from `start` to `end` (exclusive), so that "what stands between this title and the
next one" is a slice, whatever the nesting. What nobody reads (scripts, styles, forms' choices) is not in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from bot.core.address import openable, repair
from bot.sources.page_words import tokens

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_UNREAD = tokens("unread")
_BLOCKS = tokens("blocks")
_CLASS_TOKEN = re.compile(r"[^\W\d_]+", re.UNICODE)
_PASSING = tokens("passing")
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|hide-accessible|screen-reader-text|visuallyhidden|offscreen|d-none)(?=\s|$)",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# No title, paragraph or address is longer; a line of ten megabytes is not copied about.
_TEXT_MOST = 60_000
_ATTRIBUTE_MOST = 4_000
_NO_ATTRIBUTES: dict[str, str] = {}


class Element:
    """One element: its tag, attributes, place and parent; `block` is the nearest block that holds it (or itself).

    `path` is equal for elements that the page builds alike.
    """

    __slots__ = ("attributes", "block", "end", "hidden", "parent", "path", "start", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None, start: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.start = start
        self.end = start + 1
        self.hidden: bool = (parent.hidden if parent else False) or _is_hidden(attributes)
        self.block: Element = self if parent is None or tag in _BLOCKS else parent.block
        self.path: int = hash((parent.path if parent else 0, tag, _kind(attributes)))

    @property
    def is_block(self) -> bool:
        """Whether a browser breaks the line before and after it."""
        return self.tag in _BLOCKS

    @property
    def names(self) -> str:
        """Its class and id, lower case: what its makers call it."""
        return f"{self.attributes.get('class', '')} {self.attributes.get('id', '')}".lower()

    @property
    def selector(self) -> str:
        """How CSS may name it: `li.tin.moi`; for an operator who writes a profile."""
        return ".".join((self.tag, *self.attributes.get("class", "").split()[:3]))

    def ancestors(self) -> Iterator[Element]:
        """Its parent, the parent's parent, up to the body."""
        at = self.parent
        while at is not None:
            yield at
            at = at.parent

    def holds(self, other: Element) -> bool:
        """Whether *other* is this element or inside it."""
        return self.start <= other.start and other.end <= self.end


class Piece:
    """One run of text as the markup gives it (blanks collapsed, never empty), and the element it stands in.

    `apart` says whether a blank stands before it: `<span>Th</span>anh` is one word.
    """

    __slots__ = ("apart", "owner", "place", "text")

    def __init__(self, text: str, owner: Element, place: int, apart: bool) -> None:
        self.text = text
        self.owner = owner
        self.place = place
        self.apart = apart


class PageTree:
    """The readable part of a page: `elements` and `pieces` in the document's order, and the addresses' base."""

    def __init__(self, parser: LexborHTMLParser, url: str) -> None:
        self.elements: list[Element] = []
        self.pieces: list[Piece] = []
        self._by_node: dict[int, Element] = {}
        self.base = base_of(parser, url)
        self.url = url
        self.openable_url = openable(url)
        body = parser.body
        if body is not None:
            self._fill(body)
        self._element_places = [element.start for element in self.elements]
        self._piece_places = [piece.place for piece in self.pieces]
        self._lengths = [0, *accumulate(len(piece.text) for piece in self.pieces)]

    def _fill(self, body: LexborNode) -> None:
        place, apart = 0, False
        stack: list[tuple[LexborNode | None, Element | None]] = [(body, None)]
        while stack:
            node, parent = stack.pop()
            if node is None:
                assert parent is not None
                parent.end = place
                continue
            if node.is_text_node:
                raw = node.text_content or ""
                text = " ".join(raw[:_TEXT_MOST].split())
                apart = apart or raw[:1].isspace()
                if text and parent is not None:
                    self.pieces.append(Piece(text, parent, place, apart))
                    place += 1
                    apart = raw[-1].isspace()
                continue
            tag = node.tag or ""
            if not node.is_element_node or tag in _UNREAD:
                continue
            element = Element(tag, _attributes(node), parent, place)
            place += 1
            self.elements.append(element)
            self._by_node[node.mem_id] = element
            stack.append((None, element))
            stack.extend((child, element) for child in reversed(list(node.iter(include_text=True))))

    @property
    def text_length(self) -> int:
        """How many characters of text the page shows."""
        return self._lengths[-1]

    def element_of(self, node: LexborNode) -> Element | None:
        """The element of a parser's node; None for what nobody reads."""
        return self._by_node.get(node.mem_id)

    def elements_in(self, start: int, end: int) -> list[Element]:
        """The elements that begin between two positions."""
        return self.elements[bisect_left(self._element_places, start) : bisect_left(self._element_places, end)]

    def pieces_in(self, start: int, end: int) -> list[Piece]:
        """The pieces of text between two positions."""
        return self.pieces[bisect_left(self._piece_places, start) : bisect_left(self._piece_places, end)]

    def length_in(self, start: int, end: int) -> int:
        """How many characters of text stand between two positions; at once, however many there are."""
        return (
            self._lengths[bisect_left(self._piece_places, end)] - self._lengths[bisect_left(self._piece_places, start)]
        )

    def lines_in(self, start: int, end: int) -> list[str]:
        """The text between two positions in the lines in which a browser shows it, hidden text left out."""
        lines: list[str] = []
        before: Piece | None = None
        for piece in self.pieces_in(start, end):
            if piece.owner.hidden:
                continue
            if before is None or self.breaks(before, piece):
                lines.append(piece.text)
            else:
                lines[-1] += (" " if piece.apart else "") + piece.text
            before = piece
        return lines

    def breaks(self, before: Piece, piece: Piece) -> bool:
        """Whether a browser begins a new line between two neighbouring pieces."""
        return before.owner.block is not piece.owner.block or any(
            element.is_block for element in self.elements_in(before.place, piece.place)
        )

    def text_of(self, element: Element) -> str:
        """The text of an element in one line, without what is hidden from eyes."""
        return " ".join(self.lines_in(element.start, element.end))

    def resolve(self, href: str) -> str | None:
        """The absolute address that an href of this page means."""
        return repair(href, self.base)


def base_of(parser: LexborHTMLParser, url: str) -> str:
    """The address that a page's relative links start from: its `<base>`, else its own."""
    base = parser.css_first("base[href]")
    return (repair(base.attributes.get("href") or "", url) if base is not None else None) or url


def _attributes(node: LexborNode) -> dict[str, str]:
    found = node.attributes
    if not found:
        return _NO_ATTRIBUTES
    return {name: value if value and len(value) <= _ATTRIBUTE_MOST else "" for name, value in found.items()}


def _kind(attributes: dict[str, str]) -> str:
    """The class without what tells two rows of one list apart: numbers, odd and even, first and last."""
    names = attributes.get("class")
    if not names:
        return ""
    return " ".join(sorted({t for t in _CLASS_TOKEN.findall(names.lower()) if t not in _PASSING}))


def _is_hidden(attributes: dict[str, str]) -> bool:
    return bool(attributes) and (
        "hidden" in attributes
        or bool(_HIDDEN_STYLE.search(attributes.get("style", "")))
        or bool(_HIDDEN_CLASS.search(attributes.get("class", "")))
    )
