"""The index of the archive put in order a little at a time: in few pieces it answers several times faster."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from storage.store import Store

MANY: Final = 1_000
"""So many items at once are worth tidying for; fewer wait for the night, since the whole index is read and written."""
NIGHT: Final = (time(2), time(5))
STEPS_OF_A_TURN: Final = 20
"""They end within a few seconds, so that nothing that is to end waits for them."""
_REST_S: Final = 0.05
"""Between two steps whoever waits for the writer has it."""


async def tidy(store: Store, most: int = sys.maxsize) -> int:
    """Tidy until nothing is left to do, in *most* steps; how many it took."""
    return await _again(store.search.tidy, most)


async def renew(store: Store, most: int = sys.maxsize) -> int:
    """Index anew what a newer Loa wants so, until nothing is left to do, in *most* steps; how many it took."""
    return await _again(store.search.renew, most)


async def tell_again(store: Store, most: int = sys.maxsize) -> int:
    """Learn what the archive has often, once, and index it with that, in *most* steps; how many it took."""
    await store.search.learn_compounds()
    return await _again(store.search.tell_again, most)


async def _again(step: Callable[[], Awaitable[bool]], most: int) -> int:
    steps = 0
    while steps < most and await step():
        steps += 1
        await asyncio.sleep(_REST_S)
    return steps


async def put_in_order(store: Store, now: datetime, timezone: str) -> int:
    """A turn of what the index needs: what it does not hold yet goes before its speed, and that before its tidiness."""
    return (
        await renew(store, STEPS_OF_A_TURN)
        or await tell_again(store, STEPS_OF_A_TURN)
        or await tidy_at_night(store, now, timezone)
    )


async def tidy_at_night(store: Store, now: datetime, timezone: str) -> int:
    """Tidy a little where it is night in *timezone*; a tidy index costs one look."""
    begin, end = NIGHT
    return await tidy(store, STEPS_OF_A_TURN) if begin <= now.astimezone(ZoneInfo(timezone)).time() < end else 0
