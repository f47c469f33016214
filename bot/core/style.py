"""How items look wherever they are shown: dates written out, names of sources, titles that are never empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.html import clip, escape, link_of, linked, visible
from bot.model import ALBUMS, Item, Source, StoredItem, Words

LONGEST_SOURCE: Final = 120
MOST_ALSO: Final = 5
"""Further sources of one story that are named."""
DEFAULT_ZONE: Final = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The language and the names that a text is written with. `summary_length` is in characters."""

    words: Words
    sources: Mapping[str, Source] = field(repr=False)
    summary_length: int = 300


def grouped(number: int, words: Words) -> str:
    """A number as readers of that language write it: 1.000 in Vietnamese, 1,000 in English."""
    return f"{number:,}".replace(",", "." if words.language == "vi" else ",")


def title_of(item: Item, style: Style, units: int) -> str:
    """The item's title in plain text, at most *units*; words that say so where nothing of it can be seen."""
    return clip(visible(item.title[: 8 * units]), units) or style.words.say("push.untitled")


def source_title(source_id: str, style: Style) -> str:
    """The name that the operator gave the source; its id where it is an archive that is not configured."""
    if source_id.endswith(ALBUMS):
        return style.words.say("source.albums", source=source_title(source_id.removesuffix(ALBUMS), style))
    source = style.sources.get(source_id)
    named = visible(source.title) if source else ""
    return clip(named or visible(source_id), LONGEST_SOURCE)


def sources_line(stored: StoredItem, style: Style) -> str:
    """The names of all sources that tell the story, in HTML; the further ones lead to their own article."""
    others = (
        linked(source_title(each.item.source_id, style), link_of(each.item.url)) for each in stored.also[:MOST_ALSO]
    )
    return " · ".join((escape(source_title(stored.item.source_id, style)), *others))


def mark_of(stored: StoredItem, style: Style) -> str:
    """What became of the item since it was told first; empty where nothing did."""
    say = style.words.say
    if stored.recall:
        return say("push.recalled")
    if stored.withdrawn_at is not None:
        return say("push.withdrawn")
    if stored.corrected_at is None:
        return ""
    at = stored.corrected_at.astimezone(ZoneInfo(_zone_of(stored.item.source_id, style)))
    return say("push.corrected", hour=at.hour, minute=at.minute, day=at.day, month=at.month, year=at.year)


def _zone_of(source_id: str, style: Style) -> str:
    source = style.sources.get(source_id)
    return source.timezone if source else DEFAULT_ZONE


def when(item: Item, style: Style) -> str:
    """The item's date written out as its portal shows it, in the portal's time zone; empty where it gave none.

    "Thứ Năm, 14/03/2019, 16:05", or without the time where the portal gave none.
    """
    if item.published_at is None:
        return ""
    try:
        local = item.published_at.astimezone(ZoneInfo(_zone_of(item.source_id, style)))
    except OverflowError:  # the last hours of the year 9999 are past it in Hà Nội
        return ""
    say = style.words.say
    weekday = say(f"date.weekday.{local.weekday()}")
    date = say("date.day", weekday=weekday, day=local.day, month=local.month, year=local.year)
    return date if item.date_only else say("date.minute", date=date, hour=local.hour, minute=local.minute)
