"""Looks which sources are silent for longer than is their habit: a page that changed may look as before to a reader."""

from __future__ import annotations

import logging
from typing import Final

from bot.core.habit import silent_since
from bot.model import Clock
from storage.store import Store

log = logging.getLogger(__name__)

AT_ONCE: Final = 200
"""Sources that are looked at before others get their turn."""


async def note_silences(*, store: Store, clock: Clock) -> int:
    """Write down of every configured source whether it is silent against its habit; how many of them that changed."""
    changed, after = 0, ""
    while rhythms := await store.sources.rhythms(after, AT_ONCE):
        for rhythm in rhythms:
            since = silent_since(rhythm.times, clock())
            if since != rhythm.silent_since:
                log.info("source.silence source=%s since=%s", rhythm.source_id, since)
                await store.sources.silent(rhythm.source_id, since)
                changed += 1
        after = rhythms[-1].source_id
    return changed
