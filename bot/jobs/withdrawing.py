"""Withdrawals: ask the addresses of items that a list has left out, and mark those that their portal took down."""

from __future__ import annotations

import logging

from bot.model import Clock, Reader, Source, Whereabouts
from storage.store import Store

log = logging.getLogger(__name__)


async def withdraw_missing(source: Source, *, reader: Reader, store: Store, clock: Clock) -> tuple[int, ...]:
    """Mark what is missing and gone, after a good reading; the ids of what was withdrawn.

    An address that cannot be asked says nothing: it is asked again after the next reading.
    """
    withdrawn: list[int] = []
    for stored in await store.absences.to_look_at(source.id):
        where = await reader.whereabouts(source, stored.item)
        if where is Whereabouts.GONE and await store.absences.withdraw(stored.id, clock()):
            withdrawn.append(stored.id)
            log.info("item.withdrawn item=%d source=%s", stored.id, source.id)
        elif where is Whereabouts.THERE:
            await store.absences.still_there(stored.id, clock())
    return tuple(withdrawn)
