"""The way out: claim what is owed, send it, write down the verdict."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.core.notes import Bundle, decide
from bot.core.pace import Pace
from bot.errors import StoreUnavailable, TokenRefused
from bot.jobs.composing import Composer
from bot.jobs.flight import Flight
from bot.jobs.owed import Owed
from bot.jobs.reach import Reach
from bot.jobs.terms import Drift, Terms, Timing
from bot.model import ClaimedNote, Envelope, Sender, Sent
from storage.store import Store

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
TICK: Final = 0.5
"""Seconds after which the outbox is looked at again although nobody said that it has news."""
SHORTEST_WAIT: Final = 0.05
"""Seconds between two looks that found too little."""
LONGEST_HOLD: Final = 5.0
"""Seconds; what was claimed and cannot leave for longer goes back to the store."""
STOP_PATIENCE: Final = 8.0
REMEMBERED: Final = timedelta(seconds=61)
KEPT_OF_CHAT: Final = 3
"""Messages to one chat that are claimed at once: a burst's worth."""


class Delivery:
    """Empties the outbox. `run` until `stop`; `wake` when notes were owed.

    A note is claimed (a lease, nothing more), decided with the chat's present settings, marked as being sent
    (committed before the request leaves), sent in its slot, and its outcome written down.
    """

    def __init__(
        self,
        store: Store,
        sender: Sender,
        composer: Composer,
        *,
        pace: Pace,
        reach: Reach,
        timing: Timing,
        terms: Terms,
    ) -> None:
        self._store = store
        self._composer = composer
        self._owed = Owed(store, composer, terms.boot)
        self._pace = pace
        self._reach = reach
        self._timing = timing
        self._terms = terms
        self._awake = asyncio.Event()
        self._flight = Flight(sender, pace=pace, reach=reach, timing=timing, terms=terms, wake=self._awake.set)
        self._claimed: list[Envelope] = []
        self._look_at = 0.0
        self._drift = Drift(timing)
        self._begun = False
        self._stopping = False

    async def run(self) -> None:
        """Deliver until `stop`, then end cleanly. Raises TokenRefused."""
        while not self._stopping:
            await self.round()
            await self._wait()
        await self._land()

    def stop(self) -> None:
        """Let `run` come to its end, within STOP_PATIENCE and a little."""
        self._stopping = True
        self._awake.set()

    def wake(self) -> None:
        """Notes were owed: look at the outbox now."""
        self._look_at = 0.0
        self._awake.set()

    @property
    def tally(self) -> Counter[str]:
        """How many messages were sent, retry, unsure, dead or cancelled, and how many were a defect of ours."""
        return self._flight.tally

    async def _begin(self) -> None:
        """Take over from the process before: its leases end, its unsure notes are due, its pace is remembered."""
        now, instant = self._timing.clock(), self._timing.monotonic()
        recovered = await self._store.outbox.recover(self._terms.boot, now)
        sent = await self._store.outbox.sent_since(now - REMEMBERED)
        self._pace.remember(
            ((chat_id, kind, instant - (now - sent_at).total_seconds()) for chat_id, kind, sent_at in sent),
            unsure=recovered.unsure + recovered.editing,
        )
        for parked in await self._store.outbox.parked(now):
            until = instant + (parked.until - now).total_seconds()
            _, _, chat_id = parked.scope.partition(":")
            if chat_id:
                self._pace.park(int(chat_id), until)
            else:
                self._pace.hold(until)
        self._begun = True
        log.info("deliver.begin leased=%d unsure=%d", recovered.leased, recovered.unsure)

    async def round(self) -> None:
        """Write down what was answered, claim what is owed, mark and let leave what may; never wait for a slot."""
        try:
            if not self._begun:
                await self._begin()
            await self._notice_jump()
            self._flight.turn_back("it would have had to wait", LONGEST_HOLD)
            await self._write_down()
            if self._flight.refused is not None:
                raise TokenRefused(f"Telegram refuses the token: {self._flight.refused.why}")
            await self._claim()
            await self._mark()
        except StoreUnavailable:
            # The store has said so. Nothing leaves until what comes of it can be written down.
            self._flight.grounded = True
        else:
            self._flight.grounded = False
        self._flight.depart()

    async def _wait(self) -> None:
        """Until there is something to do: an outcome, a free slot, news in the outbox, or the tick."""
        wait = TICK
        if self._wants_more():
            wait = min(TICK, max(self._flight.standstill(), self._look_at - self._timing.monotonic(), 0.0))
        try:
            async with asyncio.timeout(wait):
                await self._awake.wait()
        except TimeoutError:
            pass
        self._awake.clear()

    def _wants_more(self) -> bool:
        return len(self._claimed) < self._terms.most_claimed and not self._flight.grounded

    async def _claim(self) -> None:
        """Lease the heads of chats that can take a message, and decide what becomes of their notes."""
        instant = self._timing.monotonic()
        await self._give_back(self._stuck(instant + LONGEST_HOLD))
        most = self._terms.most_claimed - len(self._claimed)
        if self._flight.standstill() or most <= 0 or instant < self._look_at:
            return
        now = self._timing.clock()
        busy = {*self._pace.busy(instant), *self._flight.chats, *(each.address.chat_id for each in self._claimed)}
        notes = await self._store.outbox.claim(now, now + LEASE, self._terms.boot, most, busy)
        topics = _by_topic(notes)
        # A chat that must wait may be the one that is owed: look again when it is free.
        free_at = max(self._pace.free_at(), instant + SHORTEST_WAIT)
        self._look_at = instant if len(topics) >= most else min(instant + TICK, free_at)
        fresh: list[Envelope] = []
        for topic in topics:
            fresh += await self._decided(topic, now)
        edits = next((place for place, each in enumerate(self._claimed) if each.posted), len(self._claimed))
        self._claimed[edits:edits] = fresh
        if len(topics) < most:
            await self._claim_edits(now, busy)

    async def _claim_edits(self, now: datetime, busy: set[int]) -> None:
        """Nothing new waits for a claim: sent messages may be brought up to date. Half the room stays free for news."""
        most = self._terms.most_claimed // 2 - len(self._claimed)
        if most > 0:
            busy |= {each.address.chat_id for each in self._claimed}
            edits = await self._owed.claim_edits(now, now + LEASE, most, busy)
            self._claimed.extend(edits)
            if len(edits) == most:
                self._look_at = self._timing.monotonic() + SHORTEST_WAIT

    def _stuck(self, latest: float) -> list[Envelope]:
        """What was claimed and cannot leave for long: its place is in the store, where urgent notes can overtake it."""
        if self._flight.standstill() > LONGEST_HOLD:
            return self._claimed
        return [envelope for envelope in self._claimed if self._chat_at(envelope, latest) > latest]

    def _chat_at(self, envelope: Envelope, instant: float) -> float:
        return self._pace.chat_at(envelope.address.chat_id, envelope.address.kind, instant, envelope.cost)

    async def _decided(self, notes: Sequence[ClaimedNote], now: datetime) -> list[Envelope]:
        """What is to be sent of one topic's notes."""
        outbox = self._store.outbox
        decision = decide(notes, now, self._terms.collect_above)
        for dropped in decision.dropped:
            await outbox.cancel(dropped.note_ids, dropped.why, now)
        for deferred in decision.deferred:
            await outbox.defer(deferred.note_ids, deferred.until)
        kept, later = decision.bundles[:KEPT_OF_CHAT], decision.bundles[KEPT_OF_CHAT:]
        if later:
            await outbox.release([note.id for bundle in later for note in bundle.notes])
        return [envelope for bundle in kept for envelope in await self._composed(bundle, now)]

    async def _composed(self, bundle: Bundle, now: datetime) -> tuple[Envelope, ...]:
        envelopes = await self._composer.compose(bundle)
        shown = {note.id for envelope in envelopes for note in envelope.notes}
        gone = [note.id for note in bundle.notes if note.id not in shown]
        if gone:
            await self._store.outbox.cancel(gone, "the item is gone, or its text cannot be written", now)
        return envelopes

    async def _mark(self) -> None:
        """Mark the next envelopes as being sent, each chat's first; what was cancelled meanwhile falls out."""
        chosen = self._choose()
        if not chosen:
            return
        leaving = await self._owed.mark(chosen, self._timing.clock())
        gone = {id(envelope) for envelope in chosen}
        self._claimed = [envelope for envelope in self._claimed if id(envelope) not in gone]
        self._flight.board(leaving)

    def _choose(self) -> list[Envelope]:
        chosen: list[Envelope] = []
        chats = set(self._flight.chats)
        room, wanted, instant = self._flight.room, self._flight.wanted, self._timing.monotonic()
        alone = self._flight.empty
        for envelope in self._claimed:
            address = envelope.address
            if len(chosen) >= wanted:
                break
            if address.chat_id in chats or self._chat_at(envelope, instant) > instant + TICK:
                continue
            if envelope.at_stake > room and not (alone and not chosen):
                break
            chosen.append(envelope)
            chats.add(address.chat_id)
            room -= envelope.at_stake
        return chosen

    async def _write_down(self) -> None:
        """One transaction for all that was answered since the last one."""
        outcomes = self._flight.take_outcomes()
        if not outcomes:
            return
        try:
            await self._store.outbox.record(outcomes, self._timing.clock())
        except StoreUnavailable:
            self._flight.put_back(outcomes)
            raise
        self._flight.written(outcomes)
        self._look_at = 0.0
        # The others' chats are not any more as they were when their notes were claimed.
        changed = {outcome.envelope.address.chat_id for outcome in outcomes if not isinstance(outcome.verdict, Sent)}
        await self._give_back([each for each in self._claimed if each.address.chat_id in changed])

    async def _give_back(self, envelopes: Sequence[Envelope]) -> None:
        if envelopes:
            back = {id(envelope) for envelope in envelopes}
            await self._owed.give_back(envelopes)
            self._claimed = [envelope for envelope in self._claimed if id(envelope) not in back]

    async def _notice_jump(self) -> None:
        """Where the wall clock was set, move what waits by it: an hour's jump must not stall anything for an hour."""
        if jump := self._drift.jump:
            log.warning("clock.jump seconds=%.0f", jump.total_seconds())
            await self._store.outbox.shift(jump, self._timing.clock())
            self._drift.settle()

    async def _land(self) -> None:
        """Wait for the answers that are out, write them down, give back what was not sent."""
        self._flight.turn_back("the process stops", -1.0)
        await self._flight.land(STOP_PATIENCE)
        await self._reach.close()
        try:
            await self._write_down()
            await self._give_back(self._claimed)
        except StoreUnavailable as error:
            log.error("deliver.unwritten %s", error)


def _by_topic(notes: Iterable[ClaimedNote]) -> list[list[ClaimedNote]]:
    """The notes of each chat and topic together, in the order in which the topics came."""
    topics: dict[tuple[int, int], list[ClaimedNote]] = {}
    for note in notes:
        topics.setdefault((note.address.chat_id, note.address.thread), []).append(note)
    return list(topics.values())
