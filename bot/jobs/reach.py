"""Whether Telegram can be reached. While it cannot, no note is spent on finding out: a harmless call asks instead."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from bot.core.retry import back_off

log = logging.getLogger(__name__)

FAILURES: Final = 3
"""Messages in a row that got no answer before Telegram itself is doubted."""
LONGEST_SILENCE: Final = 15.0
"""Seconds between two questions to a Telegram that does not answer."""
LONGEST_PAUSE: Final = 2.0
"""Seconds of rest where it answers the question and yet, again and again, no message."""


class Reach:
    """Believes in Telegram until several messages in a row got no answer, and again once it answers *ask*."""

    def __init__(self, ask: Callable[[], Awaitable[bool]], *, chance: Callable[[], float]) -> None:
        self._ask = ask
        self._chance = chance
        self._failures = 0
        self._losses = 0
        self._asking: asyncio.Task[None] | None = None

    @property
    def lost(self) -> bool:
        """Whether nothing should be sent now."""
        return self._asking is not None

    def answered(self) -> None:
        """Telegram answered a message, whatever it said."""
        self._failures = 0
        if self._losses and not self.lost:
            log.info("telegram.found losses=%d", self._losses)
            self._losses = 0

    def failed(self, when_back: Callable[[], None]) -> None:
        """A message got no answer. *when_back* is called once Telegram answers again, if that is now in doubt."""
        self._failures += 1
        if self._failures >= FAILURES and self._asking is None:
            self._losses += 1
            if self._losses == 1:
                log.warning("telegram.lost failures=%d", self._failures)
            self._asking = asyncio.create_task(self._find_again(when_back))

    async def close(self) -> None:
        """Stop asking."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait([self._asking])
            self._asking = None

    async def _find_again(self, when_back: Callable[[], None]) -> None:
        if self._losses > 1:
            await asyncio.sleep(min(LONGEST_PAUSE, back_off(self._losses, self._chance()).total_seconds() / 8))
        asked = 0
        while not await self._ask():
            asked += 1
            await asyncio.sleep(min(LONGEST_SILENCE, back_off(asked, self._chance()).total_seconds()))
        self._failures = 0
        self._asking = None
        when_back()
