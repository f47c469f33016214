"""Messages on their way: marked and waiting for a slot, sent and unanswered, answered but not yet written down."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from bot.core.pace import Pace
from bot.core.retry import SLOWED_MARGIN, verdict
from bot.core.retry_edit import verdict_of_edit
from bot.jobs.reach import Reach
from bot.jobs.terms import Terms, Timing
from bot.model import (
    Accepted,
    Act,
    Answer,
    Cancelled,
    Dead,
    Envelope,
    Malformed,
    Outcome,
    Retry,
    Sender,
    Sent,
    Slowed,
    Unauthorized,
    Unreachable,
    Unsure,
)

log = logging.getLogger(__name__)

WRITE_DOWN_AFTER: Final = 0.1
"""Seconds that an outcome waits for company: one transaction writes many down."""
QUICK: Final = 100
"""Messages a second above which several leave at one turn of the loop: a timer for each would cost more than it."""
QUICK_TURN: Final = 0.004
"""Seconds between two such turns."""
MOST_OF_TURN: Final = 8
"""Messages of one turn: answers to people and the database's thread come between any two of them."""


class Flight:
    """Lets marked envelopes leave at the pace that Telegram allows, and gathers what became of them.

    Everything in here is "sending" in the store; the terms bound its notes (one envelope may be larger by itself).
    """

    def __init__(
        self,
        sender: Sender,
        *,
        pace: Pace,
        reach: Reach,
        timing: Timing,
        terms: Terms,
        wake: Callable[[], None],
    ) -> None:
        self._sender = sender
        self._pace = pace
        self._reach = reach
        self._timing = timing
        self._turn = QUICK_TURN if terms.per_second > QUICK else 0.0
        self._most = terms.most_sending
        self._ahead = terms.most_marked
        self._enough = max(8, terms.most_sending // 8)
        self._wake = wake
        self._waiting: list[Envelope] = []
        self._open: dict[asyncio.Task[Answer], Envelope] = {}
        self._outcomes: list[Outcome] = []
        self._notes = 0
        self._timer: asyncio.TimerHandle | None = None
        self.chats: set[int] = set()
        """Chats with a message whose end is open: nothing else may overtake it."""
        self.grounded = False
        """Nothing leaves while the store cannot write down what came of it."""
        self.refused: Unauthorized | None = None
        self.tally: Counter[str] = Counter()

    @property
    def room(self) -> int:
        """Notes that may be marked besides those in here; a whole envelope may always go alone."""
        return self._most - self._notes

    @property
    def empty(self) -> bool:
        """Whether no note is in here."""
        return self._notes == 0

    @property
    def wanted(self) -> int:
        """Envelopes that should be marked now, so that none is late for its slot."""
        return 0 if self._is_held() else max(0, self._ahead - len(self._waiting))

    def board(self, envelopes: Iterable[Envelope]) -> None:
        """Take envelopes whose notes are marked as being sent."""
        for envelope in envelopes:
            self._waiting.append(envelope)
            self._notes += envelope.at_stake
            self.chats.add(envelope.address.chat_id)

    def depart(self) -> None:
        """Send what may be sent now; comes back by itself for the rest."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = self._timing.monotonic()
        before = len(self._waiting)
        next_at = None
        for _ in range(MOST_OF_TURN):
            if not self._waiting or self._is_held():
                next_at = None
                break
            ready = self._ready(now)
            if (next_at := self._next_at(now, ready)) > now or ready is None:
                break
            self._send(self._waiting.pop(ready), now)
            next_at = now
        if next_at is not None:
            wait = max(next_at - now, self._turn)
            self._timer = asyncio.get_running_loop().call_later(wait, self.depart)
        if len(self._waiting) < before and len(self._waiting) <= self._ahead // 2:
            self._wake()

    def standstill(self) -> float:
        """Seconds for which nothing at all may leave, as far as it is known."""
        return math.inf if self._reach.lost else self._pace.held(self._timing.monotonic())

    def turn_back(self, why: str, longer_than: float) -> None:
        """Give up those that would not leave for so many seconds; nothing of them was sent, it costs them nothing."""
        latest = self._timing.monotonic() + longer_than
        everything = self.standstill() > longer_than
        late = [envelope for envelope in self._waiting if everything or self._chat_at(envelope, latest) > latest]
        for envelope in late:
            self._waiting.remove(envelope)
            answer = Unreachable(why=f"not sent: {why}")
            back = Retry(due_at=self._timing.clock(), why=answer.why)
            self._outcomes.append(Outcome(envelope=envelope, answer=answer, verdict=back))

    async def land(self, patience: float) -> None:
        """Wait for the answers that are still out; after *patience* seconds their fate is unknown."""
        if self._open:
            await asyncio.wait(self._open, timeout=patience)
        late = dict(self._open)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    def take_outcomes(self) -> list[Outcome]:
        """What is to be written down."""
        outcomes, self._outcomes = self._outcomes, []
        return outcomes

    def put_back(self, outcomes: list[Outcome]) -> None:
        """They could not be written down yet."""
        self._outcomes = outcomes + self._outcomes

    def written(self, outcomes: Sequence[Outcome]) -> None:
        """They are in the ledger: their notes are no longer in here."""
        for outcome in outcomes:
            self._notes -= outcome.envelope.at_stake
            if not isinstance(outcome.verdict, Sent):
                self.chats.discard(outcome.envelope.address.chat_id)

    def _is_held(self) -> bool:
        return self.grounded or self._reach.lost or self.refused is not None

    def _next_at(self, now: float, ready: int | None) -> float:
        """When the next of the waiting may leave: their chats may have spoken with a person since they were marked."""
        if ready is not None:
            return self._pace.broadcast_at(now, self._waiting[ready].cost)
        return max(self._pace.broadcast_at(now), min(self._chat_at(envelope, now) for envelope in self._waiting))

    def _chat_at(self, envelope: Envelope, now: float) -> float:
        return self._pace.chat_at(envelope.address.chat_id, envelope.address.kind, now, envelope.cost)

    def _ready(self, now: float) -> int | None:
        """The first whose chat may take it now; an album waits for a slot that holds it, and nothing overtakes it."""
        return next((place for place, each in enumerate(self._waiting) if self._chat_at(each, now) <= now), None)

    def _send(self, envelope: Envelope, now: float) -> None:
        self._pace.take(envelope.address.chat_id, envelope.address.kind, now, envelope.cost)
        task = asyncio.get_running_loop().create_task(self._request(envelope))
        self._open[task] = envelope
        task.add_done_callback(self._settle)

    async def _request(self, envelope: Envelope) -> Answer:
        if envelope.posted is None:
            return await self._sender.send(envelope.address, envelope.rendered)
        if envelope.act is Act.DELETE:
            return await self._sender.delete(envelope.address, envelope.posted.message_id, *envelope.posted.others)
        return await self._sender.edit(envelope.address, envelope.posted.message_id, envelope.rendered)

    def _settle(self, task: asyncio.Task[Answer]) -> None:
        envelope = self._open.pop(task)
        if task.cancelled():
            answer: Answer = Unsure(why="stopped before the answer came")
        elif (accident := task.exception()) is not None:
            log.error("deliver.accident chat=%d", envelope.address.chat_id, exc_info=accident)
            answer = Unsure(why=type(accident).__name__)
        else:
            answer = task.result()
        judge = verdict if envelope.posted is None else verdict_of_edit
        outcome = judge(envelope, self._learn(envelope, answer), self._timing.clock(), self._timing.chance())
        self._count(outcome)
        self._outcomes.append(outcome)
        if isinstance(outcome.verdict, Sent):
            self.chats.discard(envelope.address.chat_id)
        if len(self._outcomes) >= self._enough or self.room <= 0 or not self._open:
            self._wake()
        elif len(self._outcomes) == 1:
            asyncio.get_running_loop().call_later(WRITE_DOWN_AFTER, self._wake)

    def _learn(self, envelope: Envelope, answer: Answer) -> Answer:
        """What the answer says of more than this message: the pace, whether Telegram is there, the token."""
        match answer:
            case Unreachable() | Unsure():
                self._reach.failed(self._wake)
                return answer
            case Slowed(retry_after=retry_after):
                until = self._timing.monotonic() + (retry_after + SLOWED_MARGIN).total_seconds()
                if self._pace.slowed(envelope.address.chat_id, until):
                    answer = replace(answer, scope="global")
            case Accepted():
                self._pace.answered()
            case Unauthorized():
                self.refused = answer
        self._reach.answered()
        return answer

    def _count(self, outcome: Outcome) -> None:
        if outcome.envelope.posted is not None:
            self._count_edit(outcome)
            return
        match outcome.verdict:
            case Sent():
                self.tally["sent"] += 1
            case Retry(unsure=unsure):
                self.tally["unsure" if unsure else "retry"] += 1
            case Dead(why=why):
                self.tally["dead"] += 1
                log.error("deliver.dead chat=%d why=%s", outcome.envelope.address.chat_id, why)
            case Cancelled(why=why):
                self.tally["cancelled"] += 1
                log.info("deliver.refused chat=%d why=%s", outcome.envelope.address.chat_id, why)
        if isinstance(outcome.answer, Malformed):
            self.tally["defect"] += 1
            log.error("deliver.defect chat=%d why=%s", outcome.envelope.address.chat_id, outcome.answer.why)

    def _count_edit(self, outcome: Outcome) -> None:
        match outcome.verdict:
            case Sent():
                self.tally["edited"] += 1
            case Retry():
                self.tally["edit_retry"] += 1
            case Dead(why=why) | Cancelled(why=why):
                self.tally["left"] += 1
                log.info("deliver.left chat=%d why=%s", outcome.envelope.address.chat_id, why)
