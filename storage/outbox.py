"""The way out: what is owed, lent to one process at a time, and what became of it.

A note leaves "due" only by a verdict. A claim changes its lease alone; `mark_sending` is committed before the request
leaves, so that after a crash only notes in "sending" may arrive twice.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Row
from typing import TypeAlias

from bot.model import ChatKind, ClaimedNote, Outcome, Parked, Priority
from storage.busy import Busy
from storage.chat_changes import ChatChanges
from storage.claims import claimed, ledger_line
from storage.database import Database
from storage.edits import Edits
from storage.instants import from_ms, maybe_instant, span_ms, to_ms
from storage.rows import as_json
from storage.statements import rows, statements, visiting_statements
from storage.verdicts import Verdicts

Lane: TypeAlias = tuple[int, int]
"""A chat and topic, by our ids."""
MOST_OF_LANE = 200
"""Due notes of one chat and topic that a claim takes along, so that a burst can be collected."""
MOST_UNSURE = 2
"""How often a note of unknown fate is tried again."""
RECENT = timedelta(seconds=10)
PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What a start found: notes and edits whose lease ended, and those on their way when the process ended."""

    leased: int
    unsure: int
    editing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How much is owed now, since when, and how much is on its way."""

    due: int
    oldest_due_at: datetime | None
    sending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A note that should have been decided long ago, and the last thing known of it."""

    note_id: int
    chat_id: int | None
    item_id: int
    title: str
    state: str
    attempt: int
    due_at: datetime
    tried_at: datetime | None
    why: str


class Outbox:
    """The shelf of notes."""

    def __init__(self, db: Database, changes: ChatChanges) -> None:
        self._db = db
        self._changes = changes
        self._sql = statements("outbox")
        self._visiting = visiting_statements("outbox")
        self._busy = Busy(self._visiting)
        self.edits = Edits(db, self._busy)
        self._verdicts = Verdicts(changes, self.edits, self._sql, self._visiting)

    async def claim(
        self, now: datetime, lease_until: datetime, boot: str, most: int, busy: Collection[int]
    ) -> tuple[ClaimedNote, ...]:
        """Take what goes next under lease: for at most *most* chats and topics all that is due there, up to 200 each.

        Heads come by priority, then due time, then age; a lane's notes follow each other. Left out are paused and
        parked chats, those of *busy* (our ids), and lanes whose first note is under lease.
        """
        at, until, out = to_ms(now), to_ms(lease_until), frozenset(busy)

        def lease(conn: sqlite3.Connection) -> list[Row]:
            if self._visiting.parked_globally(conn, now=at):
                return []
            self._busy.note(conn, out)
            return self._lease(conn, at, until, boot, self._lanes(conn, at, most))

        leased = await self._db.unit(lease)
        self._busy.commit(out)
        return claimed(leased)

    async def mark_sending(self, note_ids: Collection[int], now: datetime) -> tuple[int, ...]:
        """Note that these leave now, before they do; gives those that may: a note cancelled since the claim may not."""
        ids, at = as_json(note_ids), to_ms(now)

        def mark(conn: sqlite3.Connection) -> str:
            due: str = self._visiting.still_due(conn, ids=ids)
            self._visiting.mark_sending(conn, ids=due, now=at)
            return due

        return tuple(json.loads(await self._db.unit(mark)))

    async def record(self, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Write down every outcome, all or none: states, messages, ledger, and what follows for the chats."""
        if not outcomes:
            return
        async with self._db.write() as conn:
            await self._verdicts.record(conn, outcomes, now)

    async def cancel(self, note_ids: Collection[int], why: str, now: datetime) -> None:
        """These are wanted no more."""
        async with self._db.write() as conn:
            ended = await rows(self._sql.cancel_notes(conn, ids=as_json(note_ids), why=why, now=to_ms(now)))
            await self._changes.enter(conn, ended, now)

    async def defer(self, note_ids: Collection[int], until: datetime) -> None:
        """These are due at *until* instead, for a reason of the chat's (its quiet hours); their lease ends."""
        async with self._db.write() as conn:
            await self._sql.defer_notes(conn, ids=as_json(note_ids), until=to_ms(until))

    async def release(self, note_ids: Collection[int]) -> None:
        """Give claimed notes back as they were."""
        async with self._db.write() as conn:
            await self._sql.release_notes(conn, ids=as_json(note_ids))

    async def recover(self, boot: str, now: datetime) -> Recovered:
        """Repair what a crash left, at the start: other boots' leases end, and what was being sent is unsure.

        An unsure note is due again, dead the third time; where its chat is paused by now it is cancelled.
        """
        at = to_ms(now)
        async with self._db.write() as conn:
            leased: int = await self._sql.end_leases(conn, boot=boot)
            unsure = [row["id"] for row in await rows(self._sql.end_sending(conn, most_unsure=MOST_UNSURE, now=at))]
            await self._sql.enter_recovered(conn, ids=as_json(unsure), now=at)
            lost = await rows(self._sql.cancel_homeless(conn, ids=as_json(unsure), now=at))
            await self._changes.enter(conn, lost, now)
            edits_leased, editing = await self.edits.recover(conn, boot, now)
            await self._changes.catch_up(conn, now)
        return Recovered(leased=leased + edits_leased, unsure=len(unsure), editing=editing)

    async def sent_since(self, since: datetime) -> tuple[tuple[int, ChatKind, datetime], ...]:
        """Chat, its kind and the instant of each message and edit since *since*: the pacer begins with these."""
        async with self._db.read() as conn:
            found = await rows(self._sql.sent_since(conn, since=to_ms(since)))
            found += await self.edits.since(conn, since)
        sent = ((row["chat_id"], ChatKind(row["kind"]), from_ms(row["sent_at"])) for row in found)
        return tuple(sorted(sent, key=lambda each: each[2]))

    async def parked(self, now: datetime) -> tuple[Parked, ...]:
        """The scopes that must wait."""
        async with self._db.read() as conn:
            found = await rows(self._sql.parked_now(conn, now=to_ms(now)))
        return tuple(Parked(scope=row["scope"], until=from_ms(row["until"])) for row in found)

    async def depth(self, now: datetime) -> Depth:
        """How much is owed now."""
        at = to_ms(now)
        async with self._db.read() as conn:
            oldest = [await self._sql.oldest_due(conn, priority=each, now=at) for each in Priority]
            return Depth(
                due=await self._sql.count_due(conn, now=at),
                oldest_due_at=maybe_instant(min((each for each in oldest if each is not None), default=None)),
                sending=await self._sql.count_sending(conn),
            )

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next note that is not due yet will be; None where none waits."""
        async with self._db.read() as conn:
            coming = [await self._sql.next_due(conn, priority=each, now=to_ms(now)) for each in Priority]
        return maybe_instant(min((each for each in coming if each is not None), default=None))

    async def shift(self, delta: timedelta, now: datetime) -> None:
        """The wall clock jumped by *delta* and says *now*: leases, retries, parked scopes and polls jump with it.

        What was due stays due; what waits for an hour of the day (quiet hours) still waits for that hour.
        """
        jump = span_ms(delta)
        was = to_ms(now) - jump
        async with self._db.write() as conn:
            await self._sql.shift_leases(conn, delta=jump)
            await self._sql.shift_overdue(conn, was=was, now=to_ms(now))
            await self._sql.shift_retries(conn, delta=jump, was=was)
            await self._sql.shift_parking(conn, delta=jump)
            await self._sql.shift_polls(conn, delta=jump)
            await self.edits.shift(conn, delta, now)
            await self._changes.catch_up(conn, now)

    async def stuck(self, now: datetime, most: int = 20) -> tuple[Stuck, ...]:
        """Notes on their way for over two minutes, and notes over ten minutes late, the latest first."""
        async with self._db.read() as conn:
            found = await rows(
                self._sql.stuck_notes(
                    conn,
                    tried_before=to_ms(now - timedelta(minutes=2)),
                    due_before=to_ms(now - timedelta(minutes=10)),
                    most=most,
                )
            )
        return tuple(_stuck(row) for row in found)

    async def count_ledger(self) -> int:
        """How many lines the ledger has."""
        async with self._db.read() as conn:
            number: int = await self._sql.count_ledger(conn)
        return number

    async def ledger_lines(self) -> AsyncIterator[dict[str, object]]:
        """Every line of the ledger, oldest first: who got what, when, why, and why not."""
        last = 0
        while True:
            async with self._db.read() as conn:
                page = await rows(self._sql.ledger_after(conn, id=last, most=PAGE))
            for row in page:
                yield ledger_line(row)
            if len(page) < PAGE:
                return
            last = page[-1]["id"]

    def _lease(self, conn: sqlite3.Connection, now: int, until: int, boot: str, lanes: Sequence[Lane]) -> list[Row]:
        """Lease what is due in *lanes*, and what is to be known of it."""
        if not lanes:
            return []
        of = as_json(lanes)
        self._visiting.lease_lanes(conn, lanes=of, now=now, lease_until=until, boot=boot, most=MOST_OF_LANE)
        recently = now - span_ms(RECENT)
        return list(self._visiting.leased(conn, lanes=of, boot=boot, lease_until=until, recently=recently))

    def _lanes(self, conn: sqlite3.Connection, now: int, most: int) -> list[Lane]:
        """The chats and topics that go next."""
        lanes: list[Lane] = []
        for priority in Priority:
            lanes += json.loads(self._visiting.heads(conn, priority=priority, now=now, most=most - len(lanes)))
            if len(lanes) >= most:
                break
        return lanes


def _stuck(row: Row) -> Stuck:
    return Stuck(
        note_id=row["note_id"],
        chat_id=row["chat_id"],
        item_id=row["item_id"],
        title=row["title"],
        state=row["state"],
        attempt=row["attempt"],
        due_at=from_ms(row["due_at"]),
        tried_at=maybe_instant(row["tried_at"]),
        why=row["why"],
    )
