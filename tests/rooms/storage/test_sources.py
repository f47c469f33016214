"""What is remembered of sources, and that a renamed one loses nobody."""

from datetime import timedelta

from bot.model import Followed, Memory, Priority
from storage.store import Store
from tests.builders import a_baseline, a_chat, a_follower, a_source, an_item, claim, publish
from tests.fakes import HandClock


async def test_a_source_never_heard_of_has_an_empty_memory(store: Store) -> None:
    assert await store.sources.memory("tdkt") == Memory(source_id="tdkt")


async def test_ensuring_again_keeps_what_is_remembered(store: Store, clock: HandClock) -> None:
    await store.sources.ensure([a_source()])
    await a_baseline(store, clock, "tdkt", an_item(1))
    before = await store.sources.memory("tdkt")
    assert await store.sources.ensure([a_source(title="Tin mới")]) == ()
    assert await store.sources.memory("tdkt") == before


async def test_sources_are_due_by_their_time_and_not_while_paused(store: Store, clock: HandClock) -> None:
    ids = ("a", "b", "c", "d")
    await store.sources.ensure([a_source(source_id) for source_id in ids])
    for source_id, minutes in (("a", 0), ("b", -5), ("c", 5)):
        async with store.poll(source_id, clock()) as tx:
            await tx.schedule(clock() + timedelta(minutes=minutes))
    await store.sources.pause("a")
    assert await store.sources.due(clock(), most=9) == ("d", "b")
    await store.sources.resume("a")
    await store.sources.ensure([a_source(source_id) for source_id in ids[:3]])
    assert await store.sources.due(clock(), most=9) == ("b", "a")
    assert await store.sources.due(clock(), most=1) == ("b",)


async def test_a_followed_source_that_is_configured_no_more_is_named(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await a_follower(store, clock)
    await a_follower(store, clock, 2, source_id="*")
    assert await store.sources.ensure([a_source("cchc")]) == ("tdkt",)


async def test_a_renamed_source_keeps_items_keys_followers_watches_and_what_it_owes(
    store: Store, clock: HandClock
) -> None:
    await a_baseline(store, clock)
    chat = await a_follower(store, clock)
    await store.watches.add(chat.id, 0, "bão", ("cchc", "tdkt"), clock())
    await publish(store, clock, an_item(1))
    assert await store.sources.ensure([a_source("tin-tuc", was="tdkt")]) == ()
    assert [memory.source_id for memory in await store.sources.memories()] == ["tin-tuc"]
    assert None not in await store.items.recognise("tin-tuc", [an_item(1)])
    assert [follow.source_id for follow in await store.chats.follows(chat.id)] == ["tin-tuc"]
    assert [watch.sources for watch in await store.watches.all()] == [("cchc", "tin-tuc")]
    (note,) = await claim(store, clock)
    assert (note.wanted, note.reason) == (True, Followed(source_id="tin-tuc"))
    assert len(await store.items.newest(5, ("tin-tuc",))) == 1
    assert (await store.search.search("nguon:tin-tuc thi đua", now=clock())).total == 1


async def test_a_source_renamed_after_it_was_read_under_its_new_name_becomes_one(
    store: Store, clock: HandClock
) -> None:
    await a_baseline(store, clock, "tdkt", an_item(1))
    chat = await a_follower(store, clock)
    await a_baseline(store, clock, "tin-tuc", an_item(1, source_id="tin-tuc"), an_item(2, source_id="tin-tuc"))
    for _ in range(2):
        assert await store.sources.ensure([a_source("tin-tuc", was="tdkt")]) == ()
    assert [memory.source_id for memory in await store.sources.memories()] == ["tin-tuc"]
    assert [follow.source_id for follow in await store.chats.follows(chat.id)] == ["tin-tuc"]
    kept, owed = await publish(store, clock, an_item(1, source_id="tin-tuc"), an_item(3, source_id="tin-tuc"))
    assert ([stored.item.guid for stored in kept.new], owed) == (["news_3"], 1)
    assert await store.check() == "ok"


async def test_an_archive_becomes_a_source_once_it_is_configured(store: Store, clock: HandClock) -> None:
    await store.sources.make_archive("cu")
    await store.sources.make_archive("cu")
    assert await store.items.add_archive("cu", [an_item(1, source_id="cu")], clock(), "import") == 1
    await store.sources.ensure([a_source("cu")])
    memory = await store.sources.memory("cu")
    assert (memory.kind, memory.baseline_at) == ("", None)


async def test_what_is_added_to_the_archive_is_known_found_and_owed_to_nobody(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await a_follower(store, clock)
    items = [an_item(1), an_item(2), an_item(1)]
    assert await store.items.add_archive("tdkt", items, clock(), "backfill") == 2
    assert await store.items.add_archive("tdkt", items, clock(), "backfill") == 0
    assert await claim(store, clock) == ()
    assert (await store.search.search("thi đua", now=clock())).total == 2
    assert (await publish(store, clock, an_item(2)))[1] == 0


async def test_the_newest_are_those_published_last(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await a_baseline(store, clock, "cchc")
    await publish(store, clock, an_item(1), an_item(2, published_at=None))
    clock.advance(timedelta(hours=1))
    await publish(store, clock, an_item(3, source_id="cchc", published_at=clock() + timedelta(days=9)))
    await publish(store, clock, an_item(4, published_at=clock() - timedelta(days=400)))
    await publish(store, clock, an_item(5, doubt="foreign_host"))
    guids = [stored.item.guid for stored in await store.items.newest(10)]
    assert guids == ["news_3", "news_2", "news_1", "news_4"]
    assert [stored.item.guid for stored in await store.items.newest(2, offset=1)] == guids[1:3]
    assert [stored.item.guid for stored in await store.items.newest(10, ("cchc",))] == ["news_3"]


async def test_items_come_out_as_they_went_in(store: Store, clock: HandClock) -> None:
    item = an_item(1, summary="Sáng 14/3", author="Lê Hoa", body="Toàn văn", date_only=True, image_caption="Ảnh")
    await store.sources.make_archive("tdkt")
    await store.items.add_archive("tdkt", [item], clock(), "import")
    (stored,) = [each async for each in store.items.export()]
    assert (stored.item, stored.revision, stored.first_seen_at) == (item, 1, clock())
    assert await store.items.get(stored.id) == stored
    assert await store.items.get(999) is None


async def test_an_export_of_many_pages_leaves_nothing_out(store: Store, clock: HandClock) -> None:
    await store.sources.make_archive("tdkt")
    await store.items.add_archive("tdkt", [an_item(number) for number in range(1, 1202)], clock(), "import")
    assert len({stored.id async for stored in store.items.export()}) == 1201


async def test_a_follower_of_a_source_is_owed_when_it_is_urgent_first(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await a_chat(store, clock)
    await a_follower(store, clock)
    await publish(store, clock, an_item(1), priority=Priority.URGENT)
    assert [note.priority for note in await claim(store, clock)] == [Priority.URGENT]
