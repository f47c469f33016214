"""The outbox between two claims: crashes, clocks, deferrals, and how deep it is."""

from datetime import timedelta

import pytest

from bot.model import (
    Parked,
    Retry,
    Sent,
)
from storage.outbox import Depth, Recovered
from storage.store import Store
from tests.builders import (
    a_baseline,
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


async def test_after_a_crash_leased_notes_are_due_and_sent_ones_unsure(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock, 1)
    await a_follower(store, clock, 2)
    await publish(store, clock, an_item(1))
    sending, leased = await claim(store, clock, boot="before")
    await send(store, clock, sending)
    assert await store.outbox.recover("after", clock()) == Recovered(leased=1, unsure=1)
    again = await claim(store, clock, boot="after")
    assert {note.id: note.unsure for note in again} == {sending.id: 1, leased.id: 0}
    assert await ledger(store) == [
        (sending.item_id, "recovered", "the process ended while it was being sent"),
    ]


async def test_the_leases_of_this_boot_outlive_a_recovery(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    await claim(store, clock, boot="mine")
    assert await store.outbox.recover("mine", clock()) == Recovered(leased=0, unsure=0)
    assert await claim(store, clock) == ()


async def test_an_unsure_note_is_tried_again_twice_at_most(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    for attempt in range(3):
        (note,) = await claim(store, clock)
        assert (note.attempt, note.unsure) == (attempt, attempt)
        await send(store, clock, note)
        await store.outbox.recover(f"boot {attempt}", clock())
    assert await claim(store, clock) == ()
    assert [verdict for _, verdict, _ in await ledger(store)] == ["recovered", "recovered", "dead"]


async def test_after_a_crash_nothing_is_sent_to_a_chat_that_left_in_between(store: Store, clock: HandClock) -> None:
    note = await a_note_on_its_way(store, clock)
    await store.chats.pause(note.address.chat_id, "blocked", clock())
    await store.outbox.recover("after", clock())
    await store.chats.resume(note.address.chat_id, clock())
    assert await claim(store, clock) == ()


async def test_deferred_notes_wait_until_their_hour(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    (note,) = await claim(store, clock)
    await store.outbox.defer([note.id], clock() + timedelta(hours=8))
    assert await claim(store, clock) == ()
    clock.advance(timedelta(hours=8))
    (again,) = await claim(store, clock)
    assert (again.id, again.attempt) == (note.id, 0)


async def test_cancelled_notes_tell_why(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    (note,) = await claim(store, clock)
    await store.outbox.cancel([note.id], "no longer wanted", clock())
    assert await claim(store, clock) == ()
    assert await ledger(store) == [(note.item_id, "cancelled", "no longer wanted")]


async def test_depth_tells_what_is_owed_now_and_since_when(store: Store, clock: HandClock) -> None:
    assert await store.outbox.depth(clock()) == Depth(due=0, oldest_due_at=None, sending=0)
    since = clock()
    note = await a_note_on_its_way(store, clock)
    await publish(store, clock, an_item(2))
    clock.advance(timedelta(minutes=3))
    assert await store.outbox.depth(clock()) == Depth(due=1, oldest_due_at=since, sending=1)
    await store.outbox.record([an_outcome(note, verdict=Sent(message_id=3))], clock())
    assert (await store.outbox.depth(clock())).sending == 0


async def test_stuck_notes_are_named_with_the_last_word_on_them(store: Store, clock: HandClock) -> None:
    note = await a_note_on_its_way(store, clock)
    await store.outbox.record([an_outcome(note, verdict=Retry(due_at=clock(), why="HTTP 502"))], clock())
    assert await store.outbox.stuck(clock()) == ()
    clock.advance(timedelta(minutes=10))
    (stuck,) = await store.outbox.stuck(clock())
    assert (stuck.note_id, stuck.state, stuck.attempt, stuck.why) == (note.id, "due", 1, "HTTP 502")
    assert stuck.title == an_item(1).title


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_jump_of_the_clock_moves_leases_retries_and_parks(store: Store, clock: HandClock, hours: int) -> None:
    await a_baseline(store, clock, "cchc")
    note = await a_note_on_its_way(store, clock)
    park = Parked(scope="chat:99", until=clock() + timedelta(seconds=30))
    retry = Retry(due_at=clock() + timedelta(seconds=20), why="x")
    await store.outbox.record([an_outcome(note, verdict=retry, park=park)], clock())
    await a_follower(store, clock, 2, source_id="cchc")
    await publish(store, clock, an_item(2, source_id="cchc"))
    leased = await claim(store, clock)
    async with store.poll("tdkt", clock()) as tx:
        await tx.schedule(clock() + timedelta(minutes=5))
    jump = timedelta(hours=hours)
    clock.advance(jump)
    await store.outbox.shift(jump, clock())
    assert await claim(store, clock) == ()
    assert (await store.outbox.parked(clock()))[0].until == clock() + timedelta(seconds=30)
    assert (await store.sources.memory("tdkt")).next_poll_at == clock() + timedelta(minutes=5)
    clock.advance(timedelta(seconds=20))
    assert [each.id for each in await claim(store, clock)] == [note.id]
    clock.advance(timedelta(seconds=40))
    assert {each.id for each in leased} <= {each.id for each in await claim(store, clock)}


async def test_what_was_due_stays_due_when_the_clock_goes_back(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    clock.advance(timedelta(hours=-1))
    assert await claim(store, clock) == ()
    await store.outbox.shift(timedelta(hours=-1), clock())
    assert len(await claim(store, clock)) == 1


async def test_quiet_hours_end_by_the_new_clock(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    (note,) = await claim(store, clock)
    morning = clock() + timedelta(hours=8)
    await store.outbox.defer([note.id], morning)
    clock.advance(timedelta(hours=1))
    await store.outbox.shift(timedelta(hours=1), clock())
    assert await store.outbox.next_due(clock()) == morning


async def test_who_subscribed_by_a_clock_that_ran_ahead_is_owed_what_comes_after_it_is_set_right(
    store: Store, clock: HandClock
) -> None:
    clock.advance(timedelta(hours=1))
    chat = await a_follower(store, clock)
    await store.watches.add(chat.id, 0, "thi đua", (), clock())
    clock.advance(timedelta(hours=-1))
    await store.outbox.shift(timedelta(hours=-1), clock())
    (follow,), (watch,) = await store.chats.follows(chat.id), await store.watches.of_chat(chat.id)
    assert follow.since == watch.since == clock()
    _, owed = await publish(store, clock, an_item(1))
    assert owed == 1


async def test_a_clock_that_was_set_right_between_two_lives_is_noticed_at_the_start(
    store: Store, clock: HandClock
) -> None:
    clock.advance(timedelta(hours=1))
    await a_follower(store, clock)
    clock.advance(timedelta(hours=-1))
    await store.outbox.recover("after", clock())
    _, owed = await publish(store, clock, an_item(1))
    assert owed == 1


async def test_a_pause_by_a_clock_that_ran_ahead_still_tells_what_was_missed(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    clock.advance(timedelta(hours=1))
    await store.chats.pause(chat.id, "blocked", clock())
    clock.advance(timedelta(hours=-1))
    await store.outbox.shift(timedelta(hours=-1), clock())
    clock.advance(timedelta(minutes=1))
    await publish(store, clock, an_item(1))
    assert await store.chats.resume(chat.id, clock()) == 1
