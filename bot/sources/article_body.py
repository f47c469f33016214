"""The body of an article: the part of a page where most running text stands, line by line.

Density, not names: each line of text that is no link speaks for the elements around it, and the element that gathers
most without gathering much else is the body.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from bot.core.text import clean
from bot.sources.listing_dates import is_mostly_date
from bot.sources.listing_links import weight
from bot.sources.page_tree import Element, PageTree
from bot.sources.page_words import words

_PARAGRAPH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the body with its places on the page; `heading` where it stands in a heading."""

    text: str
    start: int
    end: int
    block: Element
    is_heading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The lines of an article in order; `home` is the element that holds them; None: no running text was found."""

    home: Element | None = None
    lines: tuple[Line, ...] = ()

    @property
    def weight(self) -> int:
        """How much running text it holds."""
        return sum(weight(line.text) for line in self.lines if weight(line.text) >= _PARAGRAPH)


def find_body(tree: PageTree, within: Element | None = None) -> Body:
    """The body of the page's article (inside *within*, where a profile knows it); empty where no text runs."""
    lines = _lines(tree, within)
    home = within or _home(lines)
    if home is None:
        return Body()
    inside = [line for line in lines if home.start <= line.start < home.end]
    return Body(home=home, lines=tuple(_told(inside)))


def _lines(tree: PageTree, within: Element | None) -> list[Line]:
    """All lines of the page that are not mostly links and stand in no unlikely place."""
    start, end = (within.start, within.end) if within else (0, tree.elements[0].end if tree.elements else 0)
    found: list[Line] = []
    most = tree.text_length / 2
    unlikely: dict[int, bool] = {}
    for text, begin, finish, block, linked in _raw_lines(tree, start, end):
        if linked > 0.5 * weight(text) and weight(text) < 200 and not words("end_of_article").search(text):
            continue
        around = [block, *block.ancestors()]
        if within is None and any(_is_left_out(tree, element, most, unlikely) for element in around):
            continue
        heading = any(element.tag in ("h1", "h2", "h3", "h4", "h5", "h6") for element in around[:3])
        found.append(Line(text=clean(text), start=begin, end=finish, block=block, is_heading=heading))
    return [line for line in found if line.text]


def _raw_lines(tree: PageTree, start: int, end: int) -> list[tuple[str, int, int, Element, int]]:
    """Text, places, block and weight of links of each line."""
    found: list[tuple[str, int, int, Element, int]] = []
    before = None
    for piece in tree.pieces_in(start, end):
        if piece.owner.hidden:
            continue
        in_link = piece.owner.tag == "a" or any(e.tag == "a" for e in piece.owner.ancestors())
        linked = weight(piece.text) if in_link else 0
        if before is None or tree.breaks(before, piece):
            found.append((piece.text, piece.place, piece.place + 1, piece.owner.block, linked))
        else:
            text, begin, _, block, sofar = found[-1]
            joined = text + (" " if piece.apart else "") + piece.text
            found[-1] = (joined, begin, piece.place + 1, block, sofar + linked)
        before = piece
    return found


def _is_left_out(tree: PageTree, element: Element, most: float, known: dict[int, bool]) -> bool:
    """Whether an element is named like what is no article; not where most of the page's text stands in it."""
    if id(element) not in known:
        known[id(element)] = _is_unlikely(element) and tree.length_in(element.start, element.end) < most
    return known[id(element)]


def _is_unlikely(element: Element) -> bool:
    if element.tag in ("body", "main", "article"):
        return False
    if element.tag in ("nav", "footer", "aside", "button", "label", "option"):
        return True
    return bool(words("no_body").search(element.names)) and not re.search(
        r"(?:^|[\s_-])(?:article|content|main|container)", element.names
    )


def _home(lines: list[Line]) -> Element | None:
    scores: defaultdict[int, float] = defaultdict(float)
    known: dict[int, Element] = {}
    total = 0.0
    for line in lines:
        said = weight(line.text)
        if said < _PARAGRAPH or line.is_heading:
            continue
        worth = min(said, 600) + 30.0 * line.text.count(",")
        total += worth
        for level, above in enumerate([line.block, *line.block.ancestors()][:6]):
            known[id(above)] = above
            scores[id(above)] += worth * (0.9**level)
    if not scores:
        return None
    best = max(scores, key=lambda key: scores[key] * (1.15 if words("body_names").search(known[key].names) else 1.0))
    return _widened(known[best], scores, known)


def _widened(home: Element, scores: dict[int, float], known: dict[int, Element]) -> Element:
    """The parent instead, where it holds a good deal more text: bodies are cut in sections and columns."""
    for above in home.ancestors():
        if above.tag == "body":
            break
        if scores.get(id(above), 0.0) > 1.25 * scores[id(home)]:
            return _widened(above, scores, known)
    return home


def _told(lines: list[Line]) -> list[Line]:
    """The lines up to where the article ends, without those that only serve (print, share, dates)."""
    kept: list[Line] = []
    for line in lines:
        if kept and words("end_of_article").search(line.text):
            break
        if (
            words("service").search(line.text)
            or is_mostly_date(line.text)
            or not any(sign.isalnum() for sign in line.text)
        ):
            continue
        kept.append(line)
    return kept
