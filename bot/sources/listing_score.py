"""Which group of blocks is the news: by what its titles say, by dates and summaries, and by where it stands."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.sources.listing_dates import is_mostly_date
from bot.sources.listing_entries import Entry
from bot.sources.listing_links import looks_like_article, shape_of, weight
from bot.sources.page_tree import Element, PageTree
from bot.sources.page_words import words

# The regions of a page, by name, tags and ARIA roles, and how likely news stands in them.
_REGIONS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], float], ...] = (
    ("navigation", ("nav",), ("navigation", "menu", "menubar"), 0.12),
    ("footer", ("footer",), ("contentinfo",), 0.1),
    ("aside", ("aside",), ("complementary",), 0.4),
    ("header", ("header",), ("banner",), 0.3),
    ("main", ("main", "article"), ("main",), 1.25),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Blocks read into entries, with what they share; `why` says in words how the score came about."""

    entries: tuple[Entry, ...]
    score: float
    region: float
    dated: float
    summed: float
    title_weight: float
    why: str


def shapes_of(entries: Sequence[Entry]) -> frozenset[str]:
    """The kinds of addresses that make up most of a group."""
    counted = Counter(shape_of(entry.url) for entry in entries)
    return frozenset(shape for shape, count in counted.items() if count >= 0.2 * len(entries))


def scored(tree: PageTree, entries: Sequence[Entry]) -> Group:
    """The group with its score; 0 where its titles say too little for news."""
    weights = [weight(entry.title) for entry in entries]
    typical = median(weights)
    dated = sum(entry.date is not None for entry in entries) / len(entries)
    summed = sum(bool(entry.summary) for entry in entries) / len(entries)
    pictured = sum(bool(entry.image_url) for entry in entries) / len(entries)
    headed = sum(entry.is_heading for entry in entries) / len(entries)
    articles = sum(looks_like_article(entry.url) for entry in entries) / len(entries)
    within = sum(_is_within_text(tree, entry) for entry in entries) / len(entries)
    region, place = _region(tree, entries)
    titles = min(max(typical - 8, 0) / 48, 1.0)
    if dated >= 0.8 and typical >= 6:
        titles = max(titles, 0.15)
    wealth = 1 + 1.6 * dated + 0.9 * summed + 0.4 * pictured + 0.4 * headed
    score = math.log2(1 + len(entries)) * titles * wealth * region * (0.55 + 0.45 * articles)
    if within > 0.5:
        score *= 0.1
    why = (
        f"{len(entries)} links, titles of {typical:.0f} letters, {dated:.0%} dated, {summed:.0%} with a summary, "
        f"{articles:.0%} like articles, {place or 'no region'}: score {score:.2f}"
    )
    return Group(
        entries=tuple(entries), score=score, region=region, dated=dated, summed=summed, title_weight=typical, why=why
    )


def _is_within_text(tree: PageTree, entry: Entry) -> bool:
    """Whether the link stands in the middle of a sentence: it is part of a text, no item of a list."""
    anchor = entry.block.link.anchor
    before = tree.length_in(anchor.block.start, anchor.start)
    if not 30 <= before <= 110:
        return before > 30
    return not is_mostly_date(" ".join(piece.text for piece in tree.pieces_in(anchor.block.start, anchor.start)))


def _region(tree: PageTree, entries: Sequence[Entry]) -> tuple[float, str]:
    """How likely news stands where the group stands, and the names that say so."""
    homes = Counter(id(entry.block.home) for entry in entries)
    usual = homes.most_common(1)[0][0]
    home = next(entry.block.home for entry in entries if id(entry.block.home) == usual)
    factor, said = 1.0, []
    for element in (home, *home.ancestors()):
        part, name = _of_element(element)
        if name and name not in said:
            factor *= part
            said.append(name)
    first = next(entry.block.start for entry in entries if entry.block.home is home)
    heading = heading_before(tree, home, first)
    if heading and words("box_beside").search(heading):
        factor *= 0.25
        said.append(f'under "{heading[:40]}"')
    return max(factor, 0.02), ", ".join(said)


def _of_element(element: Element) -> tuple[float, str]:
    if element.tag == "body":
        return 1.0, ""
    role = element.attributes.get("role", "")
    for name, tags, roles, factor in _REGIONS:
        if element.tag in tags or role in roles or words(name).search(element.names):
            return factor, name
    return (0.5, "hidden") if element.hidden else (1.0, "")


def heading_before(tree: PageTree, home: Element, first: int) -> str:
    """The short heading that stands over a list: inside its box before the *first* block, or right before the box."""
    for element in (home, *home.ancestors()):
        if element.tag == "body" or element.end - element.start > 4 * (home.end - home.start) + 60:
            break
        ahead = [e for e in tree.elements_in(element.start, first) if _is_heading(e)]
        short = (e for e in reversed(ahead) if 2 < tree.length_in(e.start, e.end) <= 80)
        nearest = next(short, None)
        if nearest is not None:
            return tree.text_of(nearest)
    return ""


def _is_heading(element: Element) -> bool:
    return element.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption", "th") or bool(
        re.search(r"title|heading|header|tieu-?de|caption|head(?=$|[\s_-])", element.names)
    )
