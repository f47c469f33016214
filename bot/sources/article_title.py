"""The title of an article page: the heading that the head of the page confirms, else the one over the body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.core.dates import ReadDate
from bot.core.text import clean, fold
from bot.sources.article_body import Body
from bot.sources.listing_dates import is_mostly_date, split_title
from bot.sources.listing_links import says_something, weight
from bot.sources.page_head import Head
from bot.sources.page_tree import Element, PageTree
from bot.sources.page_words import words

_TITLE_MOST = 300
_SITE_NAME_MOST = 45
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")
_NAMED = re.compile(r"title|headline|tieu-?de|ten-?bai|heading", re.IGNORECASE)
_SITE_SUFFIX = re.compile(r"\s+(?:[|»·•]|[-–—])\s+(?=[^|»·•]{2,60}$)|\s*\|\s*(?=[^|]{2,60}$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTitle:
    """The title, where it stands on the page (None: only the head says it), and the date in brackets behind it."""

    text: str
    element: Element | None = None
    date: ReadDate | None = None
    is_confirmed: bool = False
    """Whether the page's head and a heading on the page say the same."""


def find_title(tree: PageTree, head: Head, body: Body, now: datetime, timezone: str) -> FoundTitle:
    """The title of the page's article; an empty text where nothing can be one."""
    claimed = _claimed(head)
    headings = _headings(tree, body)
    for said in claimed:
        for element, text in headings:
            bare, date = split_title(text, now, timezone)
            if _is_same(bare, said):
                return FoundTitle(text=bare, element=element, date=date, is_confirmed=True)
    over = _over_body(tree, headings, body)
    trusted = head.first(("og:title", "twitter:title")) or _headline(head)
    if over is not None and (over[0].tag == "h1" or not trusted):
        bare, date = split_title(over[1], now, timezone)
        return FoundTitle(text=bare, element=over[0], date=date)
    if trusted:
        return FoundTitle(text=_without_site(trusted, head))
    line = _dated_line(tree, body, now, timezone)
    named = _without_site(head.title, head)
    if line is None and weight(named) < _SITE_NAME_MOST:
        line = _bold_line(tree, body)
    return line or FoundTitle(text=named if body.home is not None else "")


def _headline(head: Head) -> str:
    said = head.article.get("headline")
    return clean(said) if isinstance(said, str) else ""


def _claimed(head: Head) -> list[str]:
    """What the head calls the article, the shortest of equal ones last."""
    said = [head.first(("og:title",)), _headline(head), head.first(("twitter:title",)), head.title]
    whole = [text for text in said if text]
    return list(dict.fromkeys([*whole, *(_without_site(text, head) for text in whole)]))


def _without_site(title: str, head: Head) -> str:
    """The page's title without the name of the site behind it."""
    site = fold(head.first(("og:site_name",)))
    cut = _SITE_SUFFIX.search(title)
    while cut is not None:
        tail, rest = title[cut.end() :], title[: cut.start()].rstrip()
        named = fold(tail) == site or len(tail.split()) <= 6
        if not named or weight(rest) < 15:
            return title
        title, cut = rest, _SITE_SUFFIX.search(rest)
    return title


def _is_same(text: str, said: str) -> bool:
    one, other = fold(text), fold(said)
    return bool(one) and (one == other or (len(one) >= 15 and (other.startswith(one) or one.startswith(other))))


def _headings(tree: PageTree, body: Body) -> list[tuple[Element, str]]:
    found = []
    for element in tree.elements:
        is_heading = element.tag in _HEADINGS
        if not (is_heading or _NAMED.search(element.names)) or words("no_title").search(element.names):
            continue
        if tree.length_in(element.start, element.end) > _TITLE_MOST:
            continue
        text = clean(tree.text_of(element))
        if says_something(text) and not is_mostly_date(text):
            found.append((element, text))
    return sorted(found, key=lambda pair: _HEADINGS.index(pair[0].tag) if pair[0].tag in _HEADINGS else 1)


def _over_body(tree: PageTree, headings: list[tuple[Element, str]], body: Body) -> tuple[Element, str] | None:
    """The strongest heading that stands over the first line of the body, the nearest of equals."""
    if body.home is None or not body.lines:
        return next((pair for pair in headings if pair[0].tag == "h1" and weight(pair[1]) >= 12), None)
    first = next((line.start for line in body.lines if weight(line.text) >= 60), body.lines[0].start)
    above = [pair for pair in headings if pair[0].start <= first and weight(pair[1]) >= 12]
    above = [pair for pair in above if pair[0].end <= first + 1]
    if not above:
        return None
    strongest = min(_rank(element) for element, _ in above)
    return max((pair for pair in above if _rank(pair[0]) == strongest), key=lambda pair: pair[0].start)


def _rank(element: Element) -> int:
    return 0 if element.tag == "h1" else 1 if element.tag in ("h2", "h3") or _NAMED.search(element.names) else 2


def _dated_line(tree: PageTree, body: Body, now: datetime, timezone: str) -> FoundTitle | None:
    """A line over the text that ends in its date, `... năm 2018. (14/03/2019 04:05 PM)`: a portal's plain title."""
    if not body.lines:
        return None
    for piece in tree.pieces_in(max(0, body.lines[0].start - 40), body.lines[0].end + 1):
        for element in (piece.owner, piece.owner.block):
            if tree.length_in(element.start, element.end) > _TITLE_MOST:
                continue
            bare, date = split_title(clean(tree.text_of(element)), now, timezone)
            if date is not None and 15 <= weight(bare) <= _TITLE_MOST:
                return FoundTitle(text=bare, element=element, date=date)
    return None


def _bold_line(tree: PageTree, body: Body) -> FoundTitle | None:
    """A line in bold or in a bigger font that stands over the first paragraph, where no heading is."""
    for line in body.lines[:2]:
        inside = [piece.owner for piece in tree.pieces_in(line.start, line.end)]
        around = {e.tag for owner in inside for e in (owner, *list(owner.ancestors())[:2])}
        if 20 <= weight(line.text) <= _TITLE_MOST and around & {"b", "strong", "font", "big", "center"}:
            owner = inside[0] if len(inside) == 1 else line.block
            return FoundTitle(text=line.text, element=owner)
    return None
