"""The outbox under crashes at every await: every note arrives, and no more comes twice than was being sent."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.chats.words import words_for
from bot.core.pace import Pace
from bot.jobs.composing import Composer
from bot.jobs.deliver import Delivery
from bot.jobs.reach import Reach
from bot.jobs.terms import Terms, Timing
from bot.model import Address, Answer, ChatKind, Priority, Reading, Slowed, Unreachable, Unsure
from storage.store import Store
from tests.hurry import HurriedLoop
from tests.outlet import SOURCES
from tests.owed import a_stored
from tests.pigeon import TAKEN, Pigeon

BORN = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
HURRY = 100.0
MOST_CHANCES = 3


class Outbox(RuleBasedStateMachine):
    """People subscribe, items come, the process works for some turns of its loop and dies at any of them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="loa-crashes-")
        self.runner = asyncio.Runner(loop_factory=lambda: HurriedLoop(HURRY))
        self.loop = self.runner.get_loop()
        self.chance = Random(7)
        self.pigeon = Pigeon(weather=self.weather, flight=lambda: self.chance.uniform(0.0, 0.3))
        self.rough = False
        self.owed: set[tuple[int, str]] = set()
        self.suspects: Counter[tuple[int, str]] = Counter()
        self.published = self.subscribed = self.lives = 0
        self.store = self.runner.run(Store.open(f"sqlite:///{self.folder.name}/loa.db"))
        self.runner.run(self.baseline())

    def clock(self) -> datetime:
        return BORN + timedelta(seconds=self.loop.time())

    def weather(self, _: Address) -> Answer | None:
        if not self.rough or self.chance.random() < 0.7:
            return None
        troubles: list[Answer] = [
            Unsure(why=TAKEN),
            Unsure(why="500"),
            Unreachable(why="no route"),
            Slowed(retry_after=timedelta(seconds=1)),
        ]
        return self.chance.choice(troubles)

    async def baseline(self) -> None:
        async with self.store.poll("tdkt", self.clock()) as tx:
            await tx.keep(Reading(kind="feed"), (), baseline=True)

    def delivery(self) -> Delivery:
        self.lives += 1
        terms = Terms(boot=f"life {self.lives}", per_second=28.0, collect_above=3)
        timing = Timing(clock=self.clock, monotonic=self.loop.time, chance=self.chance.random)
        return Delivery(
            self.store,
            self.pigeon,
            Composer(self.store, words_for=words_for, sources=SOURCES),
            pace=Pace(per_second=terms.per_second, now=self.loop.time()),
            reach=Reach(self.pigeon.reachable, chance=self.chance.random),
            timing=timing,
            terms=terms,
        )

    @initialize()
    def begin(self) -> None:
        self.subscribe(6, ChatKind.PRIVATE)
        self.publish(2, Priority.NORMAL)

    @rule(count=st.integers(1, 6), kind=st.sampled_from([ChatKind.PRIVATE, ChatKind.GROUP]))
    def subscribe(self, count: int, kind: ChatKind) -> None:
        async def follow() -> None:
            for _ in range(count):
                self.subscribed += 1
                telegram_id = self.subscribed if kind is ChatKind.PRIVATE else -self.subscribed
                chat = await self.store.chats.meet(telegram_id, kind, "", "vi", self.clock())
                await self.store.chats.follow(chat.id, 0, "tdkt", self.clock())

        self.runner.run(follow())

    @rule(count=st.integers(1, 5), priority=st.sampled_from([Priority.URGENT, Priority.NORMAL]))
    def publish(self, count: int, priority: Priority) -> None:
        async def come() -> None:
            items = []
            for _ in range(count):
                self.published += 1
                items.append(a_stored(self.published).item)
            async with self.store.poll("tdkt", self.clock()) as tx:
                kept = await tx.keep(Reading(kind="feed", items=tuple(items)), items, baseline=False)
                await tx.owe_followers(kept.new, priority)
            chats = [chat.telegram_id async for chat in self.store.chats.export()]
            self.owed |= {(chat, item.title) for chat in chats for item in items}

        self.runner.run(come())

    @rule()
    def change_the_weather(self) -> None:
        self.rough = not self.rough

    @rule(turns=st.integers(0, 400))
    def live_and_die(self, turns: int) -> None:
        """Work for so many turns of the loop, then be gone in the middle of whatever was going on."""
        self.live(turns, 0.0)

    @rule(turns=st.integers(0, 60))
    def live_longer_and_die(self, turns: int) -> None:
        """The same, with time for answers between the turns."""
        self.live(turns, 0.05)

    def live(self, turns: int, pause: float) -> None:
        async def live() -> None:
            running = asyncio.create_task(self.delivery().run())
            for _ in range(turns):
                await asyncio.sleep(pause)
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.wait(others)
            assert running.done()
            await self.suspect()

        self.runner.run(live())

    async def suspect(self) -> None:
        """Whatever the store says is being sent may come twice."""
        async with self.store._db.read() as conn:
            found = await conn.execute_fetchall(
                "SELECT c.telegram_id, i.title FROM notes n JOIN chats c ON c.id = n.chat_id"
                " JOIN items i ON i.id = n.item_id WHERE n.state = 'sending'"
            )
        sending = [(row[0], row[1]) for row in found]
        assert len(sending) <= 32
        self.suspects.update(sending)

    @invariant()
    def nothing_comes_twice_without_a_reason(self) -> None:
        for told, count in self.pigeon.delivered.items():
            assert told in self.owed
            assert count - 1 <= self.suspects[told] + self.pigeon.doubtful[told]

    def teardown(self) -> None:
        try:
            self.rough = False
            self.runner.run(self.finish())
            self.nothing_comes_twice_without_a_reason()
        finally:
            self.runner.run(self.store.close())
            self.runner.close()
            self.folder.cleanup()

    async def finish(self) -> None:
        """In fair weather everything arrives that has not spent its chances; and the ledger knows of each that has."""
        delivery = self.delivery()
        running = asyncio.create_task(delivery.run())
        async with asyncio.timeout(3_000):
            while True:
                depth = await self.store.outbox.depth(self.clock() + timedelta(days=1))
                if not depth.due and not depth.sending:
                    break
                await asyncio.sleep(1.0)
        delivery.stop()
        await running
        dead: Counter[tuple[int, str]] = Counter()
        async for line in self.store.outbox.ledger_lines():
            if line["verdict"] in ("unsure", "recovered", "dead"):
                dead[line["chat"], line["title"]] += 1  # type: ignore[index]
        for told in self.owed - set(self.pigeon.delivered):
            assert dead[told] >= MOST_CHANCES, f"{told} is lost"


TestCrashes = Outbox.TestCase
TestCrashes.settings = settings(
    max_examples=30, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
