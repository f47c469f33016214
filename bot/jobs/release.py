"""A held item goes out after all: an operator looked at it and says so."""

from __future__ import annotations

from bot.core.match import find_matches
from bot.jobs.watching import WatchBook
from bot.model import Clock, Priority
from storage.store import Store


async def push_held(item_id: int, *, store: Store, watches: WatchBook, clock: Clock) -> int | None:
    """Owe the held item to every chat that wants it, as if it came now; how many, or None: it does not wait."""
    held = {stored.id: stored for stored in await store.items.held()}
    waiting = held.get(item_id)
    if waiting is None:
        return None
    wanted = await watches.wanting([waiting.item])
    async with store.poll(waiting.item.source_id, clock()) as tx:
        released = await tx.release(item_id)
        if released is None:
            return None
        owed = await tx.owe_followers([released], Priority.NORMAL)
        return owed + await tx.owe(find_matches([released], wanted), Priority.NORMAL)
