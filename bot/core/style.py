"""How items look wherever they are shown: dates written out, names of sources, titles that are never empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.html import clip, visible
from bot.model import Item, Source, Words

LONGEST_SOURCE: Final = 120
DEFAULT_ZONE: Final = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The language and the names that a text is written with. `summary_length` is in characters."""

    words: Words
    sources: Mapping[str, Source] = field(repr=False)
    summary_length: int = 300


def title_of(item: Item, style: Style, units: int) -> str:
    """The item's title in plain text, at most *units*; words that say so where nothing of it can be seen."""
    return clip(visible(item.title[: 8 * units]), units) or style.words.say("push.untitled")


def source_title(source_id: str, style: Style) -> str:
    """The name that the operator gave the source; its id where it is an archive that is not configured."""
    source = style.sources.get(source_id)
    named = visible(source.title) if source else ""
    return clip(named or visible(source_id), LONGEST_SOURCE)


def when(item: Item, style: Style) -> str:
    """The item's date written out as its portal shows it, in the portal's time zone; empty where it gave none.

    "Thứ Năm, 14/03/2019, 16:05", or without the time where the portal gave none.
    """
    if item.published_at is None:
        return ""
    source = style.sources.get(item.source_id)
    local = item.published_at.astimezone(ZoneInfo(source.timezone if source else DEFAULT_ZONE))
    say = style.words.say
    weekday = say(f"date.weekday.{local.weekday()}")
    date = say("date.day", weekday=weekday, day=local.day, month=local.month, year=local.year)
    return date if item.date_only else say("date.minute", date=date, hour=local.hour, minute=local.minute)
