"""What chats watch, and which updates were taken."""

from datetime import timedelta

from bot.model import Followed, Match, Priority, Reason, Watched
from storage.store import Store
from tests.builders import a_baseline, a_chat, a_follower, a_reading, an_item, claim, publish
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


async def owed_to(store: Store, clock: HandClock, chat_id: int, *queries: str) -> None:
    """An item of tdkt that these queries match."""
    kept, _ = await publish(store, clock, an_item(1))
    matches = [
        Match(chat_id=chat_id, thread=0, item_id=kept.new[0].id, reason=Watched(query=query)) for query in queries
    ]
    async with store.poll("tdkt", clock()) as tx:
        await tx.owe(matches, Priority.NORMAL)


async def reasons(store: Store, clock: HandClock) -> list[tuple[Reason, ...]]:
    """Why each note that may go is wanted; empty where it is not."""
    notes = await claim(store, clock)
    await store.outbox.release([note.id for note in notes])
    return [note.reasons if note.wanted else () for note in notes]


async def test_a_note_says_all_that_asks_for_it_now_and_what_brought_it_first(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    chat = await a_follower(store, clock)
    thi_dua, phong_trao = [await store.watches.add(chat.id, 0, each, (), clock()) for each in ("thi đua", "phong trào")]
    await owed_to(store, clock, chat.id, "thi đua", "phong trào", "ended long ago")
    follow, first, second = Followed(source_id="tdkt"), Watched(query="phong trào"), Watched(query="thi đua")
    assert await reasons(store, clock) == [(follow, first, second)]
    await store.watches.end(chat.id, phong_trao.id, clock())
    assert await reasons(store, clock) == [(follow, second)]
    await store.chats.unfollow(chat.id, 0, "tdkt", clock())
    assert await reasons(store, clock) == [(second,)]
    await store.watches.end(chat.id, thi_dua.id, clock())
    assert await reasons(store, clock) == []


async def test_a_watch_of_some_sources_asks_for_no_item_of_others_that_was_owed_before(
    store: Store, clock: HandClock
) -> None:
    await a_baseline(store, clock)
    chat = await a_chat(store, clock)
    narrow, wide = [await store.watches.add(chat.id, 0, query, (), clock()) for query in ("bão", "lũ")]
    await owed_to(store, clock, chat.id, "bão", "lũ")
    for sources, brought in ((("cchc",), "lũ"), (("cchc", "tdkt"), "bão")):
        chosen = await store.watches.choose(chat.id, narrow.id, sources, clock())
        assert chosen is not None
        assert chosen.sources == sources
        assert [each[0] for each in await reasons(store, clock)] == [Watched(query=brought)]
    await store.watches.choose(chat.id, narrow.id, ("cchc",), clock())
    await store.watches.choose(chat.id, wide.id, ("cchc",), clock())
    assert await reasons(store, clock) == []


async def test_the_sources_of_a_watch_are_chosen_only_by_its_own_chat(store: Store, clock: HandClock) -> None:
    chat, stranger = await a_chat(store, clock, 1), await a_chat(store, clock, 2)
    watch = await store.watches.add(chat.id, 0, "bão", (), clock())
    assert await store.watches.choose(stranger.id, watch.id, ("a",), clock()) is None
    assert await store.watches.all() == (watch,)


async def test_a_story_of_two_sources_is_wanted_for_the_second_ones_sake(store: Store, clock: HandClock) -> None:
    for source_id in ("tdkt", "cchc"):
        await a_baseline(store, clock, source_id)
    chat = await a_follower(store, clock)
    watches = [await store.watches.add(chat.id, 0, each, ("cchc",), clock()) for each in ("phong trào", "thi đua")]
    first, _ = await publish(store, clock, an_item(1))
    async with store.poll("cchc", clock()) as tx:
        second = await tx.keep(a_reading(an_item(2, source_id="cchc")), [an_item(2, source_id="cchc")], baseline=False)
        matches = [
            Match(chat_id=chat.id, thread=0, item_id=second.new[0].id, reason=Watched(query=each.query))
            for each in watches
        ]
        await tx.owe(matches, Priority.NORMAL)
        assert await tx.join({second.new[0].id: first.new[0].id}) == 1
    watched = tuple(Watched(query=each.query) for each in watches)
    assert await reasons(store, clock) == [(Followed(source_id="tdkt"), *watched)]
    await store.chats.unfollow(chat.id, 0, "tdkt", clock())
    assert await reasons(store, clock) == [watched]
    await store.watches.end(chat.id, watches[0].id, clock())
    assert await reasons(store, clock) == [watched[1:]]


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
