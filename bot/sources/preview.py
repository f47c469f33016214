"""What the bot would see at an address or in a file; nothing is stored. For `loa preview`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.model import Clock, Item, Memory, Reading, Source, Trouble, TroubleKind
from bot.sources.fetch import Fetcher, FetchRules
from bot.sources.reader import PortalReader
from bot.sources.reader_document import Document, understand

Kind: TypeAlias = Literal["auto", "feed", "page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A reading with the time zone in which its dates are written out."""

    reading: Reading
    timezone: str


async def preview(
    place: str,
    *,
    kind: Kind = "auto",
    base_url: str = "",
    timezone: str = "Asia/Ho_Chi_Minh",
    rules: FetchRules | None = None,
    known: Sequence[Source] = (),
    clock: Clock,
) -> Preview:
    """What the bot would see at *place*, an http(s) address or a file, as at a first reading.

    *base_url* is the address that a file came from, "" where unknown. A source of *known* that has this address lends
    its profile, selectors, hosts and TLS. Whatever is wrong is the reading's trouble.
    """
    rules = rules or FetchRules()
    is_address = place.lower().startswith(("http://", "https://"))
    url = place if is_address else base_url
    like = next((source for source in known if source.url == url), Source(id="", title="", url=url))
    source = replace(like, id="preview", title="preview", kind=like.kind if kind == "auto" else kind, timezone=timezone)
    if not is_address:
        return Preview(reading=_read_file(Path(place), source, clock(), rules.max_bytes), timezone=timezone)
    fetcher = Fetcher(rules, clock)
    try:
        reader = PortalReader(fetcher, clock, max_bytes=rules.max_bytes)
        return Preview(reading=await reader.read(source, Memory(source_id=source.id)), timezone=timezone)
    finally:
        await fetcher.close()


def _read_file(path: Path, source: Source, now: datetime, most: int) -> Reading:
    """What the bot would see if `source.url` answered with the file's bytes."""
    try:
        size = path.stat().st_size
        body = path.read_bytes() if size <= most else b""
    except OSError as error:
        why = f"{path}: {error.strerror or error} - give a file, or an address that begins with http"
        return Reading(trouble=Trouble(kind=TroubleKind.UNREACHABLE, why=why))
    if size > most:
        why = f"{path} is over {most:,} bytes - raise fetch.max_bytes, or use a shorter one"
        return Reading(trouble=Trouble(kind=TroubleKind.TOO_LARGE, why=why))
    understood = understand(Document(body=body, url=source.url), source, now, most=most)
    reading = understood.reading
    if understood.announced:
        reading = replace(reading, explained=(*reading.explained, f"it announces a feed: {understood.announced}"))
    return reading


def preview_json(preview: Preview) -> dict[str, object]:
    """The object that `loa preview --json` prints; absent values are None, items in the document's order."""
    reading = preview.reading
    return {
        "kind": reading.kind or "feed",
        "title": reading.title,
        "items": [_item_json(item, preview.timezone) for item in reading.items],
        "next_page": reading.next_page,
        "trouble": reading.trouble.why if reading.trouble else None,
    }


def _item_json(item: Item, timezone: str) -> dict[str, object]:
    return {
        "key": item.keys[0],
        "title": item.title or None,
        "url": item.url,
        "summary": item.summary,
        "published_at": item.published_at.astimezone(ZoneInfo(timezone)).isoformat() if item.published_at else None,
        "author": item.author,
        "image_url": item.image_url,
        "image_caption": item.image_caption,
        "guid": item.guid,
        "date_only": item.date_only,
    }
