"""Where answers to people wait for their slot, before every push."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from bot.core.pace import Pace
from bot.model import Address

_SLOWED_MARGIN: Final = 0.1
"""Seconds added to Telegram's retry_after, which counts from when the server wrote it."""


class Gate:
    """Lets answers through at the pace that they share with the pushes. *monotonic* gives seconds without jumps."""

    def __init__(self, pace: Pace, monotonic: Callable[[], float]) -> None:
        self._pace = pace
        self._monotonic = monotonic

    async def answer(self, address: Address, cost: int = 1) -> None:
        """Return when an answer (*cost*: the pictures of an album) may be sent to the chat; send it at once then."""
        # The chat's place comes first: a chat that must wait takes no slot from the others meanwhile.
        await self._until(self._pace.reserve_in_chat(address.chat_id, address.kind, self._monotonic(), cost))
        await self._until(self._pace.reserve(self._monotonic(), cost))

    def slowed(self, address: Address, retry_after: timedelta) -> None:
        """Telegram answered 429 to an answer: let its chat wait."""
        until = self._monotonic() + retry_after.total_seconds() + _SLOWED_MARGIN
        self._pace.slowed(address.chat_id, until)

    async def _until(self, at: float) -> None:
        wait = at - self._monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
