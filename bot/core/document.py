"""What search and alerts see of an item: its folded words, its source, its time."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.letters import plain_of, words_of
from bot.model import StoredItem

BREAK = "¶"
"""Stands between title, summary and body, so that no phrase reaches across; no word ever folds to it."""


MOST_BODY = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedDocument:
    """A text as a query sees it.

    `toned` and `plain` hold the same words in the same order, each with a blank before and behind it, the parts apart
    by `BREAK`; `keys` is the set of all their keys. `at` is the time by which the item is found and ordered.
    """

    source: str
    at: datetime
    toned: str
    plain: str
    keys: frozenset[str]


def fold_document(*, source: str, at: datetime, title: str, summary: str | None, body: str | None) -> FoldedDocument:
    """Return what a query sees of these texts; of a very long body it sees the first `MOST_BODY` characters."""
    parts = (words_of(title), words_of(summary or ""), words_of((body or "")[:MOST_BODY]))
    toned = f" {BREAK} ".join([" ".join([word.toned for word in part]) for part in parts])
    plain = f" {BREAK} ".join([" ".join([word.plain for word in part]) for part in parts])
    return FoldedDocument(source=source, at=at, toned=f" {toned} ", plain=f" {plain} ", keys=_keys(toned, plain))


def fold_item(stored: StoredItem) -> FoldedDocument:
    """Return what a query sees of a stored item; without a believable date its time is when it was first seen."""
    item = stored.item
    at = item.published_at
    if at is None or at > stored.first_seen_at:
        at = stored.first_seen_at
    return fold_document(source=item.source_id, at=at, title=item.title, summary=item.summary, body=item.body)


def refold_document(*, source: str, at: datetime, toned: str) -> FoldedDocument:
    """Return the document whose toned keys were kept as *toned*."""
    plain = " ".join(map(plain_of, toned.split()))
    return FoldedDocument(source=source, at=at, toned=toned, plain=f" {plain} ", keys=_keys(toned, plain))


def _keys(toned: str, plain: str) -> frozenset[str]:
    return frozenset(toned.split()).union(plain.split()) - {BREAK}
