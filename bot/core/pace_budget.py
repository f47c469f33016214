"""How many messages may leave in all: one evenly spaced line of slots, watched by a sliding window."""

from __future__ import annotations

from collections import deque
from typing import Final

FREE_LIMIT: Final = 30
"""Telegram's limit for a bot's messages in one second (https://core.telegram.org/bots/faq)."""
LATE: Final = 0.5
"""A slot missed by less than this many seconds is made up for; after a longer silence the line starts afresh."""

COLD: Final = 1.1
"""The gaps of the first second after a silence are longer by this: its messages open connections and arrive later than
those that follow, so that what left in more than a second may arrive within one."""


class Budget:
    """Slots for messages. Instants are seconds of a clock that never jumps.

    The line gives the long-run rate without drift: a slot taken late does not move those behind it. The window keeps
    the making up inside the limit, whatever the process was stalled by. Arrival at the server may compress two windows
    by some milliseconds, so the window is a little longer than a second.
    """

    __slots__ = ("_gap", "_least_gap", "_line", "_most", "_recent", "_span", "_warm_at")

    def __init__(self, per_second: float, now: float) -> None:
        free = per_second <= FREE_LIMIT
        rate = min(per_second, 0.985 * FREE_LIMIT) if free else per_second
        self._gap = 1 / rate
        self._least_gap = 0.6 * self._gap if free else 0.0
        self._most = min(int(rate) + 2, FREE_LIMIT) if free else int(per_second)
        self._span = max(self._most / (1.02 * rate), 1.015) if free else 1.0
        self._line = now
        self._warm_at = now
        self._recent: deque[float] = deque(maxlen=self._most)

    def next_at(self, now: float, cost: int = 1) -> float:
        """The earliest instant, not before *now*, at which one more message (*cost*: an album's pictures) may leave."""
        at = self._line if self._line > now - LATE else now
        if self._recent:
            at = max(at, self._recent[-1] + self._least_gap)
            surplus = len(self._recent) + cost - self._most
            if surplus > 0:
                at = max(at, self._recent[min(surplus, len(self._recent)) - 1] + self._span)
        return max(at, now)

    def take(self, at: float, cost: int = 1) -> None:
        """Spend *cost* slots on what leaves at *at*, an instant that `next_at` gave."""
        if self._line < at - LATE:
            self._line, self._warm_at = at, at + 1.0
        self._line += cost * self._gap * (1.0 if at >= self._warm_at else COLD)
        self._recent.extend([at] * cost)

    def remember(self, at: float) -> None:
        """Count a message that another process sent at *at*; in order of time, before the first `take`."""
        self._recent.append(at)
