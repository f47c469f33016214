"""A listing read by CSS selectors of an operator or a profile; what they leave out is found by structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.core.dates import ReadDate, read_date
from bot.core.text import clean
from bot.model import Selectors
from bot.sources.listing_dates import find_date
from bot.sources.listing_entries import Entry, picture_of, read_entry, whole
from bot.sources.listing_groups import Block, blocks_around
from bot.sources.listing_links import Link, link_of, weight
from bot.sources.page_tree import Element, PageTree

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode


class WrongSelector(ValueError):
    """A selector that is no CSS; the message names it."""


def select_entries(
    parser: LexborHTMLParser, tree: PageTree, selectors: Selectors, now: datetime, timezone: str
) -> tuple[Entry, ...]:
    """The entries that the selectors find, in the page's order. Raises WrongSelector."""
    if selectors.item:
        found = [_entry_of(tree, node, selectors, now, timezone) for node in _css(parser.root, selectors.item)]
        return _each_once([entry for entry in found if entry is not None])
    anchors = [_anchor_in(tree, node) for node in _css(parser.root, selectors.title or selectors.link)]
    links = [link for anchor in anchors if anchor is not None and (link := link_of(tree, anchor)) is not None]
    blocks = blocks_around(tree, links)
    return _each_once([entry for block in blocks if (entry := read_entry(tree, block, now, timezone)) is not None])


def select_next(parser: LexborHTMLParser, tree: PageTree, selector: str) -> str | None:
    """The href of the next page that the selector finds; None where it finds none. Raises WrongSelector."""
    anchors = (_anchor_in(tree, node) for node in _css(parser.root, selector))
    return next((anchor.attributes["href"] for anchor in anchors if anchor is not None), None)


def _css(node: LexborNode | None, selector: str) -> list[LexborNode]:
    from selectolax.lexbor import SelectolaxError

    if node is None:
        return []
    try:
        return node.css(selector)
    except SelectolaxError as error:
        raise WrongSelector(f"{selector!r} is no CSS selector that can be read") from error


def _entry_of(tree: PageTree, node: LexborNode, selectors: Selectors, now: datetime, timezone: str) -> Entry | None:
    item = tree.element_of(node)
    link = _link_in(tree, node, item, selectors) if item is not None else None
    if item is None or link is None:
        return None
    block = Block(link=link, start=item.start, end=item.end, home=item.parent or item, top=item)
    entry = read_entry(tree, block, now, timezone)
    title = whole(_text(tree, node, selectors.title), link.anchor)
    if entry is None:
        entry = Entry(block=block, title=title, url=link.url) if title else None
    return None if entry is None else _overridden(tree, entry, node, selectors, title, now, timezone)


def _overridden(
    tree: PageTree, entry: Entry, node: LexborNode, selectors: Selectors, title: str, now: datetime, timezone: str
) -> Entry:
    if title:
        entry = replace(entry, title=title)
    if selectors.date:
        read, said = _date(tree, node, selectors.date, now, timezone)
        entry = replace(entry, date=read, date_text=said)
    if selectors.summary:
        entry = replace(entry, summary=_text(tree, node, selectors.summary) or None)
    if selectors.image:
        images = [e for n in _css(node, selectors.image) if (e := tree.element_of(n)) is not None]
        entry = replace(entry, image_url=next((url for e in images if (url := picture_of(tree, e))), None))
    return entry


def _date(tree: PageTree, node: LexborNode, selector: str, now: datetime, timezone: str) -> tuple[ReadDate | None, str]:
    for found in _css(node, selector):
        element = tree.element_of(found)
        if element is None:
            continue
        text = tree.text_of(element)
        dated = find_date(tree, element.start, element.end, now, timezone)
        read = dated.read if dated else read_date(text, now, timezone)
        if read is not None:
            return read, dated.text if dated else text
    return None, ""


def _text(tree: PageTree, node: LexborNode, selector: str) -> str:
    if not selector:
        return ""
    elements = [element for found in _css(node, selector) if (element := tree.element_of(found)) is not None]
    return next((text for element in elements if (text := clean(tree.text_of(element)))), "")


def _link_in(tree: PageTree, node: LexborNode, item: Element, selectors: Selectors) -> Link | None:
    """The link that the selectors name, else the one that says most."""
    for selector in (selectors.link, selectors.title):
        for found in _css(node, selector) if selector else ():
            anchor = _anchor_in(tree, found)
            if anchor is not None and (link := link_of(tree, anchor)) is not None:
                return link
    anchors = [e for e in (*tree.elements_in(item.start, item.end), *item.ancestors()) if e.tag == "a"]
    links = [link for anchor in anchors if (link := link_of(tree, anchor)) is not None]
    return max(links, key=lambda link: 0 if link.is_invitation else weight(link.text), default=None)


def _anchor_in(tree: PageTree, node: LexborNode) -> Element | None:
    """The anchor that an element is, holds or stands in."""
    element = tree.element_of(node)
    if element is None:
        return None
    nearby = (element, *tree.elements_in(element.start + 1, element.end), *element.ancestors())
    return next((e for e in nearby if e.tag == "a" and e.attributes.get("href")), None)


def _each_once(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple({entry.block.link.target: entry for entry in reversed(entries)}.values())[::-1]
