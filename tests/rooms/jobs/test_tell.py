"""Operators hear of each trouble, each end and each silence once; what nobody heard is said again."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.chats.words import words_for
from bot.jobs.silence import note_silences
from bot.jobs.tell import Herald
from bot.model import Address, ChatKind, Rendered, Source, Trouble, TroubleKind
from storage.store import Store
from tests.builders import a_baseline, a_reading, a_source, an_item
from tests.fakes import HandClock

OPERATOR, OTHER = 1001, 1002
DOWN = Trouble(kind=TroubleKind.HTTP, why="the portal answered <503>", status=503)


@dataclass(slots=True)
class Room:
    """A store with sources that fail and heal, and operators with ears."""

    store: Store
    clock: HandClock
    sources: dict[str, Source] = field(default_factory=dict)
    heard: list[tuple[int, str]] = field(default_factory=list)
    deaf: bool = False

    async def know(self, *ids: str) -> None:
        self.sources = {source_id: a_source(source_id, title=f"Nguồn {source_id}") for source_id in ids}
        await self.store.sources.ensure(list(self.sources.values()))

    async def operator(self, number: int = OPERATOR) -> None:
        await self.store.chats.meet(number, ChatKind.PRIVATE, "", "vi", self.clock())

    async def fail(self, *ids: str, times: int = 3) -> None:
        for source_id in ids:
            for _ in range(times):
                async with self.store.poll(source_id, self.clock()) as tx:
                    await tx.trouble(DOWN, self.clock())

    async def heal(self, source_id: str) -> None:
        await self.store.sources.unchanged(source_id, self.clock(), self.clock())

    async def tell(self) -> int:
        async def say(address: Address, rendered: Rendered) -> int | None:
            if self.deaf:
                return None
            self.heard.append((address.telegram_id, rendered.text))
            return len(self.heard)

        return await Herald(
            store=self.store, say=say, operators=(OPERATOR, OTHER), sources=self.sources, words_for=words_for
        ).tell()

    @property
    def said(self) -> str:
        return "\n".join(text for _, text in self.heard)


@pytest.fixture
def room(store: Store, clock: HandClock) -> Room:
    return Room(store, clock)


async def test_a_trouble_is_told_at_the_third_failure_and_once_and_so_is_its_end(room: Room) -> None:
    await room.know("tdkt")
    await room.operator()
    await room.fail("tdkt", times=2)
    assert await room.tell() == 0
    await room.fail("tdkt", times=1)
    assert await room.tell() == 1
    assert "Nguồn tdkt" in room.said
    assert "&lt;503&gt;" in room.said
    await room.fail("tdkt", times=5)
    assert await room.tell() == 0
    await room.heal("tdkt")
    assert await room.tell() == 1
    assert "đọc lại được" in room.heard[-1][1]
    assert await room.tell() == 0


async def test_a_stumble_that_nobody_heard_of_has_no_end_to_be_told(room: Room) -> None:
    await room.know("tdkt")
    await room.operator()
    await room.fail("tdkt", times=2)
    await room.heal("tdkt")
    assert await room.tell() == 0


async def test_what_could_not_be_said_is_said_the_next_time(room: Room) -> None:
    await room.know("tdkt")
    await room.operator()
    await room.fail("tdkt")
    room.deaf = True
    assert await room.tell() == 0
    room.deaf = False
    assert await room.tell() == 1


async def test_only_operators_hear_it_each_who_has_met_the_bot(room: Room) -> None:
    await room.know("tdkt")
    await room.fail("tdkt")
    await room.operator(999)
    assert await room.tell() == 0
    await room.operator(OTHER)
    assert await room.tell() == 1
    assert [number for number, _ in room.heard] == [OTHER]


async def test_many_troubles_are_one_message(room: Room) -> None:
    await room.know(*(f"s{number:02}" for number in range(40)))
    await room.operator()
    await room.fail(*room.sources)
    assert await room.tell() == 40
    assert len(room.heard) == 1
    assert "40 nguồn" in room.said
    assert "32 nguồn khác" in room.said
    assert "mất mạng" in room.said


async def test_a_silent_source_is_flagged_told_once_and_forgotten_with_its_next_item(room: Room) -> None:
    await room.know("tdkt", "cchc")
    await room.operator()
    old = [an_item(number, published_at=room.clock() - timedelta(days=30 + number)) for number in range(12)]
    await a_baseline(room.store, room.clock, "tdkt", *old)
    fresh = [an_item(n, source_id="cchc", published_at=room.clock() - timedelta(days=n)) for n in range(12)]
    await a_baseline(room.store, room.clock, "cchc", *fresh)
    assert await note_silences(store=room.store, clock=room.clock) == 1
    assert await note_silences(store=room.store, clock=room.clock) == 0
    assert (await room.store.sources.memory("tdkt")).silent_since == old[0].published_at
    assert await room.tell() == 1
    assert await room.tell() == 0
    assert "im lặng" in room.said
    async with room.store.poll("tdkt", room.clock()) as tx:
        item = an_item(99, published_at=room.clock())
        await tx.keep(a_reading(item), (item,), baseline=False)
    assert (await room.store.sources.memory("tdkt")).silent_since is None
