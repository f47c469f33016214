"""The archive of a source as a feed of its own: Atom 1.0 (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree

from bot.model import StoredItem

MOST_ITEMS = 50
_ATOM = "http://www.w3.org/2005/Atom"


def atom(title: str, address: str, items: Sequence[StoredItem], now: datetime) -> bytes:
    """The items as an Atom document; *address* is the feed's own."""
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")
    _say(feed, "title", title)
    _say(feed, "id", address)
    _say(feed, "updated", (max((_when(one) for one in items), default=now)).isoformat())
    ElementTree.SubElement(feed, f"{{{_ATOM}}}link", rel="self", href=address)
    for stored in items:
        item = stored.item
        entry = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry")
        _say(entry, "title", item.title)
        _say(entry, "id", _id(address, stored))
        _say(entry, "updated", _when(stored).isoformat())
        if item.published_at is not None:
            _say(entry, "published", item.published_at.isoformat())
        author = ElementTree.SubElement(entry, f"{{{_ATOM}}}author")
        _say(author, "name", item.author or title)
        if item.url:
            ElementTree.SubElement(entry, f"{{{_ATOM}}}link", href=item.url)
        if item.summary:
            _say(entry, "summary", item.summary)
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def json_feed(title: str, address: str, items: Sequence[StoredItem]) -> bytes:
    """The items as a JSON Feed document."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "feed_url": address,
        "items": [_json_item(address, stored) for stored in items],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _json_item(address: str, stored: StoredItem) -> dict[str, object]:
    item = stored.item
    said = {
        "id": _id(address, stored),
        "url": item.url,
        "title": item.title,
        "content_text": item.body or item.summary or item.title,
        "summary": item.summary,
        "image": item.image_url,
        "date_published": item.published_at.isoformat() if item.published_at else None,
        "authors": [{"name": item.author}] if item.author else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _say(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _when(stored: StoredItem) -> datetime:
    return stored.item.published_at or stored.first_seen_at


def _id(address: str, stored: StoredItem) -> str:
    return f"{address}#{stored.id}"
