"""One fetched document -> one `Reading`: what it is, by its content, and what it says. Waits for nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.text import clean
from bot.model import Reading, Source, Trouble, TroubleKind
from bot.sources.decode import decode
from bot.sources.feed import read_feed
from bot.sources.feed_text import begin_of_feed
from bot.sources.fetch_body import BodyFault, unzipped
from bot.sources.fetch_trouble import trouble_of_body
from bot.sources.jsonfeed import is_json, read_json_feed
from bot.sources.page import announced_feed, read_listing

_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,300})", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:!doctype\s+html|html|head|body|div|table|ul|p|script|meta|title)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A body as it came: `url` is where it was fetched ("" where unknown), `charset` its label, which may be wrong."""

    body: bytes
    url: str = ""
    charset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """The reading of a document, and the feed that it announces where it is a page."""

    reading: Reading
    announced: str = ""


def understand(document: Document, source: Source, now: datetime, *, most: int) -> Understood:
    """What *document* says. `source.kind` "feed" wants a feed; "page" and "auto" take what comes.

    *most* bounds the bytes of a gzip file that no header announced.
    """
    body = unzipped(document.body, most)
    if isinstance(body, BodyFault):
        return Understood(reading=Reading(kind="feed", trouble=trouble_of_body(body, most, 200)))
    decoded = decode(body, document.charset)
    reading = _read(decoded.text, document.url, source, now)
    announced = ""
    if reading.kind == "page":
        announced = announced_feed(decoded.text, document.url) or ""
        if source.kind == "feed":
            reading = replace(reading, items=(), trouble=_no_feed(decoded.text, reading.trouble, announced))
    return Understood(
        reading=replace(reading, explained=(f"encoding: {decoded.encoding}", *reading.explained)), announced=announced
    )


def _read(text: str, url: str, source: Source, now: datetime) -> Reading:
    if not text.strip():
        why = "the answer is empty - the portal is out of order, or the address is wrong"
        return Reading(trouble=Trouble(kind=TroubleKind.EMPTY, why=why))
    if is_json(text):
        return read_json_feed(text, url, source, now)
    if begin_of_feed(text) is not None:
        return read_feed(text, url, source, now)
    if _MARKUP.search(text, 0, 100_000):
        return read_listing(text, url, source, now)
    why = f"neither a feed nor a page (it begins with {clean(text[:60])!r}) - look at the address in config.toml"
    return Reading(trouble=Trouble(kind=TroubleKind.NOT_A_FEED, why=why))


def _no_feed(text: str, trouble: Trouble | None, announced: str) -> Trouble:
    """HTML where a feed should be: a challenge or an error page says so itself; else the mend depends on the page."""
    if trouble is not None and trouble.kind in (TroubleKind.CHALLENGE, TroubleKind.ERROR_PAGE, TroubleKind.HOSTILE):
        return trouble
    title = _TITLE.search(text)
    named = f" ({clean(title[1])[:80]!r})" if title else ""
    mend = f"its feed may be {announced}" if announced else 'kind = "page" reads a list of news on a page'
    return Trouble(kind=TroubleKind.NOT_A_FEED, why=f"an HTML page{named} stands where a feed was expected - {mend}")
