"""The way in: what a reading changes, and what it owes, in one transaction."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import (
    EVERY_SOURCE,
    Followed,
    Match,
    Priority,
    Trouble,
    TroubleKind,
    Validators,
    Watched,
)
from storage.store import Store
from tests.builders import (
    a_baseline,
    a_chat,
    a_follower,
    a_reading,
    a_source,
    an_item,
    claim,
    publish,
    send,
)
from tests.fakes import HandClock


async def test_an_item_and_what_it_owes_are_committed_together(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await a_follower(store, clock)
    kept, owed = await publish(store, clock, an_item(1))
    assert owed == 1
    assert await store.items.many([kept.new[0].id]) == kept.new
    assert [note.item_id for note in await claim(store, clock)] == [kept.new[0].id]


async def test_a_failure_after_owing_takes_the_item_back_too(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await a_follower(store, clock)

    async def stumble() -> None:
        async with store.poll("tdkt", clock()) as tx:
            kept = await tx.keep(a_reading(an_item(1)), [an_item(1)], baseline=False)
            assert await tx.owe_followers(kept.new, Priority.NORMAL) == 1
            raise LookupError

    with pytest.raises(LookupError):
        await stumble()
    assert await store.items.count() == 0
    assert (await store.search.search("thi đua", now=clock())).total == 0
    assert await claim(store, clock) == ()
    assert (await publish(store, clock, an_item(1)))[1] == 1


async def test_wherever_a_poll_is_cancelled_it_is_whole_or_nothing(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await a_follower(store, clock)
    for number in range(1, 40):
        task = asyncio.create_task(publish(store, clock, an_item(number)))
        for _ in range(number * 12):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    owed = {note.item_id for note in await claim(store, clock)}
    assert owed == {stored.id for stored in await store.items.newest(1000)}
    assert (await store.search.search("thi đua", now=clock())).total == len(owed)
    assert await store.check() == "ok"


async def test_the_first_good_reading_owes_nothing_whatever_the_caller_says(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock)
    kept, owed = await publish(store, clock, an_item(1), an_item(2))
    assert (len(kept.new), owed) == (2, 0)
    memory = await store.sources.memory("tdkt")
    assert memory.baseline_at == clock()
    assert memory.hosts == ("portal.example",)
    assert (await publish(store, clock, an_item(3)))[1] == 1


async def test_a_feed_without_items_is_a_baseline(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    assert (await store.sources.memory("tdkt")).baseline_at is not None


async def test_a_trouble_is_no_baseline(store: Store, clock: HandClock) -> None:
    trouble = Trouble(kind=TroubleKind.HTTP, why="HTTP 503", status=503, retry_after=timedelta(minutes=2))
    for _ in range(2):
        async with store.poll("tdkt", clock()) as tx:
            await tx.trouble(trouble, clock() + timedelta(minutes=10))
        clock.advance(timedelta(minutes=1))
    memory = await store.sources.memory("tdkt")
    assert (memory.baseline_at, memory.failures, memory.trouble) == (None, 2, trouble)
    assert memory.trouble_since == clock() - timedelta(minutes=2)
    assert memory.next_poll_at == clock() + timedelta(minutes=9)


async def test_a_good_reading_ends_the_trouble(store: Store, clock: HandClock) -> None:
    async with store.poll("tdkt", clock()) as tx:
        await tx.trouble(Trouble(kind=TroubleKind.HTTP, why="HTTP 503"), clock())
    await store.sources.told("tdkt")
    assert (await store.sources.memory("tdkt")).trouble_told
    await a_baseline(store, clock)
    memory = await store.sources.memory("tdkt")
    assert (memory.failures, memory.trouble, memory.trouble_since) == (0, None, None)
    assert memory.trouble_told, "until they know that it is over"


async def test_what_is_known_is_decided_by_keys_never_by_dates(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock, "tdkt", an_item(1))
    await a_follower(store, clock)
    backdated = an_item(2, published_at=clock() - timedelta(days=400))
    moved = an_item(1, published_at=clock() + timedelta(hours=1))
    kept, owed = await publish(store, clock, moved, backdated)
    assert [stored.item.guid for stored in kept.new] == ["news_2"]
    assert owed == 1


async def test_nobody_is_owed_an_item_twice(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    chat = await a_follower(store, clock)
    await store.chats.follow(chat.id, 0, EVERY_SOURCE, clock())
    item = an_item(1)
    async with store.poll("tdkt", clock()) as tx:
        kept = await tx.keep(a_reading(item, item), [item, item], baseline=False)
        assert len(kept.new) == 1
        assert await tx.owe_followers(kept.new, Priority.NORMAL) == 1
        assert await tx.owe_followers(kept.new, Priority.NORMAL) == 0
        match = Match(chat_id=chat.id, thread=0, item_id=kept.new[0].id, reason=Watched(query="thi đua"))
        assert await tx.owe([match, match], Priority.NORMAL) == 0
    assert len(await claim(store, clock)) == 1


async def test_each_topic_of_a_chat_is_owed_for_itself(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    chat = await a_follower(store, clock)
    await store.chats.follow(chat.id, 7, "tdkt", clock())
    assert (await publish(store, clock, an_item(1)))[1] == 2
    assert {note.address.thread for note in await claim(store, clock)} == {0, 7}


async def test_a_follower_is_owed_only_what_came_after(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    kept, _ = await publish(store, clock, an_item(1))
    clock.advance(timedelta(seconds=1))
    await a_follower(store, clock)
    async with store.poll("tdkt", clock()) as tx:
        await tx.keep(a_reading(an_item(1)), [], baseline=False)
        assert await tx.owe_followers(kept.new, Priority.NORMAL) == 0


async def test_a_paused_chat_is_owed_nothing(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    chat = await a_follower(store, clock)
    await store.chats.pause(chat.id, "blocked", clock())
    async with store.poll("tdkt", clock()) as tx:
        kept = await tx.keep(a_reading(an_item(1)), [an_item(1)], baseline=False)
        match = Match(chat_id=chat.id, thread=0, item_id=kept.new[0].id, reason=Watched(query="x"))
        assert await tx.owe_followers(kept.new, Priority.NORMAL) == 0
        assert await tx.owe([match], Priority.NORMAL) == 0


async def test_a_note_only_ever_moves_earlier(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    chat = await a_follower(store, clock)
    kept, _ = await publish(store, clock, an_item(1))
    (note,) = await claim(store, clock)
    await store.outbox.defer([note.id], clock() + timedelta(hours=8))
    match = Match(chat_id=chat.id, thread=0, item_id=kept.new[0].id, reason=Watched(query="x"))
    for _ in range(2):
        clock.advance(timedelta(hours=1))
        async with store.poll("tdkt", clock()) as tx:
            assert await tx.owe([match], Priority.URGENT) == 0
    (note,) = await claim(store, clock)
    assert (note.due_at, note.priority) == (clock() - timedelta(hours=1), Priority.URGENT)


async def test_a_second_reason_keeps_a_note_when_the_first_ends(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    chat = await a_follower(store, clock)
    watch = await store.watches.add(chat.id, 0, "thi đua", (), clock())
    async with store.poll("tdkt", clock()) as tx:
        kept = await tx.keep(a_reading(an_item(1)), [an_item(1)], baseline=False)
        await tx.owe_followers(kept.new, Priority.NORMAL)
        reason = Watched(query="thi đua")
        await tx.owe([Match(chat_id=chat.id, thread=0, item_id=kept.new[0].id, reason=reason)], Priority.NORMAL)
    await store.chats.unfollow(chat.id, 0, "tdkt", clock())
    (note,) = await claim(store, clock)
    assert (note.wanted, note.reason) == (True, Watched(query="thi đua"))
    assert await store.watches.end(chat.id, watch.id, clock())
    assert await send(store, clock, note) == ()


async def test_of_many_items_the_oldest_goes_first(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await a_follower(store, clock)
    at = clock()
    newest_first = [an_item(number, published_at=at - timedelta(hours=number)) for number in (1, 2, 3)]
    await publish(store, clock, *newest_first, an_item(4, published_at=at - timedelta(hours=3)))
    stored = {each.id: each.item.guid for each in await store.items.newest(10)}
    assert [stored[note.item_id] for note in await claim(store, clock)] == ["news_4", "news_3", "news_2", "news_1"]


async def test_new_keys_of_a_known_item_are_learnt(store: Store, clock: HandClock) -> None:
    item = an_item(1)
    await a_baseline(store, clock, "tdkt", an_item(1, guid=None))
    await publish(store, clock, item)
    moved = an_item(1, url="https://portal.example/moi/bai-viet-khac-han-988.html")
    assert (await publish(store, clock, moved))[0].new == ()
    (stored,) = await store.items.newest(10)
    assert {"guid:news_1", *moved.keys} <= set(stored.item.keys)


async def test_keys_that_name_two_items_change_neither_ones_identity(store: Store, clock: HandClock) -> None:
    first, second = an_item(1), an_item(2)
    await a_baseline(store, clock, "tdkt", first, second)
    both = replace(first, keys=(first.keys[0], *second.keys[1:]))
    assert (await publish(store, clock, both))[0].new == ()
    ids = await store.items.recognise("tdkt", [first, second])
    assert None not in ids
    assert len(set(ids)) == 2


async def test_a_lookalike_with_its_own_guid_in_one_list_is_news(store: Store, clock: HandClock) -> None:
    first = an_item(1, title="Thông báo lịch tiếp công dân", summary="Phòng tiếp công dân, tầng một")
    second = an_item(2, title=first.title, summary=first.summary)
    assert set(first.keys) & set(second.keys)
    await a_baseline(store, clock, "tdkt", first)
    kept, _ = await publish(store, clock, second, first)
    assert [each.item.guid for each in kept.new] == ["news_2"]


async def test_a_republished_item_is_known_as_a_duplicate(store: Store, clock: HandClock) -> None:
    first = an_item(1, title="Thông báo lịch tiếp công dân", summary="Phòng tiếp công dân, tầng một")
    second = an_item(2, title=first.title, summary=first.summary)
    await a_baseline(store, clock, "tdkt", first)
    kept, _ = await publish(store, clock, second)
    assert kept.new == ()
    assert await store.items.recognise("tdkt", [an_item(2)]) == ((await store.items.newest(1))[0].id,)


async def test_the_listed_ids_follow_the_document(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock, "tdkt", an_item(1))
    await publish(store, clock, an_item(3), an_item(2), an_item(1), an_item(3))
    listed = (await store.sources.memory("tdkt")).listed
    guids = {each.id: each.item.guid for each in await store.items.many(listed)}
    assert [guids[item_id] for item_id in listed] == ["news_3", "news_2", "news_1"]


async def test_an_unchanged_feed_is_a_success_that_keeps_what_was_known(store: Store, clock: HandClock) -> None:
    validators = Validators(etag='"a"', last_modified="Sat, 14 Mar 2026 02:00:00 GMT")
    async with store.poll("tdkt", clock()) as tx:
        await tx.keep(a_reading(an_item(1), validators=validators), [an_item(1)], baseline=True)
    before = await store.sources.memory("tdkt")
    clock.advance(timedelta(minutes=5))
    async with store.poll("tdkt", clock()) as tx:
        await tx.keep(a_reading(not_modified=True), [], baseline=False)
        await tx.schedule(clock() + timedelta(minutes=5))
    after = await store.sources.memory("tdkt")
    assert (after.validators, after.listed, after.hosts) == (validators, before.listed, ("portal.example",))
    assert after.last_success_at == clock()
    assert after.next_poll_at == clock() + timedelta(minutes=5)


async def test_a_feed_that_drops_its_validators_is_fetched_whole_again(store: Store, clock: HandClock) -> None:
    async with store.poll("tdkt", clock()) as tx:
        await tx.keep(a_reading(validators=Validators(etag='"a"')), [], baseline=True)
    await publish(store, clock, an_item(1))
    assert (await store.sources.memory("tdkt")).validators == Validators()


async def test_one_item_of_two_sources_is_owed_for_the_first_that_wants_it(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    chat = await a_follower(store, clock, source_id=EVERY_SOURCE)
    kept, _ = await publish(store, clock, an_item(1))
    (note,) = await claim(store, clock)
    assert (note.address.chat_id, note.item_id, note.reason) == (chat.id, kept.new[0].id, Followed(source_id="tdkt"))


async def test_a_source_that_was_never_ensured_can_be_polled(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock, "cchc")
    await store.sources.ensure([a_source("cchc")])
    assert (await store.sources.memory("cchc")).baseline_at is not None


async def test_a_chat_that_does_not_exist_is_owed_nothing(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    kept, _ = await publish(store, clock, an_item(1))
    match = Match(chat_id=77, thread=0, item_id=kept.new[0].id, reason=Watched(query="x"))
    async with store.poll("tdkt", clock()) as tx:
        assert await tx.owe([match], Priority.NORMAL) == 0
    assert (await a_chat(store, clock)).id
