"""The way out: what a claim takes and leaves, and that a note leaves "due" only by a verdict."""

from datetime import timedelta

import pytest

from bot.model import (
    EVERY_SOURCE,
    Cancelled,
    ChatKind,
    ClaimedNote,
    Dead,
    Followed,
    Match,
    Moved,
    Parked,
    Priority,
    Pushed,
    Refused,
    Retry,
    Sent,
    Slowed,
)
from storage.outbox import Depth, Recovered
from storage.store import Store
from tests.builders import (
    a_baseline,
    a_chat,
    a_follower,
    an_item,
    an_outcome,
    claim,
    ledger,
    publish,
    send,
)
from tests.fakes import HandClock


@pytest.fixture(autouse=True)
async def baseline(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)


async def one_note(store: Store, clock: HandClock) -> ClaimedNote:
    """A note that is on its way."""
    await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    (note,) = await claim(store, clock)
    assert await send(store, clock, note) == (note.id,)
    return note


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


async def test_a_global_park_stops_every_claim_until_its_end(store: Store, clock: HandClock) -> None:
    note = await one_note(store, clock)
    park = Parked(scope="global", until=clock() + timedelta(seconds=5))
    retry = Retry(due_at=clock(), why="retry after 5")
    await store.outbox.record([an_outcome(note, verdict=retry, park=park)], clock())
    assert await claim(store, clock) == ()
    assert await store.outbox.parked(clock()) == (park,)
    clock.advance(timedelta(seconds=5))
    assert len(await claim(store, clock)) == 1
    assert await store.outbox.parked(clock()) == ()


async def test_a_shorter_park_never_shortens_a_longer_one(store: Store, clock: HandClock) -> None:
    note = await one_note(store, clock)
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


async def test_only_due_notes_are_marked_and_each_once(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await publish(store, clock, an_item(1), an_item(2))
    first, second = await claim(store, clock)
    assert await send(store, clock, first) == (first.id,)
    assert await send(store, clock, first) == ()
    await store.chats.stop(chat.id, clock())
    assert await send(store, clock, second) == ()


async def test_a_note_that_was_sent_has_its_message_and_its_line(store: Store, clock: HandClock) -> None:
    note = await one_note(store, clock)
    await store.outbox.record([an_outcome(note, verdict=Sent(message_id=41))], clock())
    (line,) = [line async for line in store.outbox.ledger_lines()]
    assert (line["verdict"], line["attempt"], line["message"], line["state"]) == ("sent", 1, 41, "sent")
    assert (line["chat"], line["reason"]) == (note.address.telegram_id, "follow:tdkt")
    assert await store.outbox.sent_since(clock()) == ((note.address.chat_id, ChatKind.PRIVATE, clock()),)
    assert await claim(store, clock) == ()


async def test_one_message_may_carry_many_notes(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock)
    await publish(store, clock, *(an_item(number) for number in range(1, 8)))
    notes = await claim(store, clock)
    await send(store, clock, *notes)
    await store.outbox.record([an_outcome(*notes, verdict=Sent(message_id=41))], clock())
    assert len(await store.outbox.sent_since(clock())) == 1
    assert {line["message"] async for line in store.outbox.ledger_lines()} == {41}
    assert len(await ledger(store)) == 7


async def test_a_retry_is_due_again_at_its_time(store: Store, clock: HandClock) -> None:
    note = await one_note(store, clock)
    retry = Retry(due_at=clock() + timedelta(seconds=20), why="no connection")
    await store.outbox.record([an_outcome(note, verdict=retry)], clock())
    assert await claim(store, clock) == ()
    assert await store.outbox.next_due(clock()) == retry.due_at
    clock.advance(timedelta(seconds=20))
    (again,) = await claim(store, clock)
    assert (again.id, again.attempt, again.unsure, again.plain) == (note.id, 1, 0, False)
    assert await ledger(store) == [(note.item_id, "retry", "no connection")]


async def test_unsure_and_plain_are_remembered(store: Store, clock: HandClock) -> None:
    note = await one_note(store, clock)
    await store.outbox.record([an_outcome(note, verdict=Retry(due_at=clock(), why="no answer", unsure=True))], clock())
    (note,) = await claim(store, clock)
    await send(store, clock, note)
    await store.outbox.record([an_outcome(note, verdict=Retry(due_at=clock(), why="markup", plain=True))], clock())
    (note,) = await claim(store, clock)
    assert (note.attempt, note.unsure, note.plain) == (2, 1, True)
    assert [verdict for _, verdict, _ in await ledger(store)] == ["unsure", "retry"]


@pytest.mark.parametrize(("verdict", "word"), [(Dead(why="too long"), "dead"), (Cancelled(why="gone"), "cancelled")])
async def test_dead_and_cancelled_notes_are_over(
    store: Store, clock: HandClock, verdict: Dead | Cancelled, word: str
) -> None:
    note = await one_note(store, clock)
    await store.outbox.record([an_outcome(note, verdict=verdict)], clock())
    clock.advance(timedelta(days=1))
    assert await claim(store, clock) == ()
    assert await ledger(store) == [(note.item_id, word, verdict.why)]


async def test_a_refusal_pauses_the_chat_and_cancels_what_else_is_due(store: Store, clock: HandClock) -> None:
    note = await one_note(store, clock)
    await publish(store, clock, an_item(2))
    refused = Refused(why="Forbidden: bot was blocked by the user", pause="blocked")
    await store.outbox.record(
        [an_outcome(note, verdict=Dead(why=refused.why), answer=refused, pause="blocked")], clock()
    )
    chat = await store.chats.get(note.address.chat_id)
    assert chat is not None
    assert (chat.paused, chat.paused_at) == ("blocked", clock())
    assert [verdict for _, verdict, _ in await ledger(store)] == ["dead", "cancelled"]


async def test_a_closed_topic_ends_only_its_own_notes(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await store.chats.follow(chat.id, 7, "tdkt", clock())
    await publish(store, clock, an_item(1), an_item(2))
    notes = await claim(store, clock)
    closed = next(note for note in notes if note.address.thread == 7)
    await send(store, clock, closed)
    await store.outbox.record([an_outcome(closed, verdict=Dead(why="TOPIC_CLOSED"), close_thread=True)], clock())
    await store.outbox.release([note.id for note in notes])
    assert {note.address.thread for note in await claim(store, clock)} == {0}


async def test_a_moved_group_gets_the_failed_note_at_its_new_address(store: Store, clock: HandClock) -> None:
    group = await a_chat(store, clock, 5, ChatKind.GROUP)
    await store.chats.follow(group.id, 0, "tdkt", clock())
    await publish(store, clock, an_item(1))
    (note,) = await claim(store, clock)
    await send(store, clock, note)
    new_id = -1_002_000_000_005
    moved = an_outcome(
        note, verdict=Retry(due_at=clock(), why="moved"), answer=Moved(new_telegram_id=new_id), move_to=new_id
    )
    await store.outbox.record([moved, moved], clock())
    (again,) = await claim(store, clock)
    assert (again.id, again.address.chat_id, again.address.telegram_id) == (note.id, group.id, new_id)
    assert again.chat.kind is ChatKind.SUPERGROUP


async def test_an_answer_about_an_address_that_is_no_more_changes_no_chat(store: Store, clock: HandClock) -> None:
    note = await one_note(store, clock)
    await store.chats.move(note.address.chat_id, -1_002_000_000_009, clock())
    await store.outbox.record([an_outcome(note, verdict=Dead(why="chat not found"), pause="not_found")], clock())
    chat = await store.chats.get(note.address.chat_id)
    assert chat is not None
    assert chat.paused == ""


async def test_a_retry_for_a_chat_that_is_paused_by_now_is_cancelled(store: Store, clock: HandClock) -> None:
    note = await one_note(store, clock)
    await store.chats.pause(note.address.chat_id, "blocked", clock())
    await store.outbox.record([an_outcome(note, verdict=Retry(due_at=clock(), why="x"))], clock())
    await store.chats.resume(note.address.chat_id, clock())
    assert await claim(store, clock) == ()
    assert [verdict for _, verdict, _ in await ledger(store)] == ["retry", "cancelled"]


async def test_what_was_sent_to_a_chat_that_is_forgotten_by_now_stays_on_record(store: Store, clock: HandClock) -> None:
    note = await one_note(store, clock)
    await store.chats.forget(note.address.chat_id)
    await store.outbox.record([an_outcome(note, verdict=Sent(message_id=3))], clock())
    (line,) = [line async for line in store.outbox.ledger_lines()]
    assert (line["chat"], line["verdict"], line["message"]) == (None, "sent", 3)


async def test_a_batch_is_recorded_whole_or_not_at_all(store: Store, clock: HandClock) -> None:
    await a_follower(store, clock, 1)
    await a_follower(store, clock, 2)
    await publish(store, clock, an_item(1))
    notes = await claim(store, clock)
    await send(store, clock, *notes)
    good = an_outcome(notes[0], verdict=Sent(message_id=3))
    bad = an_outcome(notes[1], verdict=Dead(why=None))  # type: ignore[arg-type]
    with pytest.raises(Exception, match="NOT NULL"):
        await store.outbox.record([good, bad], clock())
    assert await ledger(store) == []
    assert (await store.outbox.depth(clock())).sending == 2


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
    note = await one_note(store, clock)
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
    note = await one_note(store, clock)
    await publish(store, clock, an_item(2))
    clock.advance(timedelta(minutes=3))
    assert await store.outbox.depth(clock()) == Depth(due=1, oldest_due_at=since, sending=1)
    await store.outbox.record([an_outcome(note, verdict=Sent(message_id=3))], clock())
    assert (await store.outbox.depth(clock())).sending == 0


async def test_stuck_notes_are_named_with_the_last_word_on_them(store: Store, clock: HandClock) -> None:
    note = await one_note(store, clock)
    await store.outbox.record([an_outcome(note, verdict=Retry(due_at=clock(), why="HTTP 502"))], clock())
    assert await store.outbox.stuck(clock()) == ()
    clock.advance(timedelta(minutes=10))
    (stuck,) = await store.outbox.stuck(clock())
    assert (stuck.note_id, stuck.state, stuck.attempt, stuck.why) == (note.id, "due", 1, "HTTP 502")
    assert stuck.title == an_item(1).title


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_jump_of_the_clock_moves_leases_retries_and_parks(store: Store, clock: HandClock, hours: int) -> None:
    await a_baseline(store, clock, "cchc")
    note = await one_note(store, clock)
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
