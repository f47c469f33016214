"""What a claim takes, in which order, and what it leaves."""

import asyncio
from datetime import timedelta

import pytest

from bot.model import (
    EVERY_SOURCE,
    Followed,
    Match,
    Parked,
    Priority,
    Pushed,
    Retry,
    Sent,
    Slowed,
)
from storage.store import Store
from tests.builders import (
    a_baseline,
    a_chat,
    a_follower,
    a_note_on_its_way,
    an_item,
    an_outcome,
    claim,
    ledger,
    publish,
    send,
)
from tests.fakes import HandClock

pytestmark = pytest.mark.usefixtures("baseline")


async def test_a_claim_takes_heads_by_priority_then_by_age(store: Store, clock: HandClock) -> None:
    chats = [await a_follower(store, clock, number, source_id=f"s{number}") for number in (1, 2, 3)]
    for number in (1, 2, 3):
        await a_baseline(store, clock, f"s{number}")
    for number, priority in ((2, Priority.DIGEST), (1, Priority.NORMAL), (3, Priority.URGENT)):
        await publish(store, clock, an_item(number, source_id=f"s{number}"), priority=priority)
        clock.advance(timedelta(seconds=1))
    assert [note.address.chat_id for note in await claim(store, clock, most=2)] == [chats[2].id, chats[0].id]
    assert [note.address.chat_id for note in await claim(store, clock, most=2)] == [chats[1].id]


async def test_a_claim_takes_all_that_is_due_to_a_lane_in_order(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    clock.advance(timedelta(seconds=1))
    await publish(store, clock, an_item(2), priority=Priority.URGENT)
    await publish(store, clock, an_item(3))
    notes = await claim(store, clock, most=1)
    assert [note.priority for note in notes] == [Priority.URGENT, Priority.NORMAL, Priority.NORMAL]
    assert [note.item_id for note in notes[1:]] == sorted(note.item_id for note in notes[1:])


async def test_a_chat_with_a_thousand_notes_delays_no_other(store: Store, clock: HandClock) -> None:
    greedy = await a_follower(store, clock, 1)
    await publish(store, clock, *(an_item(number) for number in range(1, 1001)))
    modest = await a_follower(store, clock, 2)
    clock.advance(timedelta(seconds=1))
    await publish(store, clock, an_item(2000))
    notes = await claim(store, clock, most=2)
    assert [note.address.chat_id for note in notes].count(greedy.id) == 200
    assert [note.address.chat_id for note in notes].count(modest.id) == 1


async def test_what_is_leased_is_not_claimed_again_until_the_lease_ends(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock)
    await publish(store, clock, an_item(1), an_item(2))
    first = await claim(store, clock)
    assert await claim(store, clock, boot="other") == ()
    clock.advance(timedelta(minutes=1))
    again = await claim(store, clock, boot="other")
    assert [note.id for note in again] == [note.id for note in first]


async def test_a_lane_whose_head_is_out_stays_closed_save_for_what_is_more_urgent(
    store: Store, clock: HandClock
) -> None:
    await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    await claim(store, clock)
    clock.advance(timedelta(seconds=1))
    await publish(store, clock, an_item(2))
    assert await claim(store, clock) == ()
    await publish(store, clock, an_item(3), priority=Priority.URGENT)
    assert (await claim(store, clock))[0].priority is Priority.URGENT


async def test_released_notes_are_as_they_were(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    first = await claim(store, clock)
    await store.outbox.release([note.id for note in first])
    assert await claim(store, clock) == first


async def test_busy_paused_and_parked_chats_are_left_out(store: Store, clock: HandClock) -> None:
    chats = [await a_follower(store, clock, number) for number in range(1, 5)]
    await publish(store, clock, an_item(1))
    notes = {note.address.chat_id: note for note in await claim(store, clock)}
    await store.outbox.release([note.id for note in notes.values()])
    busy, paused, parked, free = (chat.id for chat in chats)
    await store.chats.pause(paused, "blocked", clock())
    await send(store, clock, notes[parked])
    until = clock() + timedelta(seconds=30)
    slowed = an_outcome(
        notes[parked],
        verdict=Retry(due_at=clock(), why="retry after 30"),
        answer=Slowed(retry_after=timedelta(seconds=30)),
        park=Parked(scope=f"chat:{parked}", until=until),
    )
    await store.outbox.record([slowed], clock())
    assert [note.address.chat_id for note in await claim(store, clock, busy=[busy])] == [free]
    assert [note.address.chat_id for note in await claim(store, clock)] == [busy]
    clock.advance(timedelta(seconds=30))
    assert [note.address.chat_id for note in await claim(store, clock)] == [parked]


async def test_who_is_busy_is_told_anew_with_every_claim(store: Store, clock: HandClock) -> None:
    ids = [(await a_follower(store, clock, number)).id for number in range(1, 5)]
    await publish(store, clock, an_item(1))
    for busy in (ids[:2], ids[1:3], [], ids, ids[:1]):
        notes = await claim(store, clock, busy=busy)
        assert {note.address.chat_id for note in notes} == set(ids) - set(busy)
        await store.outbox.release([note.id for note in notes])


async def test_a_claim_that_failed_leaves_nobody_busy(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    for number in range(1, 30):
        task = asyncio.create_task(claim(store, clock, busy=[chat.id]))
        for _ in range(number * 4):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(await claim(store, clock)) == 1


async def test_a_global_park_stops_every_claim_until_its_end(store: Store, clock: HandClock) -> None:
    note = await a_note_on_its_way(store, clock)
    park = Parked(scope="global", until=clock() + timedelta(seconds=5))
    retry = Retry(due_at=clock(), why="retry after 5")
    await store.outbox.record([an_outcome(note, verdict=retry, park=park)], clock())
    assert await claim(store, clock) == ()
    assert await store.outbox.parked(clock()) == (park,)
    clock.advance(timedelta(seconds=5))
    assert len(await claim(store, clock)) == 1
    assert await store.outbox.parked(clock()) == ()


async def test_a_shorter_park_never_shortens_a_longer_one(store: Store, clock: HandClock) -> None:
    note = await a_note_on_its_way(store, clock)
    for seconds in (60, 5):
        park = Parked(scope="global", until=clock() + timedelta(seconds=seconds))
        await store.outbox.record([an_outcome(note, verdict=Retry(due_at=clock(), why="x"), park=park)], clock())
    assert (await store.outbox.parked(clock()))[0].until == clock() + timedelta(minutes=1)


async def test_a_claimed_note_carries_the_chats_present_settings(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    await store.chats.set_language(chat.id, "en")
    (note,) = await claim(store, clock)
    assert note.chat == await store.chats.get(chat.id)
    assert (note.chat.language, note.reason, note.wanted, note.revision) == ("en", Followed(source_id="tdkt"), True, 1)


async def test_a_note_is_wanted_while_a_follow_of_the_source_or_of_all_stands(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    await store.chats.follow(chat.id, 0, EVERY_SOURCE, clock())
    await store.chats.unfollow(chat.id, 0, "tdkt", clock())
    assert [note.wanted for note in await claim(store, clock)] == [True]


async def test_a_push_of_an_operator_is_always_wanted(store: Store, clock: HandClock) -> None:
    chat = await a_chat(store, clock)
    kept, _ = await publish(store, clock, an_item(1))
    match = Match(chat_id=chat.id, thread=0, item_id=kept.new[0].id, reason=Pushed(by="1001"))
    async with store.poll("tdkt", clock()) as tx:
        assert await tx.owe([match], Priority.NORMAL) == 1
    assert [(note.wanted, note.reason) for note in await claim(store, clock)] == [(True, Pushed(by="1001"))]


async def test_the_messages_of_the_last_ten_seconds_are_counted_by_topic(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await store.chats.follow(chat.id, 7, "tdkt", clock())
    await publish(store, clock, an_item(1), an_item(2))
    notes = await claim(store, clock)
    lane = [note for note in notes if note.address.thread == 0]
    await send(store, clock, *lane)
    await store.outbox.record([an_outcome(*lane, verdict=Sent(message_id=5))], clock())
    await store.outbox.release([note.id for note in notes])
    clock.advance(timedelta(seconds=9))
    await publish(store, clock, an_item(3))
    recent = {note.address.thread: note.recent for note in await claim(store, clock)}
    assert recent == {0: 2, 7: 0}
    clock.advance(timedelta(minutes=2))
    assert {note.recent for note in await claim(store, clock)} == {0}


async def test_a_claimed_note_of_a_chat_that_was_forgotten_marks_no_other(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    claimed = await claim(store, clock)
    await store.chats.forget(chat.id)
    await a_follower(store, clock, 2)
    await publish(store, clock, an_item(2))
    assert await send(store, clock, *claimed) == ()


async def test_a_claim_of_nothing_and_a_record_of_nothing_do_nothing(store: Store, clock: HandClock) -> None:
    assert await claim(store, clock) == ()
    await store.outbox.record([], clock())
    assert await ledger(store) == []
