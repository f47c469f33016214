"""Many sources in one store: what is due of whom, what is written together, who is orphaned, who has moved."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.model import ChatKind, Trouble, TroubleKind, Validators
from storage.archive import Arrival
from storage.store import Store
from tests.builders import a_baseline, a_follower, a_reading, a_source, an_item, publish
from tests.fakes import HandClock


async def test_sources_of_busy_hosts_are_passed_over_so_that_others_have_their_turn(
    store: Store, clock: HandClock
) -> None:
    many = [a_source(f"a{number:02}", url=f"https://slow.example/{number}") for number in range(20)]
    await store.sources.ensure([*many, a_source("b", url="https://quick.example:8080/rss")])
    assert await store.sources.due(clock(), most=5, busy={"slow.example"}) == ("b",)
    assert "b" not in await store.sources.due(clock(), most=50, busy={"quick.example:8080"})


async def test_readings_that_found_nothing_are_committed_together_and_all_of_them(
    store: Store, clock: HandClock
) -> None:
    ids = [f"s{number}" for number in range(60)]
    await store.sources.ensure([a_source(source_id) for source_id in ids])
    later = clock() + timedelta(hours=1)
    await asyncio.gather(*(store.sources.unchanged(source_id, clock(), later) for source_id in ids))
    memories = await store.sources.memories()
    assert {memory.next_poll_at for memory in memories} == {later}
    assert {memory.last_success_at for memory in memories} == {clock()}


async def test_who_is_cancelled_while_writing_takes_nobody_elses_note_along(store: Store, clock: HandClock) -> None:
    ids = [f"s{number}" for number in range(20)]
    await store.sources.ensure([a_source(source_id) for source_id in ids])
    later = clock() + timedelta(hours=1)
    notes = [asyncio.create_task(store.sources.unchanged(source_id, clock(), later)) for source_id in ids]
    await asyncio.sleep(0)
    notes[0].cancel()
    done = await asyncio.gather(*notes, return_exceptions=True)
    assert [outcome for outcome in done[1:] if outcome is not None] == []
    assert [(await store.sources.memory(source_id)).next_poll_at for source_id in ids[1:]] == [later] * 19


async def test_an_orphan_is_named_with_its_followers(store: Store, clock: HandClock) -> None:
    await store.sources.ensure([a_source("cu")])
    await a_follower(store, clock, 1, source_id="cu")
    group = await store.chats.meet(-1001, ChatKind.SUPERGROUP, "Nhóm xã", "vi", clock())
    await store.chats.follow(group.id, 0, "cu", clock())
    await store.chats.follow(group.id, 7, "cu", clock())
    assert await store.sources.orphans(["cu"]) == ()
    await store.sources.ensure([a_source("moi")])
    (orphan,) = await store.sources.orphans(["moi"])
    assert (orphan.source_id, len(orphan.followers)) == ("cu", 2)
    assert "Nhóm xã" in [follower.title for follower in orphan.followers]


async def test_another_address_is_read_afresh_at_once_and_its_first_reading_ends_that(
    store: Store, clock: HandClock
) -> None:
    source = a_source()
    await store.sources.ensure([source])
    async with store.poll("tdkt", clock()) as tx:
        reading = replace(a_reading(an_item(1)), validators=Validators(etag='"1"'), feed_url="https://old.example/rss")
        await tx.keep(reading, (an_item(1),), baseline=True)
        await tx.schedule(clock() + timedelta(hours=1))
    await store.sources.ensure([source])
    assert not (await store.sources.memory("tdkt")).changed
    await store.sources.ensure([replace(source, url="https://new.example/tin")])
    memory = await store.sources.memory("tdkt")
    assert (memory.changed, memory.validators, memory.feed_url, memory.kind) == (True, Validators(), "", "")
    assert await store.sources.due(clock(), most=1) == ("tdkt",)
    kept, _ = await publish(store, clock, an_item(1, title="Tin số 1, viết khác đi"))
    assert kept.corrected == (), "other words at another address are no correction"
    assert not (await store.sources.memory("tdkt")).changed


async def test_a_source_that_was_never_read_has_nothing_to_lose_by_another_address(store: Store) -> None:
    await store.sources.ensure([a_source()])
    await store.sources.ensure([a_source(url="https://new.example/tin")])
    assert not (await store.sources.memory("tdkt")).changed


async def test_what_operators_do_not_know_is_found_and_what_they_know_is_not(store: Store, clock: HandClock) -> None:
    await store.sources.ensure([a_source()])
    for _ in range(3):
        async with store.poll("tdkt", clock()) as tx:
            await tx.trouble(Trouble(kind=TroubleKind.TIMEOUT, why="no answer"), clock())
    assert [memory.source_id for memory in await store.sources.untold(3)] == ["tdkt"]
    assert await store.sources.untold(4) == ()
    await store.sources.told("tdkt")
    assert await store.sources.untold(3) == ()
    await a_baseline(store, clock)
    assert [memory.trouble for memory in await store.sources.untold(3)] == [None]
    await store.sources.told_end("tdkt")
    assert await store.sources.untold(3) == ()


async def test_an_archive_comes_back_as_old_as_it_was_and_in_its_order(store: Store, clock: HandClock) -> None:
    await store.sources.make_archive("cu")
    seen = clock() - timedelta(days=900)
    undated = [an_item(number, source_id="cu", published_at=None) for number in range(4)]
    arrivals = [Arrival(item=item, seen_at=seen) for item in undated]
    held = Arrival(item=an_item(9, source_id="cu", doubt="foreign_host"), seen_at=seen)
    assert await store.items.bring([*arrivals, held], clock()) == 5
    assert await store.items.bring([*arrivals, held], clock()) == 0
    stored = [each async for each in store.items.export()]
    assert {each.first_seen_at for each in stored} == {seen}
    assert [each.item.guid for each in stored if not each.held] == [item.guid for item in undated]
    assert [each.item.guid for each in await store.items.held()] == ["news_9"]


async def test_items_of_one_second_come_back_in_their_order(store: Store, clock: HandClock, tmp_path: Path) -> None:
    await a_baseline(store, clock)
    await publish(store, clock, an_item(1, published_at=None))
    await publish(store, clock, an_item(2, published_at=clock()))
    await publish(store, clock, an_item(3, published_at=None), an_item(4, published_at=None))
    await store.absences.withdraw(2, clock())
    exported = [each async for each in store.items.export()]
    again = await Store.open(f"sqlite:///{tmp_path}/again.db")
    try:
        await again.sources.make_archive("tdkt")
        brought = [
            Arrival(item=each.item, seen_at=each.first_seen_at, withdrawn_at=each.withdrawn_at) for each in exported
        ]
        await again.items.bring(brought, clock() + timedelta(days=1))
        assert [each async for each in again.items.export()] == [replace(each, revision=1) for each in exported]
        pages = [await each.search.search("thi đua", now=clock()) for each in (store, again)]
        assert [found.stored.item.guid for found in pages[0].results] == ["news_3", "news_4", "news_2", "news_1"]
        assert [found.stored.item.guid for found in pages[1].results] == ["news_3", "news_4", "news_2", "news_1"]
        newest = [[each.item.guid for each in await one.items.newest(9)] for one in (store, again)]
        assert newest[0] == newest[1] == ["news_3", "news_4", "news_1"]
    finally:
        await again.close()


async def test_nothing_was_seen_later_than_now(store: Store, clock: HandClock) -> None:
    await store.sources.make_archive("cu")
    later = Arrival(item=an_item(1, source_id="cu", published_at=None), seen_at=clock() + timedelta(days=900))
    await store.items.bring([later], clock())
    assert [each.first_seen_at async for each in store.items.export()] == [clock()]


async def test_a_hub_that_a_reading_names_is_asked_and_one_that_it_names_no_more_is_forgotten(
    store: Store, clock: HandClock
) -> None:
    await store.sources.ensure([a_source()])
    for hub in ("https://hub.example/", "https://hub.example/", "https://other.example/"):
        async with store.poll("tdkt", clock()) as tx:
            await tx.keep(
                replace(a_reading(an_item(1)), hub=hub, topic="https://portal.example/rss"), (), baseline=False
            )
        (asked,) = await store.hubs.to_ask(clock())
        assert asked.hub == hub
        await store.hubs.agreed("tdkt", clock() + timedelta(days=1), clock() + timedelta(hours=20))
        assert await store.hubs.to_ask(clock()) == ()
        if hub != "https://other.example/":
            async with store.poll("tdkt", clock()) as tx:
                await tx.keep(
                    replace(a_reading(an_item(1)), hub=hub, topic="https://portal.example/rss"), (), baseline=False
                )
            assert await store.hubs.to_ask(clock()) == ()
            await store.hubs.ask_again("tdkt", clock())
    async with store.poll("tdkt", clock()) as tx:
        await tx.keep(a_reading(an_item(1)), (), baseline=False)
    assert await store.hubs.of("tdkt") is None
