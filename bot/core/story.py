"""One story as several sources tell it: which of them speaks in a message, and who else is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import StoredItem


def story_of(told: Sequence[StoredItem], shown_since: datetime | None) -> StoredItem:
    """The item that speaks, the others that still stand in its `also`; *told* has the first teller first.

    Where a portal or an operator took the first one back, the next one that stands speaks. A message is marked as
    corrected only where its reader saw other words: it stands since *shown_since* (None: it is only sent now).
    """
    standing = [each for each in told if each.withdrawn_at is None and not each.recall]
    first, *others = standing or told[:1]
    also = tuple(replace(each, also=()) for each in others)
    seen_change = first.corrected_at is not None and shown_since is not None and first.corrected_at > shown_since
    return replace(first, also=also, corrected_at=first.corrected_at if seen_change else None)
