"""Whether a portal's new wording of a known item is a correction. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from bot.core.counters import without_counters
from bot.model import Item, StoredItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is stored of an item: its text and its keys."""

    title: str
    summary: str | None
    keys: frozenset[str]


def wording_of(item: Item) -> Wording:
    """What the stored *item* says."""
    return Wording(title=item.title, summary=item.summary, keys=frozenset(item.keys))


def digest_of(stored: StoredItem) -> str:
    """Equal for two revisions of an item that look the same in a message."""
    item = stored.item
    shown = (
        *(item.title, item.summary, item.url, item.author, item.image_url, item.image_caption),
        *(each for found in item.attachments for each in (found.title, found.url)),
        *(bool(item.body), stored.withdrawn_at is not None, stored.recall),
    )
    return sha256(repr(shown).encode()).hexdigest()


def is_corrected(item: Item, stored: Wording) -> bool:
    """Whether *item* says something else than what is stored: another title, summary or address.

    Blanks, case, the Unicode form and view counters are no difference, and what is left out this time is none either.
    An address counts where it is new and leads to other content: session and state change with every reading.
    """
    return (
        _differs(item.title, stored.title)
        or (stored.summary is not None and _differs(item.summary or "", stored.summary))
        or _leads_elsewhere(item.keys, stored.keys)
    )


def _differs(new: str, old: str) -> bool:
    said = _plain(new)
    return bool(said) and said != _plain(old)


def _plain(text: str) -> str:
    return " ".join(without_counters(unicodedata.normalize("NFC", text).casefold()).split())


def _leads_elsewhere(new: Collection[str], known: frozenset[str]) -> bool:
    addresses = [key for key in new if key.startswith("url:")]
    contents = [key for key in new if key.startswith("id:")]
    return bool(addresses) and known.isdisjoint(addresses) and known.isdisjoint(contents)
