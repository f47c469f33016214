"""What chats watch, and which updates were taken."""

from datetime import timedelta

from bot.model import Match, Priority, Watched
from storage.store import Store
from tests.builders import a_baseline, a_chat, an_item, claim, publish
from tests.fakes import HandClock


async def test_a_watch_is_kept_once_for_each_topic_query_and_choice_of_sources(store: Store, clock: HandClock) -> None:
    chat = await a_chat(store, clock)
    first = await store.watches.add(chat.id, 0, "bão", ("b", "a"), clock())
    assert await store.watches.add(chat.id, 0, "bão", ("a", "b", "a"), clock() + timedelta(days=1)) == first
    assert first.sources == ("a", "b")
    others = [
        await store.watches.add(chat.id, 7, "bão", ("a", "b"), clock()),
        await store.watches.add(chat.id, 0, "bão", (), clock()),
        await store.watches.add(chat.id, 0, "lũ", ("a", "b"), clock()),
    ]
    assert {watch.id for watch in await store.watches.of_chat(chat.id)} == {first.id, *(each.id for each in others)}


async def test_a_watch_is_ended_only_by_its_own_chat(store: Store, clock: HandClock) -> None:
    chat, stranger = await a_chat(store, clock, 1), await a_chat(store, clock, 2)
    watch = await store.watches.add(chat.id, 0, "bão", (), clock())
    assert not await store.watches.end(stranger.id, watch.id, clock())
    assert await store.watches.all() == (watch,)
    assert await store.watches.end(chat.id, watch.id, clock())
    assert not await store.watches.end(chat.id, watch.id, clock())


async def test_ending_a_watch_cancels_what_only_it_wanted(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    chat = await a_chat(store, clock)
    watches = [await store.watches.add(chat.id, 0, query, (), clock()) for query in ("thi đua", "phong trào", "khác")]
    kept, _ = await publish(store, clock, an_item(1), an_item(2))
    both, one = (stored.id for stored in kept.new)
    wanted = [(both, "thi đua"), (both, "phong trào"), (one, "thi đua")]
    matches = [Match(chat_id=chat.id, thread=0, item_id=item, reason=Watched(query=query)) for item, query in wanted]
    async with store.poll("tdkt", clock()) as tx:
        assert await tx.owe(matches, Priority.NORMAL) == 2
    await store.watches.end(chat.id, watches[0].id, clock())
    assert [(note.item_id, note.reason) for note in await claim(store, clock)] == [(both, Watched(query="phong trào"))]


async def test_the_last_match_is_remembered(store: Store, clock: HandClock) -> None:
    chat = await a_chat(store, clock)
    first, second = [await store.watches.add(chat.id, 0, query, (), clock()) for query in ("bão", "lũ")]
    await store.watches.matched([second.id], clock())
    await store.watches.matched([], clock())
    assert [watch.last_match_at for watch in await store.watches.all()] == [None, clock()]
    assert first.last_match_at is None


async def test_an_update_is_taken_once_and_remembered_for_two_days(store: Store, clock: HandClock) -> None:
    assert not await store.updates.known(5)
    assert not await store.updates.seen(5, clock())
    assert await store.updates.known(5)
    assert await store.updates.seen(5, clock())
    clock.advance(timedelta(hours=49))
    assert not await store.updates.seen(6, clock())
    assert not await store.updates.known(5)
