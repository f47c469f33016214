"""Edits that are not made, and why: nothing to show, too many already, nobody to show it to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.model import ChatKind, Item
from storage.store import RecallWay
from tests.newsroom import Newsroom

THREE, FIVE = "Mưa lớn, 3 xã bị ngập sâu", "Mưa lớn, 5 xã bị ngập sâu"


@pytest.fixture
def room() -> Iterator[Newsroom]:
    newsroom = Newsroom()
    yield newsroom
    newsroom.close()


def sent(room: Newsroom) -> Item:
    """Told to everybody; the delivery has ended since."""
    item = room.publish(THREE)
    room.poll()
    room.settle()
    room.crash()
    return item


def corrected(room: Newsroom, item: Item, *titles: str) -> Item:
    for title in titles:
        item = room.correct(item, title=title)
        room.poll()
    return item


def take_back(room: Newsroom, how: RecallWay) -> None:
    (stored,) = room.run(room.store.items.newest(1, ("tinh",)))
    assert room.run(room.store.recalls.recall(stored, how, room.clock()))


def test_there_and_back_before_the_edit_left_is_no_edit(room: Newsroom) -> None:
    chat = room.subscriber(1)
    corrected(room, sent(room), FIVE, THREE)
    assert room.run(room.store.edits.count()) == 0
    room.settle()
    (text,) = room.texts(chat)
    assert text.startswith(THREE)
    assert "Đã sửa" not in text
    assert (room.post.edits, room.ledger()) == (0, ["sent"])


def test_there_and_back_while_the_push_is_out_is_no_edit(room: Newsroom) -> None:
    chat = room.subscriber(1)
    room.post.flight = lambda: 5.0
    item = room.publish(THREE)
    room.poll()
    room.work(1.0)
    corrected(room, item, FIVE, THREE)
    room.settle()
    assert room.titles(chat) == [THREE]
    assert (room.post.edits, room.ledger()) == (0, ["sent"])


def test_there_and_back_is_an_edit_where_the_edit_had_left(room: Newsroom) -> None:
    chat = room.subscriber(1)
    item = corrected(room, sent(room), FIVE)
    room.settle()
    item = corrected(room, item, THREE)
    room.settle()
    assert room.titles(chat) == [THREE]
    corrected(room, item, FIVE, THREE)
    room.settle()
    assert room.titles(chat) == [THREE]
    assert room.ledger() == ["sent", "edited", "edited"]


def test_there_and_back_while_the_edit_is_out_ends_where_it_began(room: Newsroom) -> None:
    chat = room.subscriber(1)
    item = corrected(room, sent(room), FIVE)
    with room.unanswered_edits():
        room.until_an_edit_is_out()
        corrected(room, item, THREE)
    room.settle()
    assert room.titles(chat) == [THREE]


def test_there_and_back_after_an_edit_that_may_have_arrived_ends_where_it_began(room: Newsroom) -> None:
    chat = room.subscriber(1)
    item = corrected(room, sent(room), FIVE)
    with room.unanswered_edits():
        room.until_an_edit_is_out()
        room.crash()
    room.run(room.store.outbox.recover("the next life", room.clock()))
    corrected(room, item, THREE)
    room.settle()
    assert room.titles(chat) == [THREE]
    assert room.ledger() == ["sent", "edited"]


def test_what_changes_while_the_last_edit_is_out_is_left_and_the_ledger_says_so(room: Newsroom) -> None:
    chat = room.subscriber(1)
    item = sent(room)
    for number in (4, 5):
        item = corrected(room, item, f"Mưa lớn, {number} xã bị ngập sâu")
        room.settle()
    item = corrected(room, item, "Mưa lớn, 6 xã bị ngập sâu")
    with room.unanswered_edits():
        room.until_an_edit_is_out()
        corrected(room, item, "Mưa lớn, 7 xã bị ngập sâu")
    room.settle()
    assert room.titles(chat) == ["Mưa lớn, 6 xã bị ngập sâu"]
    assert room.ledger() == ["sent", "edited", "edited", "edited", "left"]
    (told,) = room.run(room.store.recalls.deliveries(1, 5))
    assert (told.state, told.why) == ("left", "edited as often as a message may be")


@pytest.mark.parametrize("uneditable", [False, True])
@pytest.mark.parametrize("how", ["delete", "mark"])
def test_a_recall_while_the_last_edit_is_out_is_heeded(room: Newsroom, how: RecallWay, *, uneditable: bool) -> None:
    chat = room.subscriber(1)
    item = sent(room)
    for number in (4, 5):
        item = corrected(room, item, f"Mưa lớn, {number} xã bị ngập sâu")
        room.settle()
    corrected(room, item, "Mưa lớn, 6 xã bị ngập sâu")
    with room.unanswered_edits():
        room.post.uneditable = uneditable
        room.until_an_edit_is_out()
        take_back(room, how)
    room.work(0.2)
    room.post.uneditable = False
    room.settle()
    assert "xã bị ngập sâu\n\n" not in "".join(room.texts(chat))
    assert [("thu hồi" in text) for text in room.texts(chat)] == ([] if how == "delete" else [True])


def test_a_chat_that_was_forgotten_is_owed_no_edit(room: Newsroom) -> None:
    chat, other = room.subscriber(1), room.subscriber(2)
    corrected(room, sent(room), FIVE)
    room.run(room.store.chats.forget(chat.id))
    assert room.run(room.store.edits.count()) == 1
    room.settle()
    assert room.titles(other) == [FIVE]
    assert room.run(room.store.edits.count()) == 0


def test_operators_see_who_waits_for_an_edit_and_who_cannot_have_it_now(room: Newsroom) -> None:
    for number in (1, 2):
        room.subscriber(number)
    item = sent(room)
    blocked = room.run(room.store.chats.meet(5002, ChatKind.PRIVATE, "Chị 2", "vi", room.clock()))
    room.run(room.store.chats.pause(blocked.id, "blocked", room.clock()))
    corrected(room, item, FIVE)
    waiting = room.run(room.store.recalls.deliveries(1, 5))
    assert [(each.state, each.shown, each.why) for each in waiting] == [
        ("editing", 1, ""),
        ("left", 1, "the chat is paused: blocked"),
    ]
    room.work(20.0)
    done = room.run(room.store.recalls.deliveries(1, 5))
    assert [(each.state, each.shown) for each in done] == [("sent", 2), ("left", 1)]
