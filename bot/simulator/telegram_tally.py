"""Counts what was accepted: rates, duplicates, statuses, and the log of calls."""

from __future__ import annotations

from collections import Counter, deque

from bot.simulator.telegram_wire import Call, Json, LoggedCall, Outcome

_ANSWER_WINDOW = 3.0


class Tally:
    """Numbers of one run. Times are those of the monotonic clock it is given with each event."""

    def __init__(self, log_size: int) -> None:
        self.log: deque[LoggedCall] = deque(maxlen=log_size)
        self.last_call = 0
        self.calls: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.descriptions: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.accepted_per_chat: Counter[int] = Counter()
        self.accepted = 0
        self.edits = 0
        self.first_at: float | None = None
        self.last_at: float | None = None
        self.most_in_one_second = 0
        self.paid = 0
        self._recent: deque[float] = deque()
        self._texts: Counter[tuple[int, str]] = Counter()

    def note(self, call: Call, at: float, outcome: Outcome) -> None:
        """Write a call down."""
        self.last_call += 1
        self.calls[call.method] += 1
        self.statuses[outcome.status] += 1
        if outcome.description:
            self.descriptions[outcome.description] += 1
        self.log.append(
            LoggedCall(number=self.last_call, at=at, method=call.method, parameters=call.values, outcome=outcome)
        )

    def accept(self, at: float, *, cost: int) -> None:
        """Note that *cost* messages (or one edit) were let through."""
        recent = self._recent
        while recent and at - recent[0] >= 1.0:
            recent.popleft()
        recent.extend([at] * cost)
        self.most_in_one_second = max(self.most_in_one_second, len(recent))
        self.first_at = at if self.first_at is None else self.first_at
        self.last_at = at

    def delivered(self, chat_id: int, text: str, *, at: float, spoken_at: float) -> None:
        """Note a new message of the bot; soon after a person spoke it is an answer, which may well be repeated."""
        self.accepted += 1
        self.accepted_per_chat[chat_id] += 1
        if at - spoken_at > _ANSWER_WINDOW:
            self._texts[chat_id, text] += 1

    def duplicates(self) -> list[Json]:
        """Unasked messages whose text one chat got more than once."""
        again = ((key, count) for key, count in self._texts.items() if count > 1)
        return [{"chat_id": chat_id, "text": text, "count": count} for (chat_id, text), count in again]

    def as_json(self) -> Json:
        """The numbers for GET /sim/stats."""
        again = self.duplicates()
        return {
            "calls": dict(self.calls),
            "statuses": {str(status): count for status, count in self.statuses.items()},
            "descriptions": dict(self.descriptions),
            "problems": dict(self.problems),
            "accepted": self.accepted,
            "accepted_per_chat": {str(chat): count for chat, count in self.accepted_per_chat.items()},
            "edits": self.edits,
            "paid": self.paid,
            "max_per_second": self.most_in_one_second,
            "first_accepted": self.first_at,
            "last_accepted": self.last_at,
            "duplicates": sum(entry["count"] - 1 for entry in again),
            "duplicate_list": again[:50],
        }
