"""What the house tells: search pages, reports, and the words it speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.model.incoming import StoredItem, Trouble
from bot.model.times import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One hit: the stored item and the snippet around its words (plain text, with hit spans as (start, end))."""

    stored: StoredItem
    snippet: str = ""
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """A page of results: `total` is exact to 1,000 (then 1000 and `more`); `nearest` only where nothing matched."""

    results: tuple[Found, ...] = ()
    total: int = 0
    more: bool = False
    nearest: tuple[Found, ...] = ()
    trouble: str = ""
    """The mistake in the query, pointed at."""
    trouble_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """What one poll did."""

    source_id: str
    baseline: bool = False
    new: tuple[int, ...] = ()
    corrected: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    owed: int = 0
    not_modified: bool = False
    trouble: Trouble | None = None
    recovered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How the bot speaks one language: `say(key, **values)` gives the sentence; `language` names it."""

    language: Language
    say: Callable[..., str] = field(repr=False)
