"""JSON Feed 1.0 and 1.1 (jsonfeed.org) -> items."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, TypeAlias

from bot.core.address import repair
from bot.core.identity import distinct
from bot.core.text import clean
from bot.model import Reading, Source, Trouble, TroubleKind
from bot.sources.feed_entry import MOST_ITEMS, RawEntry, items_of

_Object: TypeAlias = dict[str, Any]


def is_json(text: str) -> bool:
    """Whether *text* begins as a JSON object."""
    return text.lstrip("\ufeff \t\r\n").startswith("{")


def read_json_feed(text: str, url: str, source: Source, now: datetime) -> Reading:
    """The items of a JSON feed in its order; *url* is where it was fetched, "" where that is unknown.

    An object without `version` is taken as a feed where it has a list of items.
    """
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _troubled(TroubleKind.BROKEN, f"the feed is broken JSON ({error}) - tell the portal's operators")
    items = feed.get("items")
    if not isinstance(items, list):
        return _troubled(TroubleKind.NOT_A_FEED, "this JSON is no feed - look at the address in config.toml")
    home = repair(_text(feed, "home_page_url"), url) or repair(_text(feed, "feed_url"), url) or url
    entries = [_entry(item) for item in items[:MOST_ITEMS] if isinstance(item, dict)]
    return Reading(
        kind="feed",
        title=clean(_text(feed, "title")) or None,
        items=distinct(items_of([entry for entry in entries if entry], home, source, now)),
        next_page=repair(_text(feed, "next_url"), url),
        hub=_hub(feed, url),
        topic=repair(_text(feed, "feed_url"), url) or url,
        explained=(f"feed: {_text(feed, 'version') or 'JSON without a version'}, {len(entries)} items",),
    )


def _troubled(kind: TroubleKind, why: str) -> Reading:
    return Reading(kind="feed", trouble=Trouble(kind=kind, why=why))


def _entry(item: _Object) -> RawEntry:
    """The item under the names that feedparser uses, so that both kinds are cleaned in one place."""
    authors = item.get("authors") or [item.get("author")]
    content = _text(item, "content_html") or _text(item, "content_text")
    entry: RawEntry = {
        "title": _text(item, "title"),
        "id": _text(item, "id"),
        "link": _text(item, "url") or _text(item, "external_url"),
        "summary": _text(item, "summary") or content,
        "content": [{"value": content}] if content else [],
        "published": _text(item, "date_published"),
        "updated": _text(item, "date_modified"),
        "author": next((_text(each, "name") for each in authors if isinstance(each, dict)), ""),
        "image": {"href": _text(item, "image") or _text(item, "banner_image")},
        "enclosures": [
            {"href": _text(each, "url"), "type": _text(each, "mime_type"), "title": _text(each, "title")}
            for each in item.get("attachments") or ()
            if isinstance(each, dict)
        ],
    }
    return entry if any(entry[name] for name in ("title", "id", "link", "summary")) else {}


def _hub(feed: _Object, url: str) -> str:
    hubs = feed.get("hubs")
    kinds = [each for each in hubs if isinstance(each, dict)] if isinstance(hubs, list) else []
    return next((repair(_text(each, "url"), url) or "" for each in kinds if _text(each, "type") == "WebSub"), "")


def _text(holder: _Object, name: str) -> str:
    value = holder.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
