"""The way in: what is new is kept and owed in one step; what was there before, or is broken, owes nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.jobs.poll import poll
from bot.jobs.stories import StoryBook
from bot.jobs.watching import WatchBook
from bot.model import EVERY_SOURCE, Chat, ChatKind, ClaimedNote, Followed, Item, PollReport, Source, Watched
from storage.store import Store
from tests.fakes import HandClock, Newsstand, notice

TDKT = Source(id="tdkt", title="Tin tức - Sự kiện", url="https://portal.example/rss")


@dataclass(slots=True)
class Desk:
    """A store, a portal and a clock, with the verbs of these stories."""

    store: Store
    clock: HandClock = field(default_factory=HandClock)
    portal: Newsstand = field(default_factory=Newsstand)
    watches: WatchBook = field(init=False)
    stories: StoryBook = field(init=False)

    def __post_init__(self) -> None:
        self.watches = WatchBook(self.clock, "Asia/Ho_Chi_Minh")
        self.stories = StoryBook(self.clock)

    async def poll(self, source: Source = TDKT) -> PollReport:
        self.clock.advance(timedelta(minutes=5))
        return await poll(
            source,
            reader=self.portal,
            store=self.store,
            watches=self.watches,
            stories=self.stories,
            clock=self.clock,
            chance=lambda: 0.5,
        )

    async def chat(self, number: int) -> Chat:
        return await self.store.chats.meet(number, ChatKind.PRIVATE, f"Người {number}", "vi", self.clock())

    async def follower(self, number: int, source_id: str = "tdkt") -> Chat:
        chat = await self.chat(number)
        await self.store.chats.follow(chat.id, 0, source_id, self.clock())
        return chat

    async def owed(self) -> tuple[ClaimedNote, ...]:
        now = self.clock()
        return await self.store.outbox.claim(now, now + timedelta(minutes=1), "boot", 1000, ())

    async def titles(self) -> list[str]:
        stored = {item.id: item.item.title for item in await self.store.items.newest(1000)}
        return sorted(stored[note.item_id] for note in await self.owed())


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = await Store.open(f"sqlite:///{tmp_path}/loa.db")
    await store.sources.ensure([TDKT])
    yield Desk(store)
    await store.close()


def news(*numbers: int) -> tuple[Item, ...]:
    return tuple(notice(f"Tin số {number} về phong trào thi đua", number) for number in numbers)


async def test_the_first_good_reading_is_the_baseline_and_owes_nothing(desk: Desk) -> None:
    await desk.follower(1)
    desk.portal.publish(*news(*range(100, 115)))
    report = await desk.poll()
    assert report.baseline
    assert len(report.new) == 15
    assert await desk.owed() == ()


async def test_the_baseline_is_five_pages_deep_and_no_deeper(desk: Desk) -> None:
    desk.portal.page_size = 10
    desk.portal.publish(*news(*range(100, 180)))
    report = await desk.poll()
    assert len(report.new) == 50
    assert desk.portal.pages_read == [0, 1, 2, 3, 4]


async def test_a_new_item_is_owed_once_to_each_follower_however_often_it_is_read(desk: Desk) -> None:
    desk.portal.publish(*news(100))
    await desk.poll()
    await desk.follower(1)
    await desk.follower(2, EVERY_SOURCE)
    desk.portal.publish(*news(101))
    assert (await desk.poll()).owed == 2
    assert (await desk.poll()).owed == 0
    assert len(await desk.owed()) == 2


async def test_a_chat_that_follows_the_source_and_all_sources_is_owed_an_item_once(desk: Desk) -> None:
    await desk.poll()
    chat = await desk.follower(1)
    await desk.store.chats.follow(chat.id, 0, EVERY_SOURCE, desk.clock())
    desk.portal.publish(*news(101))
    assert (await desk.poll()).owed == 1


async def test_backdated_items_are_news(desk: Desk) -> None:
    desk.portal.publish(*news(100, 101))
    await desk.poll()
    await desk.follower(1)
    old = notice("Tin được đăng muộn", 90, published_at=desk.clock() - timedelta(days=40))
    desk.portal.listed.insert(1, old)
    await desk.poll()
    assert await desk.titles() == ["Tin được đăng muộn"]


async def test_news_beyond_the_first_page_is_found(desk: Desk) -> None:
    desk.portal.page_size = 10
    desk.portal.publish(*news(*range(100, 130)))
    await desk.poll()
    await desk.follower(1)
    desk.portal.publish(*news(*range(200, 225)))
    await desk.poll()
    assert len(await desk.owed()) == 25


async def test_what_comes_up_from_below_a_withdrawn_item_is_stored_but_not_owed(desk: Desk) -> None:
    for day, item in enumerate(news(100, 101, 102, 103)):
        at = desk.clock() - timedelta(days=9 - day)
        desk.portal.publish(notice(item.title, 100 + day, published_at=at))
    below = desk.portal.listed.pop()
    await desk.poll()
    await desk.follower(1)
    desk.portal.withdraw(desk.portal.listed[1].title)
    desk.portal.listed.append(below)
    report = await desk.poll()
    assert len(report.new) == 1
    assert await desk.owed() == ()


async def test_trouble_is_written_down_and_changes_nothing_that_is_stored(desk: Desk) -> None:
    desk.portal.publish(*news(100))
    await desk.poll()
    desk.portal.break_down()
    report = await desk.poll()
    memory = await desk.store.sources.memory("tdkt")
    assert report.trouble == memory.trouble == desk.portal.trouble
    assert memory.failures == 1
    assert memory.next_poll_at is not None
    assert memory.next_poll_at > desk.clock()
    assert len(await desk.store.items.newest(10)) == 1


async def test_after_trouble_the_news_of_the_meantime_arrives_and_recovery_is_reported(desk: Desk) -> None:
    desk.portal.publish(*news(100))
    await desk.poll()
    await desk.follower(1)
    desk.portal.break_down()
    await desk.poll()
    desk.portal.publish(*news(101))
    desk.portal.heal()
    report = await desk.poll()
    assert report.recovered
    assert (await desk.store.sources.memory("tdkt")).trouble is None
    assert len(await desk.owed()) == 1


async def test_trouble_at_the_first_reading_is_no_baseline(desk: Desk) -> None:
    await desk.follower(1)
    desk.portal.break_down()
    await desk.poll()
    desk.portal.publish(*news(100))
    desk.portal.heal()
    assert (await desk.poll()).baseline
    assert await desk.owed() == ()


async def test_a_well_formed_feed_without_items_is_a_baseline(desk: Desk) -> None:
    await desk.follower(1)
    assert (await desk.poll()).baseline
    desk.portal.publish(*news(100))
    await desk.poll()
    assert len(await desk.owed()) == 1


async def test_a_watch_brings_what_it_matches_and_says_its_query(desk: Desk) -> None:
    await desk.poll()
    chat = await desk.chat(1)
    desk.watches.add(await desk.store.watches.add(chat.id, 0, "bao so 3", (), desk.clock()))
    desk.portal.publish(notice("Chủ động ứng phó bão số 3", 100), notice("Báo cáo quý", 101))
    await desk.poll()
    (note,) = await desk.owed()
    assert note.reason == Watched(query="bao so 3")


async def test_three_watches_and_a_follow_owe_one_note(desk: Desk) -> None:
    await desk.poll()
    chat = await desk.follower(1)
    for query in ("bão", "ứng phó", '"bão số 3"'):
        desk.watches.add(await desk.store.watches.add(chat.id, 0, query, (), desk.clock()))
    desk.portal.publish(notice("Chủ động ứng phó bão số 3", 100))
    await desk.poll()
    (note,) = await desk.owed()
    assert note.reason == Followed(source_id="tdkt")
    assert {each.query for each in note.further if isinstance(each, Watched)} == {"bão", "ứng phó", '"bão số 3"'}


async def test_an_item_whose_link_leads_elsewhere_is_held_and_owes_nothing(desk: Desk) -> None:
    await desk.poll()
    await desk.follower(1)
    desk.portal.publish(notice("Khuyến mãi lớn", 100, url="https://casino.example/x", doubt="foreign_host"))
    report = await desk.poll()
    assert len(report.held) == 1
    assert await desk.owed() == ()
    assert [stored.held for stored in await desk.store.items.held()] == ["foreign_host"]


async def test_the_lead_of_an_article_is_stored_with_the_item(desk: Desk) -> None:
    await desk.poll()
    desk.portal.leads["Tin số 100 về phong trào thi đua"] = "Sáng nay, hội nghị đã khai mạc."
    desk.portal.publish(*news(100))
    await desk.poll()
    (stored,) = await desk.store.items.newest(1)
    assert stored.item.summary == "Sáng nay, hội nghị đã khai mạc."


async def test_a_corrected_title_raises_the_revision_and_owes_no_second_push(desk: Desk) -> None:
    await desk.poll()
    await desk.follower(1)
    (item,) = news(100)
    desk.portal.publish(item)
    await desk.poll()
    before = await desk.owed()
    desk.portal.replace(item.title, replace(item, title="Tin số 100 (đã đính chính)"))
    report = await desk.poll()
    (stored,) = await desk.store.items.newest(1)
    assert (len(report.corrected), report.owed, stored.revision) == (1, 0, 2)
    assert len(before) == 1


async def test_a_crash_in_the_middle_keeps_neither_the_item_nor_its_notes(desk: Desk) -> None:
    await desk.poll()
    await desk.follower(1)
    desk.portal.publish(*news(100))
    with pytest.raises(ZeroDivisionError):
        await poll(
            TDKT,
            reader=desk.portal,
            store=desk.store,
            watches=desk.watches,
            stories=desk.stories,
            clock=desk.clock,
            chance=lambda: 1 / 0,
        )
    assert await desk.store.items.newest(10) == ()
    await desk.poll()
    assert len(await desk.owed()) == 1
