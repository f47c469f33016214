"""What a job is given besides rooms: time and chance, and the terms on which it delivers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.model import Clock

LARGEST_DRIFT: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """`clock` tells the wall's time, `monotonic` seconds that never jump, `chance` a random number in [0, 1)."""

    clock: Clock
    monotonic: Callable[[], float]
    chance: Callable[[], float]


class Drift:
    """Notices that somebody set the wall clock: it and the monotonic one do not agree any more."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self.settle()

    @property
    def jump(self) -> timedelta:
        """By how much the wall clock was set; zero for what a clock drifts by itself."""
        wall, instant = self._since
        apart = (self._timing.clock() - wall) - timedelta(seconds=self._timing.monotonic() - instant)
        return apart if abs(apart) > LARGEST_DRIFT else timedelta()

    def settle(self) -> None:
        """Take both clocks as they are now."""
        self._since = (self._timing.clock(), self._timing.monotonic())


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the outbox is emptied. `boot` names this process in its leases."""

    boot: str
    per_second: float = 28.0
    collect_above: int = 5

    @property
    def most_sending(self) -> int:
        """Notes whose fate a crash leaves unknown: 32 at the default budget, at most half a second's worth above.

        Each is a connection at the same time: more of them than 256 cost memory and TLS handshakes, not speed.
        """
        return min(256, max(32, round(self.per_second / 2)))

    @property
    def most_claimed(self) -> int:
        """Envelopes that are held ready: about half a second's worth."""
        return min(512, max(16, round(self.per_second / 2)))

    @property
    def most_marked(self) -> int:
        """Envelopes that wait for their slot already marked, so that no commit delays them."""
        return min(128, max(2, round(self.per_second * 0.15)))
