"""What one block of a list says: title, date, summary, picture, author."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from bot.core.address import openable
from bot.core.dates import ReadDate, read_date
from bot.core.text import clean
from bot.sources.listing_dates import find_date, is_mostly_date, split_title, without_asides
from bot.sources.listing_groups import HEADINGS, Block
from bot.sources.listing_links import says_something, weight
from bot.sources.page_tree import Element, PageTree
from bot.sources.page_words import words

_AUTHOR_NAMES = re.compile(r"(?:^|[\s_-])(?:author|byline|tac-?gia|writer|creator)", re.IGNORECASE)
_AUTHOR_SAID = re.compile(
    r"^(?:tác giả|người viết|người đăng|đăng bởi|by|posted by)\s*:?\s+(?P<name>[^|:\d]{3,60})$", re.IGNORECASE
)
_DAY_OF_ADDRESS = re.compile(r"(?<=/)((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?=/)")
_CUT = re.compile(r"\s*(?:\.\.\.|…)\s*$")
_SUMMARY_LEAST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a list as its block gives it; `date_text` is where the date was read, for the explanation."""

    block: Block
    title: str
    url: str
    date: ReadDate | None = None
    date_text: str = ""
    summary: str | None = None
    image_url: str | None = None
    author: str | None = None
    is_heading: bool = False


def read_entry(tree: PageTree, block: Block, now: datetime, timezone: str) -> Entry | None:
    """The entry of a block; None where nothing in it can be a title."""
    titled = _title_of(tree, block)
    if titled is None:
        return None
    title, source = titled
    found = find_date(tree, block.start, block.end, now, timezone)
    inside = source.start <= min(found.places, default=-1) < source.end if found else False
    if found and inside and source.tag == "a":
        title = clean(_text_without(tree, source, found.places)) or title
    bare, dated = split_title(title, now, timezone)
    date, text = (found.read, found.text) if found else (None, "")
    if dated is not None and (found is None or found.read.at.date() == dated.at.date() or found.trust < 0):
        title = bare
        date, text = (dated, title) if found is None or found.read.date_only else (date, text)
    if date is None:
        date, text = _date_of_address(block.link.url, now, timezone)
    return Entry(
        block=block,
        title=title,
        url=block.link.url,
        date=date,
        date_text=text,
        summary=_summary_of(tree, block, title),
        image_url=_image_of(tree, block),
        author=_author_of(tree, block),
        is_heading=source.tag in HEADINGS
        or any(a.tag in HEADINGS for a in source.ancestors() if a.start >= block.start),
    )


def _date_of_address(url: str, now: datetime, timezone: str) -> tuple[ReadDate | None, str]:
    """The day that a portal writes into an address (`/pages/2019-03-14/...`), where the list itself shows none."""
    found = _DAY_OF_ADDRESS.search(url)
    return (read_date("-".join(found.groups()), now, timezone), found[0]) if found else (None, "")


def _text_without(tree: PageTree, element: Element, places: frozenset[int]) -> str:
    return " ".join(p.text for p in tree.pieces_in(element.start, element.end) if p.place not in places)


def _title_of(tree: PageTree, block: Block) -> tuple[str, Element] | None:
    """The title and where it stands: the anchor's own words, a heading in the card, or a heading beside a picture."""
    anchor = block.link.anchor
    inner = _title_inside(tree, anchor)
    if inner is not None:
        return inner
    if not block.link.is_invitation and not is_mostly_date(block.link.text):
        return whole(block.link.text, anchor), anchor
    for element in tree.elements_in(block.start, block.end):
        if element.tag in HEADINGS or words("title_names").search(element.names):
            text = clean(tree.text_of(element))
            if says_something(text) and not is_mostly_date(text):
                return text, element
    spoken = anchor.attributes.get("title") or anchor.attributes.get("aria-label") or _alt_of(tree, anchor)
    if says_something(clean(spoken)):
        return clean(spoken), anchor
    return _first_line(tree, block)


def _title_inside(tree: PageTree, anchor: Element) -> tuple[str, Element] | None:
    """A card is one big anchor: the title is its heading, or the first line of several that is no date."""
    inside = tree.elements_in(anchor.start + 1, anchor.end)
    named = [e for e in inside if e.tag in HEADINGS] or [
        e for e in inside if words("title_names").search(e.names) and e.tag != "img"
    ]
    for element in named:
        text = clean(tree.text_of(element))
        if says_something(text) and not is_mostly_date(text):
            return text, element
    lines = [clean(line) for line in tree.lines_in(anchor.start, anchor.end)]
    if len(lines) > 1 and any(e.is_block for e in inside):
        titles = [line for line in lines if says_something(line) and not is_mostly_date(line)]
        long = [line for line in titles if weight(line) >= 15]
        if titles:
            return (long or titles)[0], anchor
    return None


def whole(text: str, element: Element) -> str:
    """A title; where it ends in dots and the element's `title` attribute goes on, that one."""
    spoken = clean(element.attributes.get("title", ""))
    begun = _CUT.sub("", text)
    if begun != text and len(spoken) > len(begun) and spoken.casefold().startswith(begun.casefold()):
        return spoken
    return text


def _alt_of(tree: PageTree, anchor: Element) -> str:
    images = (e for e in tree.elements_in(anchor.start, anchor.end) if e.tag == "img")
    return next((i.attributes["alt"] for i in images if i.attributes.get("alt")), "")


def _first_line(tree: PageTree, block: Block) -> tuple[str, Element] | None:
    for piece in tree.pieces_in(block.start, block.end):
        text = clean(piece.text)
        if weight(text) >= 15 and says_something(text) and not is_mostly_date(text):
            return text, piece.owner
    return None


def _summary_of(tree: PageTree, block: Block, title: str) -> str | None:
    """The longest text of the block that is no title, date, counter, invitation or link to something else."""
    inside = tree.elements_in(block.start, block.end)
    named = [e for e in inside if words("summary_names").search(e.names) and e.start > block.start]
    elsewhere = {clean(tree.text_of(e)) for e in inside if e.tag == "a" and not _leads_to(tree, e, block.link.url)}
    for start, end in chain(((e.start, min(e.end, block.end)) for e in named), ((block.start, block.end),)):
        lines = [clean(line) for line in tree.lines_in(start, end)]
        told = [line for line in lines if line not in elsewhere and _tells(line, title)]
        if told:
            return _without_title(max(told, key=len), title)
    return None


def _leads_to(tree: PageTree, anchor: Element, url: str) -> bool:
    found = tree.resolve(anchor.attributes.get("href", ""))
    return found is not None and openable(found).partition("#")[0] == url.partition("#")[0]


def _tells(line: str, title: str) -> bool:
    begun = _CUT.sub("", line).casefold()
    return (
        weight(line) >= _SUMMARY_LEAST
        and len(line.split()) >= 2
        and says_something(line)
        and not is_mostly_date(line)
        and not words("label").search(line)
        and begun not in title.casefold()
        and len(without_asides(line).strip(" |-–•·")) >= _SUMMARY_LEAST
        and bool(_without_title(line, title))
    )


def _without_title(line: str, title: str) -> str:
    """A line that begins with the title says its own words only after it."""
    if line.casefold().startswith(title.casefold()):
        rest = line[len(title) :].strip(" :-–|.()")
        return rest if weight(rest) >= _SUMMARY_LEAST and not is_mostly_date(rest) else ""
    return line


def _image_of(tree: PageTree, block: Block) -> str | None:
    for element in tree.elements_in(block.start, block.end):
        if element.tag in ("img", "source", "amp-img") and (url := picture_of(tree, element)):
            return url
    return None


def picture_of(tree: PageTree, element: Element) -> str | None:
    """The address of a picture worth showing: lazy ones included; None for icons, spacers and counters."""
    attributes = element.attributes
    for side in ("width", "height"):
        size = re.match(r"\d+", attributes.get(side, ""))
        if size and int(size[0]) < 40:
            return None
    lazy = (attributes.get(name, "") for name in ("data-src", "data-original", "data-lazy-src", "data-lazy", "src"))
    sets = (attributes.get(name, "").split(",")[0].strip().split(" ")[0] for name in ("data-srcset", "srcset"))
    for raw in (*lazy, *sets):
        if raw and not raw.startswith("data:") and not words("no_picture").search(raw):
            return tree.resolve(raw)
    return None


def _author_of(tree: PageTree, block: Block) -> str | None:
    for element in tree.elements_in(block.start, block.end):
        if _AUTHOR_NAMES.search(element.names) or element.attributes.get("rel") == "author":
            name = re.sub(r"^(?:tác giả|by)\s*:?\s+", "", clean(tree.text_of(element)), flags=re.IGNORECASE)
            if 2 < len(name) <= 60 and not is_mostly_date(name):
                return name
    for piece in tree.pieces_in(block.start, block.end):
        if said := _AUTHOR_SAID.match(piece.text):
            return clean(said["name"])
    return None
