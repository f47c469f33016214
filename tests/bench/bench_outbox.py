"""What the outbox costs: owing, claiming, marking and recording with 100,000 chats.

python -m tests.bench.bench_outbox [FOLDER]     FOLDER lies on the disk that is measured
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

from bot.model import Accepted, ClaimedNote, Envelope, Item, Outcome, Priority, Reading, Rendered, Sent, StoredItem
from storage.database import Database
from storage.store import Store

CHATS = 100_000
BOOT = "bench"
T = TypeVar("T")


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 8, tzinfo=UTC)

    def tick(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


async def main(folder: Path) -> None:
    """Print every figure, one a line."""
    await commits(folder)
    clock = Clock()
    store = await Store.open(f"sqlite:///{folder / 'outbox.db'}")
    try:
        await fill(store, clock)
        first, second = await publish(store, clock, 1), await publish(store, clock, 2)
        await owing(store, clock, first)
        await claiming(store, clock, "100,000 chats, one due note each", ())
        await claiming(store, clock, "10,000 others busy", range(90_001, 100_001))
        await claiming(store, clock, "the first 10,000 busy", range(1, 10_001))
        await crowd(folder / "outbox.db")
        await claiming(store, clock, "one chat with 1,000 older ones", ())
        await whole_way(store, clock, "nobody busy", ())
        await whole_way(store, clock, "10,000 busy", range(50_000, 60_000))
        await owing(store, clock, second)
        await claiming(store, clock, "two due notes each", ())
    finally:
        await store.close()


async def commits(folder: Path) -> None:
    """Commits a second of a small write, as safe as the house's (FULL) and less so (NORMAL)."""
    db = await Database.open(f"sqlite:///{folder / 'commits.db'}")
    try:
        for mode in ("FULL", "NORMAL"):
            await db._writer.execute(f"PRAGMA synchronous = {mode}")
            began = perf_counter()
            for number in range(300):
                async with db.write() as conn:
                    await conn.execute("INSERT OR REPLACE INTO updates VALUES (?, 1)", (number,))
            print(f"commits, synchronous={mode}: {300 / (perf_counter() - began):,.0f}/s")
    finally:
        await db.close()


async def fill(store: Store, clock: Clock) -> None:
    """100,000 followers of one source."""
    async with store._db.write() as conn:
        numbers = range(1, CHATS + 1)
        await conn.executemany(
            "INSERT INTO chats (id, telegram_id, kind, first_seen_at) VALUES (?, ?, 'private', 0)",
            ((number, 7_000_000_000 + number * 7919 % 1_000_003) for number in numbers),
        )
        await conn.executemany("INSERT INTO follows VALUES (?, 0, 'tdkt', 0)", ((number,) for number in numbers))
    async with store.poll("tdkt", clock.now) as tx:
        await tx.keep(Reading(kind="feed"), (), baseline=True)


async def publish(store: Store, clock: Clock, number: int) -> StoredItem:
    item = Item(
        source_id="tdkt", keys=(f"guid:{number}",), title=f"Tin {number}", url=f"https://portal.example/{number}"
    )
    async with store.poll("tdkt", clock.tick(seconds=1)) as tx:
        kept = await tx.keep(Reading(kind="feed", items=(item,)), (item,), baseline=False)
    return kept.new[0]


async def owing(store: Store, clock: Clock, stored: StoredItem) -> None:
    began = perf_counter()
    async with store.poll("tdkt", clock.now) as tx:
        owed = await tx.owe_followers((stored,), Priority.NORMAL)
        inside = perf_counter() - began
    print(f"owing {owed:,} followers: {inside:.3f} s, committed after {perf_counter() - began:.3f} s")


async def crowd(path: Path) -> None:
    """One chat owns 1,000 due notes, and all of them are older than the others' one."""
    db = await Database.open(f"sqlite:///{path}")
    try:
        async with db.write() as conn:
            await conn.executemany(
                "INSERT INTO items (id, source_id, title, first_seen_at, sort_at) VALUES (?, 'tdkt', 'x', 1, 1)",
                ((number,) for number in range(1000, 2000)),
            )
            await conn.executemany(
                "INSERT INTO notes (chat_id, item_id, reason, priority, owed_at, due_at)"
                " VALUES (77777, ?, 'follow:tdkt', 1, 1, 1)",
                ((number,) for number in range(1000, 2000)),
            )
    finally:
        await db.close()


async def claiming(store: Store, clock: Clock, name: str, busy: Collection[int]) -> None:
    """Claims of 64 lanes, given back each time."""
    spent = []
    busied = process_time()
    for _ in range(30):
        now = clock.tick(milliseconds=10)
        took, notes = await timed(partial(store.outbox.claim, now, now + timedelta(minutes=1), BOOT, 64, busy))
        spent.append(took)
        await store.outbox.release([note.id for note in notes])
    busied = (process_time() - busied) * 1000 / len(spent)
    print(
        f"claim of 64 lanes, {name}: median {median(spent):.2f} ms, slowest {max(spent):.2f} ms "
        f"(with its release {busied:.2f} ms of processor), {len(notes)} notes"
    )


async def whole_way(store: Store, clock: Clock, name: str, busy: Collection[int]) -> None:
    """Claim, mark and record in batches of 32 and 64: the store's share of a message."""
    for most in (32, 64):
        claims, marks, records, messages = [], [], [], 0
        busied = process_time()
        for _ in range(40):
            now = clock.tick(milliseconds=50)
            took, notes = await timed(partial(store.outbox.claim, now, now + timedelta(minutes=1), BOOT, most, busy))
            claims.append(took)
            outcomes = [outcome(tuple(lane)) for _, lane in groupby(notes, key=lambda note: note.address)]
            took, _ = await timed(partial(store.outbox.mark_sending, [note.id for note in notes], now))
            marks.append(took)
            took, _ = await timed(partial(store.outbox.record, outcomes, now))
            records.append(took)
            messages += len(outcomes)
        busied = (process_time() - busied) * 1000 / messages
        each = sum(claims + marks + records) / messages
        print(
            f"batches of {most}, {name}: claim {median(claims):.2f} ms, mark {median(marks):.2f} ms, "
            f"record {median(records):.2f} ms; {each:.3f} ms a message, {busied:.3f} ms of processor"
        )


def outcome(notes: Sequence[ClaimedNote]) -> Outcome:
    envelope = Envelope(address=notes[0].address, notes=tuple(notes), rendered=Rendered(text="x"))
    return Outcome(envelope=envelope, answer=Accepted(message_id=notes[0].id), verdict=Sent(message_id=notes[0].id))


async def timed(call: Callable[[], Awaitable[T]]) -> tuple[float, T]:
    began = perf_counter()
    result = await call()
    return (perf_counter() - began) * 1000, result


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as made:
        asyncio.run(main(Path(made)))
