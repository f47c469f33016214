"""When an article was published: what stands beside its title, checked against what the page's data claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.dates import ReadDate, read_date
from bot.sources.article_body import Body
from bot.sources.article_title import FoundTitle
from bot.sources.listing_dates import FoundDate, find_date
from bot.sources.page_head import Head
from bot.sources.page_tree import PageTree
from bot.sources.page_words import meta_names

_CERTAIN = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$")
_DOT_NET = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})( \d{1,2}:\d{2}(?::\d{2})? [AP]M)$", re.IGNORECASE)
_VIETNAMESE = re.compile("[đơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_AROUND_TITLE = 40
_UNDER_TEXT = 12


def find_published(
    tree: PageTree, head: Head, title: FoundTitle, body: Body, now: datetime, timezone: str
) -> ReadDate | None:
    """When the article was published; None where nothing says so.

    The page's own date wins over a claim that differs in nothing but the zone, and over every claim that could be read
    month first; an unambiguous claim (ISO 8601 with its zone) wins over a date that may be another one.
    """
    if title.date is not None and not title.date.date_only:
        return title.date
    shown = _shown(tree, title, body, now, timezone)
    claimed = next(_claims(head, now, timezone), None)
    own = shown.read if shown else title.date
    if own is None:
        return claimed or _dot_net(head, now, timezone)
    if claimed is None:
        return own
    careless = bool(_VIETNAMESE.search(title.text))
    return own if _is_same_moment(own, claimed, timezone if careless else "UTC") else claimed


def _is_same_moment(own: ReadDate, claimed: ReadDate, timezone: str) -> bool:
    """Whether the two differ only as far as a forgotten zone explains, and the page's own date tells as much.

    Vietnamese portals write their local time as if it were UTC (`2019-03-14T16:05:00Z` for 16:05 in Hà Nội).
    """
    if own.date_only or own.approximate:
        return False
    zone = ZoneInfo(timezone)
    apart = abs(own.at - claimed.at)
    offset = abs(own.at.astimezone(zone).utcoffset() or timedelta())
    return apart < timedelta(minutes=2) or abs(apart - offset) < timedelta(minutes=2)


def _shown(tree: PageTree, title: FoundTitle, body: Body, now: datetime, timezone: str) -> FoundDate | None:
    """The date on the page: between title and text, right before the title, or under the text."""
    if not body.lines:
        return None
    first, last = body.lines[0].start, body.lines[-1].end
    ranges = [(first - _AROUND_TITLE, first + 1)]
    if title.element is not None:
        at = title.element
        ranges = [(at.start, max(first, at.end) + 3), (at.start - _AROUND_TITLE, at.start)]
    ranges.append((last, last + _UNDER_TEXT))
    for start, end in ranges:
        found = find_date(tree, max(0, start), end, now, timezone)
        if found is not None and found.trust > 0:
            return found
    return None


def _claims(head: Head, now: datetime, timezone: str) -> Iterator[ReadDate]:
    """What structured data and meta tags say, where it cannot be misread."""
    said = [head.article.get("datePublished"), *(head.meta.get(name) for name in meta_names("published"))]
    texts = [text.strip() for text in said if isinstance(text, str) and text.strip()]
    for text in sorted(texts, key=lambda text: not _CERTAIN.match(text)):
        read = None if _DOT_NET.match(text) else read_date(text, now, timezone)
        if read is not None:
            yield read


def _dot_net(head: Head, now: datetime, timezone: str) -> ReadDate | None:
    """`3/4/2026 6:52:01 AM` in a meta tag is written by .NET, month first; the last thing to believe."""
    for name in meta_names("published"):
        if parts := _DOT_NET.match(head.meta.get(name, "").strip()):
            month, day, year, clock = parts.groups()
            if int(month) <= 12:
                return read_date(f"{year}-{month}-{day}{clock}", now, timezone)
    return None
