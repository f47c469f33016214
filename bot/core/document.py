"""What search and alerts see of an item: its folded words, its source, its time."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Final

from bot.core.letters import plain_of, toned_keys
from bot.core.memo import Memo
from bot.model import StoredItem

BREAK = "¶"
"""Stands between title, summary and body, so that no phrase reaches across; no word ever folds to it."""
MOST_BODY = 60_000
_REMEMBERED: Final = 65_536


@dataclass(frozen=True, kw_only=True)
class FoldedText:
    """A text as the words of a query see it.

    `toned` holds the toned keys of its words in order, each with a blank before and behind it, the parts apart by
    `BREAK`. What else may be asked follows from it, once.
    """

    toned: str

    @cached_property
    def plain(self) -> str:
        """The plain keys, in the same form."""
        return f" {plain_keys(self.toned)} "

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every key of a word of it, toned and plain."""
        return frozenset(self.toned.split()).union(self.plain.split()) - {BREAK}


@dataclass(frozen=True, kw_only=True)
class FoldedDocument(FoldedText):
    """A text with what filters ask for: its source, and the time by which it is found and ordered."""

    source: str
    at: datetime


def fold_document(*, source: str, at: datetime, title: str, summary: str | None, body: str | None) -> FoldedDocument:
    """Return what a query sees of these texts; of a very long body it sees the first `MOST_BODY` characters."""
    toned = f" {BREAK} ".join([toned_keys(part) for part in parts_of(title, summary, body)])
    return FoldedDocument(source=source, at=at, toned=f" {toned} ")


def fold_item(stored: StoredItem) -> FoldedDocument:
    """Return what a query sees of a stored item."""
    item, at = stored.item, time_of(stored)
    return fold_document(source=item.source_id, at=at, title=item.title, summary=item.summary, body=item.body)


def parts_of(title: str, summary: str | None, body: str | None) -> tuple[str, str, str]:
    """Return the texts of a document in order, as far as they are folded."""
    return title, summary or "", (body or "")[:MOST_BODY]


def time_of(stored: StoredItem) -> datetime:
    """Return the time by which an item is found; without a believable date that is when it was first seen."""
    at = stored.item.published_at
    return stored.first_seen_at if at is None or at > stored.first_seen_at else at


def plain_keys(toned: str) -> str:
    """Return the plain keys that belong to a text of toned keys."""
    return " ".join(map(_plains().__getitem__, toned.split()))


@lru_cache(maxsize=1)
def _plains() -> Memo[str, str]:
    return Memo(plain_of, _REMEMBERED)
