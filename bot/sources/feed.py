"""A feed's text -> items: RSS 0.9x, 1.0, 2.0, Atom 0.3 and 1.0 through feedparser, with our own care before and after.

The only place that knows feedparser. Nothing here waits: `reader` calls it in a thread.
"""

from __future__ import annotations

import io
import logging
import re
from datetime import datetime
from typing import Any, cast

from bot.core.address import repair
from bot.core.dates import read_date
from bot.core.identity import distinct
from bot.core.text import clean
from bot.model import Item, Reading, Source, Trouble, TroubleKind
from bot.sources.feed_defects import day_where_all_are_midnight, hour_where_minutes_are_months
from bot.sources.feed_entry import MOST_ITEMS, RawEntry, items_of
from bot.sources.feed_text import absurdity_of_feed, begin_of_feed, closed_items_of, is_cut_short, prepared, shortened

log = logging.getLogger(__name__)

_Parsed = Any
_DATE = re.compile(
    r"<(?:[\w.-]+:)?(?:pubDate|date|published|updated|issued|modified)(?:\s[^<>]*)?>([^<>]{4,80})<", re.IGNORECASE
)
_ADDRESSES_READ = 20
# What feedparser was seen to raise for markup in places where it expects none, instead of setting `bozo`.
_PARSER_FAULTS = (LookupError, AttributeError, TypeError, ValueError, AssertionError, RecursionError, OverflowError)


def read_feed(text: str, url: str, source: Source, now: datetime) -> Reading:
    """The items of a feed in its order; *url* is where it was fetched, "" where that is unknown.

    A well-formed feed without items is a good reading. What feedparser can save of a broken one is believed, except a
    last item that broke off.
    """
    begin = begin_of_feed(text)
    if begin is None:
        return _troubled(TroubleKind.NOT_A_FEED, "this is no RSS or Atom feed - look at the address in config.toml")
    short = shortened(text[begin:], MOST_ITEMS, lambda entry: _date_in(entry, now, source.timezone))
    text = short.text
    if absurd := absurdity_of_feed(text):
        return _troubled(TroubleKind.HOSTILE, f"the feed is not read: {absurd} - tell the portal's operators")
    try:
        parsed = _parse(prepared(text))
    except _PARSER_FAULTS as fault:
        return _broken(f"the parser gives up, {type(fault).__name__}")
    entries = _entries(parsed, text)
    if not entries and parsed.get("bozo") and not _has_channel(parsed, text):
        return _broken(_reason(parsed))
    explained = [f"feed: {parsed.get('version') or 'unknown dialect'}, {len(entries)} items"]
    if parsed.get("bozo"):
        explained.append(f"feed: not well-formed ({_reason(parsed)}); read as far as it goes")
    if short.left_out:
        log.warning("feed.too_long source=%s read=%d left_out=%d", source.id, MOST_ITEMS, short.left_out)
        explained.append(f"feed: its newest {MOST_ITEMS:,} items are read, {short.left_out:,} others are not")
    items = items_of(entries, _base(parsed, url), source, now)
    items, repairs = _mended_dates(items, str(parsed.feed.get("generator", "")), source.timezone)
    return Reading(
        kind="feed",
        title=clean(str(parsed.feed.get("title", ""))) or None,
        items=distinct(items),
        next_page=_linked(parsed, url, "next"),
        hub=_linked(parsed, url, "hub") or "",
        topic=_linked(parsed, url, "self") or url,
        explained=(*explained, *repairs),
    )


def _date_in(entry: str, now: datetime, timezone: str) -> datetime | None:
    found = _DATE.search(entry)
    read = read_date(found[1], now, timezone) if found else None
    return read.at if read else None


def _troubled(kind: TroubleKind, why: str) -> Reading:
    return Reading(kind="feed", trouble=Trouble(kind=kind, why=why))


def _broken(how: str) -> Reading:
    return _troubled(TroubleKind.BROKEN, f"the feed is broken XML ({how}) - tell the portal's operators")


def _parse(document: bytes) -> _Parsed:
    import feedparser

    # Else it looks through all of the path for a parser that nobody has, feed after feed, under the lock of imports.
    feedparser.api.PREFERRED_XML_PARSERS = ()
    logging.getLogger("feedparser").setLevel(logging.ERROR)
    return feedparser.parse(
        io.BytesIO(document),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _entries(parsed: _Parsed, text: str) -> tuple[RawEntry, ...]:
    entries = cast("list[RawEntry]", parsed.entries)
    if is_cut_short(text):
        entries = entries[: closed_items_of(text)]
    return tuple(
        entry for entry in entries[:MOST_ITEMS] if any(entry.get(name) for name in ("title", "link", "summary", "id"))
    )


def _has_channel(parsed: _Parsed, text: str) -> bool:
    return bool(parsed.get("version")) and bool(parsed.feed) and not is_cut_short(text)


def _reason(parsed: _Parsed) -> str:
    error = parsed.get("bozo_exception")
    place = error.getLineNumber() if hasattr(error, "getLineNumber") else None
    said = error.getMessage() if hasattr(error, "getMessage") else type(error).__name__
    return f"{said}, line {place}" if place else said


def _base(parsed: _Parsed, url: str) -> str:
    """What relative links are relative to: the channel's link, else the feed's own address, else where it was fetched.

    feedparser has applied `xml:base` already.
    """
    candidates = [parsed.feed.get("link", ""), url, *(link.get("href", "") for link in parsed.feed.get("links", ()))]
    return next((base for each in candidates if (base := repair(str(each), url)) is not None), "")


def _linked(parsed: _Parsed, url: str, relation: str) -> str | None:
    """What the feed links as that: its archive's next page (RFC 5005, 3), its hub, itself (WebSub, 4)."""
    for link in parsed.feed.get("links", ())[:_ADDRESSES_READ]:
        if link.get("rel") == relation:
            return repair(str(link.get("href", "")), url)
    return None


def _mended_dates(items: tuple[Item, ...], generator: str, timezone: str) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    by_hour = hour_where_minutes_are_months(items, generator)
    if by_hour != items:
        return by_hour, ("dates: the minute of every item is its month, a defect of NukeViet before 4.6; hour kept",)
    by_day = day_where_all_are_midnight(items, timezone)
    return by_day, ("dates: every item is of midnight, so no time of day is given",) if by_day != items else ()
