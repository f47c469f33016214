"""The past comes into the archive, page by page: complete, each item once, pushed to nobody, whatever breaks it off."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.jobs.backfill import Backfill, Backfilled, Ended, Step
from bot.jobs.poll import poll
from bot.jobs.stories import StoryBook
from bot.jobs.terms import Timing
from bot.jobs.watching import WatchBook
from bot.model import Memory, Reading, Source, Trouble, TroubleKind
from storage.store import Store
from tests.builders import a_baseline, a_follower, claim
from tests.fakes import START, HandClock, Newsstand, notice

TDKT = Source(id="tdkt", title="Tin tức - Sự kiện", url="https://portal.example/tin")


class Killed(BaseException):
    """The process is gone."""


@dataclass(slots=True)
class Past:
    """A portal with an archive, a store, and a walk through it."""

    store: Store
    clock: HandClock
    portal: Newsstand = field(default_factory=lambda: Newsstand(page_size=10))
    rests: list[float] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def archive(self, count: int) -> None:
        for number in range(count):
            self.portal.publish(notice(f"Tin {number}", number, published_at=START - timedelta(days=count - number)))

    async def walk(self, told: Callable[[Step], None] | None = None, **more: object) -> Backfilled:
        async def rest(seconds: float) -> None:
            self.rests.append(seconds)

        backfill = Backfill(
            source=TDKT,
            reader=self.portal,
            store=self.store,
            timing=Timing(clock=self.clock, monotonic=lambda: 0.0, chance=lambda: 0.0),
            rest=rest,
            told=told or self.steps.append,
            **more,  # type: ignore[arg-type]
        )
        return await backfill.run()

    async def poll(self) -> int:
        report = await poll(
            TDKT,
            reader=self.portal,
            store=self.store,
            watches=WatchBook(self.clock, "Asia/Ho_Chi_Minh"),
            stories=StoryBook(self.clock),
            clock=self.clock,
            chance=lambda: 0.0,
        )
        return report.owed

    async def titles(self) -> Counter[str]:
        return Counter([stored.item.title async for stored in self.store.items.export()])


@pytest.fixture
async def past(store: Store, clock: HandClock) -> Past:
    await store.sources.ensure([TDKT])
    return Past(store, clock)


async def test_the_whole_archive_is_stored_found_and_owed_to_nobody(past: Past) -> None:
    past.archive(95)
    await a_follower(past.store, past.clock)
    walked = await past.walk()
    assert (walked.ended, walked.pages, walked.items, walked.resumed) == (Ended.AT_END, 10, 95, False)
    assert await past.titles() == {f"Tin {number}": 1 for number in range(95)}
    assert await claim(past.store, past.clock) == ()
    assert (await past.store.search.search("tin", now=past.clock())).total == 95
    assert len(past.rests) == 9, "after each page but the last the portal has a rest"
    assert min(past.rests) >= 0.5


async def test_a_walk_that_is_killed_goes_on_where_it_was(past: Past) -> None:
    past.archive(300)
    chance = random.Random(6)
    kills = 0
    for _ in range(3):
        doomed = kills * 8 + chance.randint(2, 7)

        def told(step: Step, doomed: int = doomed) -> None:
            if step.pages == doomed:
                raise Killed

        with pytest.raises(Killed):
            await past.walk(told)
        kills += 1
    walked = await past.walk()
    assert (walked.ended, walked.resumed) == (Ended.AT_END, True)
    assert await past.titles() == {f"Tin {number}": 1 for number in range(300)}
    assert sorted(set(past.portal.pages_read)) == list(range(30))
    assert len(past.portal.pages_read) <= 30 + kills


@dataclass(slots=True)
class _Stumbling(Newsstand):
    """A portal whose process of ours dies while it answers: the page was read, nothing was written."""

    doomed: set[int] = field(default_factory=set)

    async def read_page(self, source: Source, memory: Memory, url: str) -> Reading:
        reading = await Newsstand.read_page(self, source, memory, url)
        number = self.pages_read[-1]
        if number in self.doomed:
            self.doomed.discard(number)
            raise Killed
        return reading


async def test_a_kill_between_reading_and_writing_costs_one_page_read_twice(past: Past) -> None:
    past.portal = _Stumbling(page_size=10, doomed={3, 11, 19})
    past.archive(300)
    for _ in range(3):
        with pytest.raises(Killed):
            await past.walk()
    assert (await past.walk()).ended is Ended.AT_END
    assert Counter(past.portal.pages_read) == {number: 2 if number in {3, 11, 19} else 1 for number in range(30)}
    assert await past.titles() == {f"Tin {number}": 1 for number in range(300)}


async def test_what_is_news_is_left_to_the_next_reading(past: Past) -> None:
    past.archive(50)
    await a_follower(past.store, past.clock)
    await past.poll()
    past.clock.advance(timedelta(minutes=5))
    past.portal.publish(notice("Tin nóng", 900, published_at=past.clock()))
    past.clock.advance(timedelta(minutes=5))
    await past.walk()
    assert "Tin nóng" not in await past.titles()
    assert await past.poll() == 1


async def test_news_that_came_while_a_walk_was_broken_off_is_left_too(past: Past) -> None:
    past.archive(60)
    await a_follower(past.store, past.clock)
    await past.poll()
    await past.walk(most_pages=2)
    past.clock.advance(timedelta(days=1))
    for number in range(25):
        past.portal.publish(notice(f"Mới {number}", 900 + number, published_at=past.clock()))
    past.clock.advance(timedelta(minutes=5))
    assert (await past.walk()).resumed
    assert not any(title.startswith("Mới") for title in await past.titles())
    assert await past.poll() == 25


async def test_a_walk_ends_at_its_day_and_one_that_goes_further_leaves_no_gap(past: Past) -> None:
    past.archive(100)
    walked = await past.walk(since=START - timedelta(days=35))
    assert (walked.ended, walked.items, walked.pages) == (Ended.AT_DATE, 35, 6)
    assert (await past.walk(since=START - timedelta(days=65), most_pages=3)).items == 0
    further = await past.walk(since=START - timedelta(days=65))
    assert (further.ended, further.resumed, further.items) == (Ended.AT_DATE, True, 30)
    wholly = await past.walk()
    assert (wholly.ended, wholly.resumed, wholly.items) == (Ended.AT_END, False, 35)


async def test_a_walk_that_left_out_what_is_wanted_now_begins_anew(past: Past) -> None:
    past.archive(100)
    await past.walk(since=START - timedelta(days=5), most_pages=2)
    walked = await past.walk(since=START - timedelta(days=65))
    assert (walked.resumed, walked.items) == (False, 60)


async def test_a_walk_of_so_many_pages_goes_on_with_the_next_ones(past: Past) -> None:
    past.archive(50)
    first, second, third = [await past.walk(most_pages=2) for _ in range(3)]
    assert [first.ended, second.ended, third.ended] == [Ended.AT_PAGES, Ended.AT_PAGES, Ended.AT_END]
    assert past.portal.pages_read == [0, 1, 2, 3, 4]


async def test_what_is_left_is_told_from_the_day_where_it_is_to_end(past: Past) -> None:
    past.archive(100)
    await past.walk(since=START - timedelta(days=60))
    assert past.steps[0].left is not None
    assert 4 <= past.steps[0].left <= 7
    assert past.steps[-1].left == 0


async def test_a_pager_that_goes_round_is_left(past: Past) -> None:
    class Round(Newsstand):
        async def read_page(self, source: Source, memory: Memory, url: str) -> Reading:
            number = int(url.rpartition("=")[2])
            reading = await Newsstand.read_page(self, source, memory, f"?page={min(number, 4)}")
            return Reading(kind="page", items=reading.items, next_page=f"https://portal.example/tin?page={number + 1}")

    past.portal = Round(page_size=10)
    past.archive(50)
    walked = await past.walk()
    assert (walked.ended, walked.items, walked.pages) == (Ended.CIRCLE, 50, 5)


async def test_a_portal_that_stumbles_is_asked_again_with_pauses(past: Past) -> None:
    past.archive(20)
    past.portal.break_down()
    walked = await past.walk()
    assert (walked.ended, walked.pages) == (Ended.TROUBLE, 0)
    assert walked.trouble is not None
    assert walked.trouble.status == 500
    assert past.rests == sorted(past.rests)
    assert len(past.rests) == 3
    past.portal.heal()
    assert (await past.walk()).items == 20


async def test_a_last_link_to_an_empty_page_is_the_end(past: Past) -> None:
    class Endless(Newsstand):
        async def read_page(self, source: Source, memory: Memory, url: str) -> Reading:
            reading = await Newsstand.read_page(self, source, memory, url)
            if not reading.items:
                return Reading(trouble=Trouble(kind=TroubleKind.EMPTY, why="no list"))
            number = int(url.rpartition("=")[2])
            return Reading(kind="page", items=reading.items, next_page=f"https://portal.example/tin?page={number + 1}")

    past.portal = Endless(page_size=10)
    past.archive(30)
    assert (await past.walk()).ended is Ended.AT_END
    assert (await past.walk()).resumed is False


async def test_what_the_store_has_already_is_not_stored_again(past: Past) -> None:
    past.archive(30)
    await a_baseline(past.store, past.clock, "tdkt", *past.portal.listed[:15])
    walked = await past.walk()
    assert walked.items == 15
    assert sum((await past.titles()).values()) == 30
