"""What a verdict does to a note, its chat and the ledger."""

from datetime import timedelta

import pytest

from bot.model import (
    Cancelled,
    ChatKind,
    Dead,
    Moved,
    Refused,
    Retry,
    Sent,
)
from storage.store import Store
from tests.builders import (
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


async def test_only_due_notes_are_marked_and_each_once(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await publish(store, clock, an_item(1), an_item(2))
    first, second = await claim(store, clock)
    assert await send(store, clock, first) == (first.id,)
    assert await send(store, clock, first) == ()
    await store.chats.stop(chat.id, clock())
    assert await send(store, clock, second) == ()


async def test_a_note_that_was_sent_has_its_message_and_its_line(store: Store, clock: HandClock) -> None:
    note = await a_note_on_its_way(store, clock)
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
    note = await a_note_on_its_way(store, clock)
    retry = Retry(due_at=clock() + timedelta(seconds=20), why="no connection")
    await store.outbox.record([an_outcome(note, verdict=retry)], clock())
    assert await claim(store, clock) == ()
    assert await store.outbox.next_due(clock()) == retry.due_at
    clock.advance(timedelta(seconds=20))
    (again,) = await claim(store, clock)
    assert (again.id, again.attempt, again.unsure, again.plain) == (note.id, 1, 0, False)
    assert await ledger(store) == [(note.item_id, "retry", "no connection")]


async def test_unsure_and_plain_are_remembered(store: Store, clock: HandClock) -> None:
    note = await a_note_on_its_way(store, clock)
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
    note = await a_note_on_its_way(store, clock)
    await store.outbox.record([an_outcome(note, verdict=verdict)], clock())
    clock.advance(timedelta(days=1))
    assert await claim(store, clock) == ()
    assert await ledger(store) == [(note.item_id, word, verdict.why)]


async def test_a_refusal_pauses_the_chat_and_cancels_what_else_is_due(store: Store, clock: HandClock) -> None:
    note = await a_note_on_its_way(store, clock)
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
    note = await a_note_on_its_way(store, clock)
    await store.chats.move(note.address.chat_id, -1_002_000_000_009, clock())
    await store.outbox.record([an_outcome(note, verdict=Dead(why="chat not found"), pause="not_found")], clock())
    chat = await store.chats.get(note.address.chat_id)
    assert chat is not None
    assert chat.paused == ""


async def test_a_retry_for_a_chat_that_is_paused_by_now_is_cancelled(store: Store, clock: HandClock) -> None:
    note = await a_note_on_its_way(store, clock)
    await store.chats.pause(note.address.chat_id, "blocked", clock())
    await store.outbox.record([an_outcome(note, verdict=Retry(due_at=clock(), why="x"))], clock())
    await store.chats.resume(note.address.chat_id, clock())
    assert await claim(store, clock) == ()
    assert [verdict for _, verdict, _ in await ledger(store)] == ["retry", "cancelled"]


async def test_what_was_sent_to_a_chat_that_is_forgotten_by_now_stays_on_record(store: Store, clock: HandClock) -> None:
    note = await a_note_on_its_way(store, clock)
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
