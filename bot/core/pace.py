"""Telegram's limits as arithmetic: who may be sent what, and when. Nothing here waits or reads a clock.

In all `messages_per_second`; in a private chat a burst of three, then one a second; in groups and channels twenty a
minute (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Edits count as messages.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Collection, Iterable
from typing import Final

from bot.core.pace_budget import FREE_LIMIT, Budget
from bot.model import ChatKind

PRIVATE_BURST: Final = 3
PRIVATE_SECONDS: Final = 1.05
"""Between two messages to a person once the burst is spent; the margin is for unequal ways to the server."""
GROUP_MOST: Final = 20
GROUP_SECONDS: Final = 60.5
_SLACK: Final = (PRIVATE_BURST - 1) * PRIVATE_SECONDS
ARRIVAL: Final = 1.0
"""Seconds within which what left before a crash has arrived, or never will."""
_SWEEP_FROM: Final = 4_096


class Pace:
    """Hands out slots. Instants are seconds of a clock that never jumps; chats are named by our ids.

    A new pacer is empty: nobody has a burst to spend until seconds have passed, for it does not know what an earlier
    process sent; `remember` tells it.
    """

    def __init__(self, *, per_second: float, now: float) -> None:
        self._broadcast = Budget(per_second, now)
        # Paid broadcasts have a budget of their own; answers to people always live in the free one.
        self._answers = self._broadcast if per_second <= FREE_LIMIT else Budget(0.95 * FREE_LIMIT, now)
        self._unknown = now + _SLACK
        self._private: dict[int, float] = {}
        self._groups: dict[int, deque[float]] = {}
        self._parked: dict[int, float] = {}
        self._held_until = now
        self._free_at: dict[int, float] = {}
        self._next_free: list[tuple[float, int]] = []
        self._sweep_at = _SWEEP_FROM
        self._last_slowed: tuple[int, float] | None = None

    def remember(self, sent: Iterable[tuple[int, ChatKind, float]], *, unsure: int = 0) -> None:
        """Count what was sent before a restart (chat, its kind, instant; oldest first), and *unsure* messages more.

        The fate of the unsure ones is unknown: they are taken to have been sent just now, and some may still be on
        their way, to arrive together with what would leave at once.
        """
        for chat_id, kind, at in sent:
            self._broadcast.remember(at)
            self._spend(chat_id, kind, at, 1)
        for _ in range(unsure):
            self._broadcast.remember(self._held_until)
        if unsure:
            self.hold(self._held_until + ARRIVAL)

    def broadcast_at(self, now: float, cost: int = 1) -> float:
        """The earliest instant at which one more push (*cost*: the pictures of an album) may leave to somebody."""
        return max(self._broadcast.next_at(now, cost), self._held_until)

    def chat_at(self, chat_id: int, kind: ChatKind, now: float, cost: int = 1) -> float:
        """The earliest instant at which this chat may take a message (*cost*: the pictures of an album)."""
        at = max(now, self._parked.get(chat_id, now))
        if kind is ChatKind.PRIVATE:
            return max(at, self._private.get(chat_id, self._unknown) - _SLACK)
        window = self._groups.get(chat_id)
        surplus = len(window) + cost - GROUP_MOST if window else 0
        if window is None or surplus <= 0:
            return at
        return max(at, window[min(surplus, len(window)) - 1] + GROUP_SECONDS)

    def take(self, chat_id: int, kind: ChatKind, now: float, cost: int = 1) -> None:
        """A push leaves now: spend what it costs in all and in its chat."""
        self._broadcast.take(now, cost)
        self._spend(chat_id, kind, now, cost)

    def reserve_in_chat(self, chat_id: int, kind: ChatKind, now: float, cost: int = 1) -> float:
        """An answer to a person takes its place in the chat before every push; the instant it may leave at."""
        at = self.chat_at(chat_id, kind, now, cost)
        self._spend(chat_id, kind, at, cost)
        return at

    def reserve(self, now: float, cost: int = 1) -> float:
        """An answer takes the next slot of all, before every push; the instant it may leave at."""
        at = max(self._answers.next_at(now, cost), self._held_until)
        self._answers.take(at, cost)
        return at

    def busy(self, now: float) -> Collection[int]:
        """The chats that cannot take a message now."""
        while self._next_free and self._next_free[0][0] <= now:
            free_at, chat_id = heapq.heappop(self._next_free)
            if self._free_at.get(chat_id) == free_at:
                del self._free_at[chat_id]
                self._parked.pop(chat_id, None)
        return self._free_at.keys()

    def free_at(self) -> float:
        """When the next of the busy chats can take a message; infinity while none is busy."""
        return self._next_free[0][0] if self._next_free else math.inf

    def held(self, now: float) -> float:
        """Seconds for which nothing may leave at all."""
        return max(0.0, self._held_until - now)

    def park(self, chat_id: int, until: float) -> None:
        """Let a chat wait."""
        self._parked[chat_id] = max(until, self._parked.get(chat_id, until))
        self._note_busy(chat_id, self._parked[chat_id])

    def hold(self, until: float) -> None:
        """Let everything wait."""
        self._held_until = max(self._held_until, until)

    def slowed(self, chat_id: int, until: float) -> bool:
        """Telegram answered 429 for a chat: park it. True: everything is held instead.

        Telegram does not say which limit it means. One chat's answer concerns that chat; when the next answer from
        Telegram is a 429 for another chat, it is the bot that is too fast.
        """
        self.park(chat_id, until)
        before, self._last_slowed = self._last_slowed, (chat_id, until)
        if before is None or before[0] == chat_id:
            return False
        self.hold(max(until, before[1]))
        return True

    def answered(self) -> None:
        """Telegram took a message: what was slowed before was a matter of one chat."""
        self._last_slowed = None

    def _spend(self, chat_id: int, kind: ChatKind, at: float, cost: int) -> None:
        if kind is ChatKind.PRIVATE:
            full_at = max(self._private.get(chat_id, self._unknown), at) + cost * PRIVATE_SECONDS
            self._private[chat_id] = full_at
            free_at = full_at - _SLACK
        else:
            window = self._groups.setdefault(chat_id, deque(maxlen=GROUP_MOST))
            window.extend([at] * cost)
            free_at = window[0] + GROUP_SECONDS if len(window) == GROUP_MOST else at
        if free_at > at:
            self._note_busy(chat_id, free_at)
        if len(self._private) + len(self._groups) > self._sweep_at:
            self._sweep(at)

    def _note_busy(self, chat_id: int, free_at: float) -> None:
        if free_at > self._free_at.get(chat_id, 0.0):
            self._free_at[chat_id] = free_at
            heapq.heappush(self._next_free, (free_at, chat_id))

    def _sweep(self, now: float) -> None:
        """Forget chats whose allowance is whole again: a broadcast to 100,000 chats must not be remembered for ever."""
        self._private = {chat_id: full_at for chat_id, full_at in self._private.items() if full_at > now}
        self._groups = {chat_id: sent for chat_id, sent in self._groups.items() if sent[-1] > now - GROUP_SECONDS}
        self._sweep_at = max(_SWEEP_FROM, 2 * (len(self._private) + len(self._groups)))
