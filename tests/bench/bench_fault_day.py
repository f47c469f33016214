"""A day of faults in simulated time: storms of 429s and 500s, drops, stalls, a blocked chat, a migrated group.

    python -m tests.bench.bench_fault_day [HOURS [SEED [FACTOR]]]

The real store, pacer and delivery run on a clock that is FACTOR times faster; Telegram is a stand-in with a weather.
Storms come about every twenty minutes and last up to five. Every note that was owed must have arrived or have an end
that the ledger explains, and twice only what arrived although its answer was lost.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from bot.chats.words import words_for
from bot.core.pace import Pace
from bot.jobs.composing import Composer
from bot.jobs.deliver import Delivery
from bot.jobs.reach import Reach
from bot.jobs.terms import Terms, Timing
from bot.model import (
    Accepted,
    Address,
    Answer,
    Chat,
    ChatKind,
    Moved,
    Priority,
    Reading,
    Refused,
    Rendered,
    Slowed,
    Unreachable,
    Unsure,
)
from storage.store import Store
from tests.bench.reckoning import reckoned
from tests.hurry import hurried
from tests.outlet import SOURCES
from tests.owed import a_stored
from tests.pigeon import TAKEN, Pigeon

PEOPLE, GROUPS = 60, 10
EVERY = 20 * 60.0
"""Seconds between two storms, about."""
NEWS_EVERY = 10 * 60.0
BORN = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
KINDS = ("429 chats", "429 all", "500", "drop before", "drop after", "stall", "no route")


@dataclass
class Sky:
    """What the weather is at any instant; `now` gives seconds since the day began."""

    now: Callable[[], float]
    chance: Random
    storm: str = ""
    until: float = 0.0
    held_until: float = 0.0
    parked: dict[int, float] = field(default_factory=dict)
    blocked: int = 0
    moved: dict[int, int] = field(default_factory=dict)
    storms: list[str] = field(default_factory=list)

    def brew(self) -> None:
        """A new storm, of a kind that has been seldom so far."""
        self.storm = min(KINDS, key=lambda kind: (self.storms.count(kind), self.chance.random()))
        self.until = self.now() + self.chance.uniform(10.0, 300.0)
        self.storms.append(self.storm)

    def befall(self, address: Address) -> Answer | None:
        """What a message to that address meets."""
        now, chat = self.now(), address.telegram_id
        if chat in self.moved:
            return Moved(new_telegram_id=self.moved[chat])
        if chat == self.blocked:
            return Refused(why="Forbidden: bot was blocked by the user", pause="blocked")
        if now < max(self.held_until, self.parked.get(chat, 0.0)):
            return Slowed(retry_after=timedelta(seconds=max(self.held_until, self.parked.get(chat, 0.0)) - now))
        return self._stormy(chat, now) if now < self.until else None

    def _stormy(self, chat: int, now: float) -> Answer | None:
        if self.storm == "500":
            return Unsure(why="Internal Server Error")
        if self.storm in ("no route", "stall", "drop before") and self.chance.random() < 0.9:
            return Unreachable(why="no route") if self.storm == "no route" else Unsure(why=self.storm)
        if self.storm == "drop after" and self.chance.random() < 0.9:
            return Unsure(why=TAKEN)
        if self.storm.startswith("429") and self.chance.random() < 0.3:
            wait = self.chance.randint(1, 40)
            if self.storm == "429 all":
                self.held_until = now + wait
            else:
                self.parked[chat] = now + wait
            return Slowed(retry_after=timedelta(seconds=wait))
        return None

    def answers(self) -> bool:
        """Whether a harmless call gets an answer."""
        return not (self.now() < self.until and self.storm in ("500", "drop before", "drop after", "stall", "no route"))


@dataclass
class Heard(Pigeon):
    """Knows what the bot has been told: only what leaves after an answer to the contrary leaves too early."""

    until: dict[int, float] = field(default_factory=dict)
    """When each chat that was answered 429 may be written to again, in the loop's seconds."""
    all_until: float = 0.0
    """The same for everybody: two chats in a row were answered 429."""
    slowed: int = 0
    before: int | None = None
    too_early: int = 0

    async def send(self, address: Address, rendered: Rendered) -> Answer:
        """Counts what leaves too early, and hears what the bot is answered just before the bot does."""
        loop = asyncio.get_running_loop()
        self.too_early += loop.time() < max(self.all_until, self.until.get(address.telegram_id, 0.0))
        answer = await super().send(address, rendered)
        loop.call_soon(self.hear, address.telegram_id, answer, loop.time())
        return answer

    def hear(self, chat: int, answer: Answer, now: float) -> None:
        """Remember how long Telegram wants to be left alone, and by whom."""
        match answer:
            case Slowed(retry_after=retry_after):
                self.slowed += 1
                until = self.until[chat] = now + retry_after.total_seconds()
                if self.before not in (None, chat):
                    self.all_until = max(self.all_until, until)
                self.before = chat
            case Accepted():
                self.before = None


async def day(hours: float, seed: int) -> None:
    """Live through it and print what came of it."""
    loop, chance = asyncio.get_running_loop(), Random(seed)
    began = loop.time()
    sky = Sky(now=lambda: loop.time() - began, chance=chance)
    pigeon = Heard(weather=sky.befall, flight=lambda: 0.2, answers=sky.answers)

    def clock() -> datetime:
        return BORN + timedelta(seconds=sky.now())

    with tempfile.TemporaryDirectory(prefix="loa-day-") as folder:
        store = await Store.open(f"sqlite:///{folder}/loa.db")
        try:
            timing = Timing(clock=clock, monotonic=loop.time, chance=chance.random)
            delivery = Delivery(
                store,
                pigeon,
                Composer(store, words_for=words_for, sources=SOURCES),
                pace=Pace(per_second=28, now=loop.time()),
                reach=Reach(pigeon.reachable, chance=chance.random),
                timing=timing,
                terms=Terms(boot="day"),
            )
            owed = await live(hours * 3600, store, delivery, sky, clock)
            await tell(store, owed, pigeon, sky, delivery)
        finally:
            await store.close()


async def live(
    seconds: float, store: Store, delivery: Delivery, sky: Sky, clock: Callable[[], datetime]
) -> set[tuple[int, str]]:
    """The portal publishes, storms come and go, people block and return, groups move; what was owed, by our ids."""
    chats = await subscribe(store, clock())
    running = asyncio.create_task(delivery.run())
    owed: set[tuple[int, str]] = set()
    published, next_storm = 0, EVERY
    while sky.now() < seconds:
        await asyncio.sleep(sky.chance.expovariate(1 / NEWS_EVERY))
        if sky.now() >= next_storm:
            sky.brew()
            next_storm = sky.now() + sky.chance.uniform(0.5, 1.5) * EVERY
        published = await change(store, sky, chats, clock, published)
        count = sky.chance.choice([1, 1, 1, 2, 8])
        items = [a_stored(published + number + 1).item for number in range(count)]
        published += count
        async with store.poll("tdkt", clock()) as tx:
            kept = await tx.keep(Reading(kind="feed", items=tuple(items)), items, baseline=False)
            await tx.owe_followers(kept.new, Priority.NORMAL)
        awake = [chat async for chat in store.chats.export() if not chat.paused]
        owed |= {(chat.id, item.title) for chat in awake for item in items}
        delivery.wake()
    sky.until = 0.0
    await drained(store, running, clock)
    delivery.stop()
    await running
    return owed


async def drained(store: Store, running: asyncio.Task[None], clock: Callable[[], datetime]) -> None:
    """Until nothing is due or on its way; prints what is, should that take more than an hour."""
    loop = asyncio.get_running_loop()
    late_at = loop.time() + 3_600
    while (depth := await store.outbox.depth(clock() + timedelta(days=1))).due or depth.sending:
        if running.done():
            await running
        if loop.time() > late_at:
            print(f"  NOT DRAINED: {depth.due} due, {depth.sending} on their way")
            for stuck in await store.outbox.stuck(clock()):
                print(f"    {stuck}")
            return
        await asyncio.sleep(5.0)


async def change(store: Store, sky: Sky, chats: list[Chat], clock: Callable[[], datetime], published: int) -> int:
    """Now and then somebody blocks the bot, or comes back, or a group becomes a supergroup."""
    if sky.blocked:
        sky.blocked = 0
        for chat in chats[:PEOPLE]:
            await store.chats.resume(chat.id, clock())
    elif sky.chance.random() < 0.2:
        sky.blocked = sky.chance.choice(chats[:PEOPLE]).telegram_id
    if len(sky.moved) < GROUPS // 2 and sky.chance.random() < 0.1:
        group = chats[PEOPLE + len(sky.moved)]
        sky.moved[group.telegram_id] = -1_000_000_000_000 + group.telegram_id
    return published


async def subscribe(store: Store, now: datetime) -> list[Chat]:
    """Everybody follows the source, which has had its baseline."""
    async with store.poll("tdkt", now) as tx:
        await tx.keep(Reading(kind="feed"), (), baseline=True)
    chats = []
    for number in range(1, PEOPLE + GROUPS + 1):
        kind, telegram_id = (ChatKind.PRIVATE, number) if number <= PEOPLE else (ChatKind.GROUP, -number)
        chat = await store.chats.meet(telegram_id, kind, "", "vi", now)
        await store.chats.follow(chat.id, 0, "tdkt", now)
        chats.append(chat)
    return chats


async def tell(store: Store, owed: set[tuple[int, str]], pigeon: Heard, sky: Sky, delivery: Delivery) -> None:
    """Print what became of each note."""
    ours = {chat.telegram_id: chat.id async for chat in store.chats.export()}
    ours |= {old: ours[new] for old, new in sky.moved.items() if new in ours}
    delivered, doubtful = (by_chat(counted, ours) for counted in (pigeon.delivered, pigeon.doubtful))
    told = await reckoned(store, owed, delivered, doubtful)
    print(f"a day of faults: {len(sky.storms)} storms ({', '.join(sorted(set(sky.storms)))})")
    print(f"  owed {told.owed:,}, arrived {told.arrived:,}, ended with a reason {told.ended.total()}")
    for why, count in told.ended.most_common():
        print(f"    {count} {why}")
    print(f"  came twice {told.twice}, of them because an answer was lost {told.doubtful}")
    print(f"  429s {pigeon.slowed}, left too early after one {pigeon.too_early}; verdicts {dict(delivery.tally)}")
    print(f"  LOST: {len(told.lost)}")
    for each in told.lost[:20]:
        print(f"    {each}")


def by_chat(counted: Counter[tuple[int, str]], ours: Mapping[int, int]) -> Counter[tuple[int, str]]:
    """The same by our ids: a group that moved is one chat."""
    found: Counter[tuple[int, str]] = Counter()
    for (telegram_id, title), count in counted.items():
        found[ours[telegram_id], title] += count
    return found


def main() -> None:
    """Read the arguments and run the day."""
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else 24.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    factor = float(sys.argv[3]) if len(sys.argv) > 3 else 300.0
    logging.disable(logging.ERROR)
    began = time.monotonic()
    hurried(factor, lambda: day(hours, seed))
    print(f"the whole benchmark: {time.monotonic() - began:.0f} s for {hours:g} hours (seed {seed})")


if __name__ == "__main__":
    main()
