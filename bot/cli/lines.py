"""One item, one line of JSON: how the archive leaves and comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from zoneinfo import ZoneInfo

from bot.core.address import repair
from bot.core.identity import keys_of
from bot.core.text import clean
from bot.model import Attachment, Item, StoredItem
from storage.archive import Arrival

LONGEST_KEY = 2_000
_HALF_A_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape that is only valid beside its other half; a database refuses it alone."""
_SOURCE = re.compile(r"[a-z0-9_-]{1,62}")
_TEXTS = ("url", "summary", "author", "image_url", "image_caption", "guid", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """Why a line holds no item, and the mend."""

    why: str


def item_of_line(line: str, timezone: ZoneInfo) -> Arrival | BadLine:
    """The item that the line describes; a time without an offset, or a day, is taken in *timezone*."""
    said = _said_by(line)
    if isinstance(said, BadLine):
        return said
    if mistake := _mistake_of(said):
        return BadLine(why=mistake)
    published = _instant(said.get("published_at"), timezone)
    if isinstance(published, BadLine):
        return published
    return Arrival(
        item=_item(said, published, timezone),
        seen_at=_moment(said.get("first_seen_at"), timezone),
        withdrawn_at=_moment(said.get("withdrawn_at"), timezone),
    )


def line_of_item(stored: StoredItem) -> dict[str, object]:
    """The item as an object that `item_of_line` reads back; what it lacks is left out, save what every line has."""
    item = stored.item
    always = {
        "source": item.source_id,
        "title": item.title,
        "url": item.url,
        "summary": item.summary,
        "published_at": item.published_at.isoformat() if item.published_at else None,
    }
    more = {
        "guid": item.guid,
        "date_only": item.date_only,
        "author": item.author,
        "image_url": item.image_url,
        "image_caption": item.image_caption,
        "body": item.body,
        "attachments": [{"title": one.title, "url": one.url} for one in item.attachments],
        "held": stored.held,
        "revision": stored.revision,
        "first_seen_at": stored.first_seen_at.isoformat(),
        "withdrawn_at": stored.withdrawn_at.isoformat() if stored.withdrawn_at else None,
        "keys": list(item.keys),
    }
    return {"id": stored.id, **always, **{name: value for name, value in more.items() if value}}


def _said_by(line: str) -> dict[str, object] | BadLine:
    try:
        said = json.loads(line)
        if _HALF_A_PAIR.search(line):
            json.dumps(said, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return BadLine(why="an escape such as \\ud800 is half a character - write both halves, or the character itself")
    except ValueError as trouble:
        return BadLine(why=f"this is no JSON ({trouble}) - write one object a line")
    except RecursionError:
        return BadLine(why="brackets within brackets without end - write one flat object a line")
    if not isinstance(said, dict):
        return BadLine(why='this is no object - write {"source": ..., "title": ..., "url": ...}')
    return said


def _mistake_of(said: Mapping[str, object]) -> str:
    source, title = said.get("source"), said.get("title")
    if not isinstance(source, str) or not _SOURCE.fullmatch(source):
        return f'source = {_shown(source)} - give 1 to 62 of a-z, 0-9, _ and -, such as "tdkt"'
    if not isinstance(title, str) or not clean(title):
        return f"title = {_shown(title)} - give a text that is not empty"
    wrong = next((name for name in _TEXTS if not isinstance(said.get(name), str | None)), "")
    if wrong:
        return f"{wrong} = {_shown(said[wrong])} - give a text or null"
    url = said.get("url")
    if isinstance(url, str) and url.strip() and repair(url) is None:
        return f"url = {_shown(url)} - give a whole address, such as https://portal.example/tin/1.html, or null"
    return ""


def _item(said: Mapping[str, object], published: tuple[datetime, bool] | None, timezone: ZoneInfo) -> Item:
    source, title = str(said["source"]), clean(str(said["title"]))
    texts = {name: value for name in _TEXTS if isinstance(value := said.get(name), str) and value.strip()}
    url = repair(texts.get("url", ""))
    summary = clean(texts["summary"]) or None if "summary" in texts else None
    at, date_only = published or (None, False)
    date_only = date_only or said.get("date_only") is True
    keys = keys_of(
        guid=texts.get("guid"),
        url=url,
        title=title,
        published_at=at,
        date_only=date_only,
        summary=summary,
        timezone=timezone.key,
    )
    return Item(
        source_id=source,
        keys=tuple(dict.fromkeys((*keys, *_strings(said.get("keys"))))),
        title=title,
        url=url,
        summary=summary,
        published_at=at,
        date_only=date_only,
        author=texts.get("author"),
        image_url=texts.get("image_url"),
        image_caption=texts.get("image_caption"),
        guid=texts.get("guid"),
        body=texts.get("body"),
        attachments=_attachments(said.get("attachments")),
        doubt=held if isinstance(held := said.get("held"), str) else "",
    )


def _strings(said: object) -> tuple[str, ...]:
    """Keys that another archive had learnt over time; what is none is passed over."""
    rows = said if isinstance(said, list) else []
    return tuple(row for row in rows if isinstance(row, str) and ":" in row and len(row) <= LONGEST_KEY)


def _attachments(said: object) -> tuple[Attachment, ...]:
    rows = said if isinstance(said, list) else []
    return tuple(
        Attachment(title=row["title"], url=row["url"])
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("title"), str) and isinstance(row.get("url"), str)
    )


def _instant(said: object, timezone: ZoneInfo) -> tuple[datetime, bool] | BadLine | None:
    """The instant, and whether only a day was given."""
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(said if isinstance(said, str) else "")
        if not MINYEAR < at.year < MAXYEAR:
            raise OverflowError  # elsewhere in the world it would lie beyond the calendar
        local = at if at.tzinfo else at.replace(tzinfo=timezone)
        return local.astimezone(UTC), isinstance(said, str) and len(said.strip()) <= len("2026-03-14")
    except (ValueError, OverflowError):
        return BadLine(why=f"published_at = {_shown(said)} - give ISO 8601 such as 2026-03-14T16:05:00+07:00, or null")


def _moment(said: object, timezone: ZoneInfo) -> datetime | None:
    """When another archive saw something; what cannot be read was never seen."""
    at = _instant(said, timezone)
    return None if at is None or isinstance(at, BadLine) else at[0]


def _shown(value: object) -> str:
    said = json.dumps(value, ensure_ascii=False)
    return said if len(said) <= 60 else said[:57] + "..."
