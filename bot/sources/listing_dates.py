"""The date of one item in a list: which of the texts around a title says when it was published.

A date inside a sentence ("Sáng ngày 12/3/2019 tại ...") is what the news tells of, not when it was published: a text
counts only where little else than a date stands in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from bot.core.dates import ReadDate, read_date
from bot.sources.page_tree import Element, PageTree, Piece
from bot.sources.page_words import words

_LONGEST = 110
_WORD = re.compile(r"[^\W\d_]+|\d+")
_MONTH_ONLY = re.compile(r"^\D{0,12}\d{1,2}\s*[/.-]\s*\d{4}\W*$")
_STAMP_ATTRIBUTES = (
    "datetime",
    "data-publishtime",
    "data-time",
    "data-date",
    "data-timestamp",
    "data-published",
    "data-utime",
)
_SPLIT_NUMBERS = re.compile(
    r"^(\d{1,2})\s*[/.\-–|]?\s*(?:tháng\s*|th\.?\s*|thg\.?\s*)?(\d{1,2})\s*[/.\-–|,]?\s*(?:năm\s*)?(\d{4})$",
    re.IGNORECASE,
)
_AT_END = re.compile(
    r"\s*[(\[]\s*([^()\[\]]{6,60})\s*[)\]]\s*\.?\s*$"
    r"|\s+[-–|]\s+([\d/.,:hH '–|-]{8,30}(?:\s?[AaPp][Mm]|\s?SA|\s?CH)?)\s*$"
)
_AT_START = re.compile(
    r"^\s*[(\[]?\s*((?:\d{1,2}[h:]\d{2}\W{1,3})?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"
    r"(?:\W{1,3}\d{1,2}[h:]\d{2})?(?:\s?[AaPp][Mm])?)\s*[)\]]?\s*[:\-–|]?\s+(?=\S)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A date and the text that said it; `places` are the positions of the pieces that say nothing else."""

    read: ReadDate
    text: str
    places: frozenset[int] = frozenset()
    trust: float = 0.0


def find_date(tree: PageTree, start: int, end: int, now: datetime, timezone: str) -> FoundDate | None:
    """The most trustworthy date between two positions, the earliest of equals; None where none stands there."""
    best: FoundDate | None = None
    for found in (*_stamps(tree, start, end, now, timezone), *_written(tree, start, end, now, timezone)):
        if best is None or found.trust > best.trust:
            best = found
    return best


def _stamps(tree: PageTree, start: int, end: int, now: datetime, timezone: str) -> list[FoundDate]:
    found = []
    for element in tree.elements_in(start, end):
        if not element.attributes:
            continue
        for name in _STAMP_ATTRIBUTES if element.tag == "a" else (*_STAMP_ATTRIBUTES, "title"):
            value = element.attributes.get(name, "")
            if not 8 <= len(value) < 60 or (name == "title" and not is_mostly_date(value)):
                continue
            read = read_said(value, now, timezone)
            if read:
                places = frozenset(p.place for p in tree.pieces_in(element.start, element.end))
                trust = 4.0 if element.tag == "time" else 2.5
                shown = places if element.tag == "time" or len(places) == 1 else frozenset()
                found.append(FoundDate(read=read, text=value, places=shown, trust=trust))
                break
    return found


def _written(tree: PageTree, start: int, end: int, now: datetime, timezone: str) -> list[FoundDate]:
    pieces = tree.pieces_in(start, end)
    found = []
    for text, places, owner in (*_single(pieces), *_joined(tree, pieces, start, end)):
        if not is_mostly_date(text) or _MONTH_ONLY.match(text):
            continue
        read = read_said(text, now, timezone)
        if read:
            trust = _trust(text, owner, read, start)
            found.append(FoundDate(read=read, text=text, places=places, trust=trust))
    return found


def _single(pieces: list[Piece]) -> list[tuple[str, frozenset[int], Element]]:
    return [(piece.text, frozenset((piece.place,)), piece.owner) for piece in pieces]


def _joined(tree: PageTree, pieces: list[Piece], start: int, end: int) -> list[tuple[str, frozenset[int], Element]]:
    """What several pieces say together: an element with several texts ("14" "03/2019"), a date beside its time."""
    found = []
    for element in tree.elements_in(start, end):
        inside = tree.pieces_in(element.start, min(element.end, end))
        if 2 <= len(inside) <= 8 and sum(len(piece.text) for piece in inside) <= _LONGEST:
            text = " ".join(piece.text for piece in inside)
            found.append((text, frozenset(piece.place for piece in inside), element))
    for one, two in pairwise(pieces):
        if one.owner is not two.owner and len(one.text) + len(two.text) <= 60:
            found.append((f"{one.text} {two.text}", frozenset((one.place, two.place)), one.owner))
    return found


@lru_cache(maxsize=2_048)
def read_said(text: str, now: datetime, timezone: str) -> ReadDate | None:
    """The date of a text that says little else; None where it says none.

    Remembered: a page is read more than once, and the dates of other languages take long.
    """
    return _read_split(text, now, timezone) or read_date(without_asides(text), now, timezone)


def _read_split(text: str, now: datetime, timezone: str) -> ReadDate | None:
    """A sheet from a calendar: "14", "03/2019" or "14", "Tháng 3", "2019" in boxes of their own."""
    parts = _SPLIT_NUMBERS.match(text.strip())
    return read_date(f"{parts[1]}/{parts[2]}/{parts[3]}", now, timezone) if parts else None


def _trust(text: str, owner: Element, read: ReadDate, start: int) -> float:
    trust = 2.0 if not read.date_only else 1.0
    trust += 1.5 if words("published").search(text) else 0.0
    trust -= 3.0 if words("other_day").search(text) else 0.0
    around = [owner, *(a for a in owner.ancestors() if a.start >= start)][:3]
    trust += 1.0 if any(e.tag == "time" or words("date_names").search(e.names) for e in around) else 0.0
    return trust - (0.5 if read.approximate else 0.0)


def is_mostly_date(text: str) -> bool:
    """Whether a text says a date and little else (labels, counters and a name beside it are little)."""
    if not 4 <= len(text) <= _LONGEST or not (words("date_sign").search(text) or _SPLIT_NUMBERS.match(text)):
        return False
    rest = words("beside_a_date").sub("", without_asides(text))
    letters = sum(len(word) for word in _WORD.findall(rest))
    return letters <= 14 and letters <= 0.4 * len(text)


def without_asides(text: str) -> str:
    """A line about an item without its counters and names: `14/03/2019 | Lượt xem: 123` is `14/03/2019 |`."""
    return words("date_aside").sub(" ", text)


def split_title(title: str, now: datetime, timezone: str) -> tuple[str, ReadDate | None]:
    """A title without the date that stands in brackets at its end, or before it; and that date."""
    if found := _AT_END.search(title):
        said = found[1] or found[2]
        read = read_date(said, now, timezone) if is_mostly_date(said) else None
        if read and found.start() > 0:
            return title[: found.start()].rstrip(), read
    if found := _AT_START.match(title):
        read = read_date(found[1], now, timezone)
        if read:
            return title[found.end() :], read
    return title, None
