"""Flood limits: sliding windows and a token bucket; whoever breaks one gets 429 and is counted."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import Literal

from bot.simulator.telegram_wire import Json, too_many_requests

Budget = Literal["free", "paid"]


@dataclass(slots=True, kw_only=True)
class Limits:
    """Adjustable at any moment; rates in messages. `grace` (s) forgives what two clocks and one socket differ by."""

    enabled: bool = True
    per_second: int = 30
    paid_per_second: int = 0
    private_burst: int = 3
    private_per_second: float = 1.0
    group_messages: int = 20
    group_window: float = 60.0
    grace: float = 0.05
    count_edits: bool = True


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class FloodGate:
    """Lets messages through, or raises ApiError 429 and counts a violation by scope."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.violations: Counter[str] = Counter()
        self.violation_list: deque[Json] = deque(maxlen=1000)
        self._windows: dict[Budget, deque[float]] = {"free": deque(), "paid": deque()}
        self._buckets: dict[int, _Bucket] = {}
        self._groups: dict[int, deque[float]] = {}
        self._chat_until: dict[int, float] = {}
        self._until = 0.0

    def park(self, chat_id: int | None, until: float) -> None:
        """Refuse the chat (None: everybody) until that moment of the monotonic clock."""
        if chat_id is None:
            self._until = max(self._until, until)
        else:
            self._chat_until[chat_id] = max(self._chat_until.get(chat_id, 0.0), until)

    def admit(self, chat_id: int, *, now: float, cost: int, budget: Budget) -> None:
        """Take *cost* messages to the chat from every limit they count for; a chat above 0 is a private one."""
        self._refuse_parked(chat_id, now)
        if not self.limits.enabled:
            return
        most = self.limits.paid_per_second if budget == "paid" else self.limits.per_second
        window = self._windows[budget]
        wait = self._wait_of(window, now, 1.0, most - cost)
        if wait > 0:
            self._refuse("global", chat_id, now, wait)
        if chat_id > 0:
            self._take_private(chat_id, now)
        else:
            self._take_group(chat_id, now, cost)
        window.extend([now] * cost)

    def _wait_of(self, window: deque[float], now: float, seconds: float, most: int) -> float:
        """Seconds until the sliding window holds no more than *most* messages."""
        while window and now - window[0] >= seconds:
            window.popleft()
        surplus = len(window) - most
        if surplus <= 0:
            return 0.0
        blocking = window[min(surplus, len(window)) - 1] if window else now
        wait = blocking + seconds - now
        return wait if wait > self.limits.grace else 0.0

    def _take_private(self, chat_id: int, now: float) -> None:
        limits = self.limits
        bucket = self._buckets.get(chat_id)
        if bucket is None:
            self._buckets[chat_id] = _Bucket(limits.private_burst - 1, now)
            return
        filled = bucket.tokens + (now - bucket.filled_at) * limits.private_per_second
        tokens = min(float(limits.private_burst), filled)
        if tokens < 1 - limits.grace:
            self._refuse("private", chat_id, now, (1 - tokens) / limits.private_per_second)
        bucket.tokens, bucket.filled_at = tokens - 1, now

    def _take_group(self, chat_id: int, now: float, cost: int) -> None:
        window = self._groups.setdefault(chat_id, deque())
        wait = self._wait_of(window, now, self.limits.group_window, self.limits.group_messages - cost)
        if wait > 0:
            self._refuse("group", chat_id, now, wait)
        window.extend([now] * cost)

    def _refuse_parked(self, chat_id: int, now: float) -> None:
        wait = max(self._until, self._chat_until.get(chat_id, 0.0)) - now
        if wait > self.limits.grace:
            self._count("ignored retry_after", chat_id, now)
            raise too_many_requests(wait)

    def _refuse(self, scope: str, chat_id: int, now: float, wait: float) -> None:
        self._count(scope, chat_id, now)
        refusal = too_many_requests(wait)
        self.park(None if scope == "global" else chat_id, now + refusal.parameters["retry_after"])
        raise refusal

    def _count(self, scope: str, chat_id: int, now: float) -> None:
        self.violations[scope] += 1
        self.violation_list.append({"scope": scope, "chat_id": chat_id, "at": now})
