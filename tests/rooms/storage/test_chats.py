"""Who knows Loa: following, pausing, moving, and being forgotten."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import EVERY_SOURCE, Chat, ChatKind, ClaimedNote, Dead, QuietHours, Retry, Sent
from storage.store import Store
from tests.builders import (
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

SUPERGROUP = -1_002_000_000_077


pytestmark = pytest.mark.usefixtures("baseline")


async def test_a_chat_is_met_once_and_its_title_kept_fresh(store: Store, clock: HandClock) -> None:
    first = await store.chats.meet(7001, ChatKind.PRIVATE, "Chị Hoà", "vi", clock())
    await store.chats.set_language(first.id, "en")
    again = await store.chats.meet(7001, ChatKind.PRIVATE, "Chị Hoà (VP)", "vi", clock())
    assert (again.id, again.title, again.language) == (first.id, "Chị Hoà (VP)", "en")
    assert await store.chats.meet(7001, ChatKind.PRIVATE, "", "vi", clock()) == again
    assert await store.chats.by_telegram(7001) == again
    assert await store.chats.count() == 1


async def test_a_chat_nobody_met_is_unknown(store: Store) -> None:
    assert await store.chats.by_telegram(1) is None
    assert await store.chats.get(1) is None


async def test_a_large_telegram_id_is_kept_exactly(store: Store, clock: HandClock) -> None:
    chat = await store.chats.meet(-(2**52) + 1, ChatKind.CHANNEL, "Kênh", "vi", clock())
    assert await store.chats.by_telegram(-(2**52) + 1) == chat


async def test_settings_are_kept(store: Store, clock: HandClock) -> None:
    chat = await a_chat(store, clock)
    await store.chats.set_quiet(chat.id, QuietHours(start=22 * 60, end=6 * 60), clock())
    loaded = await store.chats.get(chat.id)
    assert loaded is not None
    assert loaded.quiet == QuietHours(start=22 * 60, end=6 * 60)
    await store.chats.set_quiet(chat.id, None, clock())
    assert await store.chats.get(chat.id) == chat


async def test_following_twice_is_following_once(store: Store, clock: HandClock) -> None:
    chat = await a_chat(store, clock)
    assert await store.chats.follow(chat.id, 0, "tdkt", clock())
    assert not await store.chats.follow(chat.id, 0, "tdkt", clock() + timedelta(days=1))
    (follow,) = await store.chats.follows(chat.id)
    assert (follow.source_id, follow.since) == ("tdkt", clock())


async def test_unfollowing_cancels_what_nothing_else_wants(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await store.chats.follow(chat.id, 7, "tdkt", clock())
    await publish(store, clock, an_item(1))
    assert await store.chats.unfollow(chat.id, 0, "tdkt", clock()) == 1
    assert await store.chats.unfollow(chat.id, 0, "tdkt", clock()) == 0
    assert [note.address.thread for note in await claim(store, clock)] == [7]
    assert [(verdict, why) for _, verdict, why in await ledger(store)] == [("cancelled", "unfollowed")]


async def test_unfollowing_all_ends_every_follow_of_the_topic_only(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await store.chats.follow(chat.id, 0, EVERY_SOURCE, clock())
    await store.chats.follow(chat.id, 7, "tdkt", clock())
    assert await store.chats.unfollow(chat.id, 0, None, clock()) == 2
    assert [follow.thread for follow in await store.chats.follows(chat.id)] == [7]


async def test_stop_ends_follows_watches_and_what_is_due(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await store.watches.add(chat.id, 0, "bão", (), clock())
    await publish(store, clock, an_item(1))
    assert await store.chats.stop(chat.id, clock()) == 2
    assert await store.chats.follows(chat.id) == ()
    assert await store.watches.all() == ()
    assert await claim(store, clock) == ()
    assert [(verdict, why) for _, verdict, why in await ledger(store)] == [("cancelled", "stopped")]


async def test_a_paused_chat_is_told_what_it_missed(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    (note,) = await claim(store, clock)
    await send(store, clock, note)
    await publish(store, clock, an_item(2))
    clock.advance(timedelta(seconds=2))
    refused = an_outcome(note, verdict=Dead(why="bot was blocked by the user"), pause="blocked")
    await store.outbox.record([refused], clock())
    clock.advance(timedelta(days=1))
    await publish(store, clock, an_item(3), an_item(4, doubt="foreign_host"))
    assert await store.chats.resume(chat.id, clock()) == 3
    assert await store.chats.get(chat.id) == chat
    assert await store.chats.resume(chat.id, clock()) == 0
    assert await claim(store, clock) == ()


async def test_a_second_reason_to_pause_keeps_the_first_time(store: Store, clock: HandClock) -> None:
    chat = await a_chat(store, clock)
    since = clock()
    await store.chats.pause(chat.id, "blocked", since)
    clock.advance(timedelta(days=1))
    await store.chats.pause(chat.id, "deactivated", clock())
    loaded = await store.chats.get(chat.id)
    assert loaded is not None
    assert (loaded.paused, loaded.paused_at) == ("deactivated", since)


async def test_a_group_that_becomes_a_supergroup_keeps_everything(store: Store, clock: HandClock) -> None:
    group = await a_chat(store, clock, 5, ChatKind.GROUP)
    await store.chats.follow(group.id, 0, "tdkt", clock())
    await publish(store, clock, an_item(1))
    for _ in range(2):
        moved = await store.chats.move(group.id, SUPERGROUP, clock())
        assert (moved.id, moved.telegram_id, moved.kind) == (group.id, SUPERGROUP, ChatKind.SUPERGROUP)
    assert await store.chats.by_telegram(group.telegram_id) is None
    assert [note.address.telegram_id for note in await claim(store, clock)] == [SUPERGROUP]


async def two_chats_of_one_group(store: Store, clock: HandClock) -> tuple[Chat, Chat]:
    """The group as it was, and the supergroup that wrote to Loa before the move was known."""
    group = await a_chat(store, clock, 5, ChatKind.GROUP)
    await store.chats.follow(group.id, 0, "tdkt", clock())
    await store.chats.set_language(group.id, "en")
    supergroup = await store.chats.meet(SUPERGROUP, ChatKind.SUPERGROUP, "Nhóm", "vi", clock())
    await store.chats.follow(supergroup.id, 0, "tdkt", clock())
    await store.chats.follow(supergroup.id, 0, "cchc", clock())
    await store.watches.add(group.id, 0, "bão", (), clock())
    await store.watches.add(supergroup.id, 0, "bão", (), clock())
    await store.watches.add(supergroup.id, 0, "lũ", (), clock())
    return group, supergroup


async def notes_by_chat(store: Store, clock: HandClock) -> dict[int, ClaimedNote]:
    return {note.address.chat_id: note for note in await claim(store, clock)}


async def test_a_group_known_under_both_ids_becomes_one_chat(store: Store, clock: HandClock) -> None:
    group, supergroup = await two_chats_of_one_group(store, clock)
    await publish(store, clock, an_item(1))
    moved = await store.chats.move(group.id, SUPERGROUP, clock())
    assert (moved.id, moved.telegram_id, moved.language) == (group.id, SUPERGROUP, "en")
    assert await store.chats.get(supergroup.id) is None
    assert [follow.source_id for follow in await store.chats.follows(group.id)] == ["cchc", "tdkt"]
    assert [watch.query for watch in await store.watches.of_chat(group.id)] == ["bão", "lũ"]
    assert len(await claim(store, clock)) == 1
    assert await store.check() == "ok"


@pytest.mark.parametrize("sent_to", ["group", "supergroup"])
async def test_what_either_has_received_is_not_sent_to_the_merged_chat(
    store: Store, clock: HandClock, sent_to: str
) -> None:
    group, supergroup = await two_chats_of_one_group(store, clock)
    await publish(store, clock, an_item(1))
    notes = await notes_by_chat(store, clock)
    note = notes[group.id if sent_to == "group" else supergroup.id]
    await send(store, clock, note)
    await store.outbox.record([an_outcome(note, verdict=Sent(message_id=9))], clock())
    await store.outbox.release([each.id for each in notes.values()])
    await store.chats.move(group.id, SUPERGROUP, clock())
    assert await claim(store, clock) == ()
    (line,) = [line async for line in store.outbox.ledger_lines()]
    assert (line["chat"], line["verdict"], line["message"]) == (SUPERGROUP, "sent", 9)


async def test_the_merged_chat_is_paused_only_where_the_newer_one_is(store: Store, clock: HandClock) -> None:
    group, supergroup = await two_chats_of_one_group(store, clock)
    await store.chats.pause(group.id, "kicked", clock())
    assert (await store.chats.move(group.id, SUPERGROUP, clock())).paused == ""
    third = await store.chats.meet(SUPERGROUP - 1, ChatKind.SUPERGROUP, "Nhóm", "vi", clock())
    await store.chats.pause(third.id, "no_rights", clock())
    await publish(store, clock, an_item(1))
    assert (await store.chats.move(group.id, SUPERGROUP - 1, clock())).paused == "no_rights"
    assert await claim(store, clock) == ()
    assert supergroup.id != third.id


async def test_a_forgotten_chat_leaves_nothing_of_itself_in_any_file(
    store: Store, clock: HandClock, tmp_path: Path
) -> None:
    others = [await a_follower(store, clock, number) for number in range(1, 200)]
    chat = await store.chats.meet(7_345_678_901, ChatKind.PRIVATE, "Bùi Thị Kín", "vi", clock())
    await store.chats.meet(7_345_678_901, ChatKind.PRIVATE, "Bùi Thị Kín Tên Dài Hơn", "vi", clock())
    await store.chats.follow(chat.id, 0, "tdkt", clock())
    await store.watches.add(chat.id, 0, "bệnh hiếm gặp", (), clock())
    await publish(store, clock, an_item(1), an_item(2))
    notes = [note for note in await claim(store, clock) if note.address.chat_id == chat.id]
    await send(store, clock, *notes)
    await store.outbox.record(
        [
            an_outcome(notes[0], verdict=Sent(message_id=9)),
            an_outcome(notes[1], verdict=Retry(due_at=clock(), why="x")),
        ],
        clock(),
    )
    moved = await store.chats.move(chat.id, 7_987_654_321, clock())
    await store.chats.forget(moved.id)
    files = b"".join(path.read_bytes() for path in tmp_path.glob("loa.db*"))
    for number in (7_345_678_901, 7_987_654_321):
        assert number.to_bytes(6, "big") not in files
        assert str(number).encode() not in files
    assert "Bùi Thị Kín".encode() not in files
    assert "hiếm gặp".encode() not in files
    assert others[0].telegram_id.to_bytes(6, "big") in files
    assert await store.chats.get(chat.id) is None
    assert [verdict for _, verdict, _ in await ledger(store)] == ["sent"]
    assert await store.check() == "ok"


async def test_a_forgotten_chat_that_comes_back_is_a_new_one(store: Store, clock: HandClock) -> None:
    chat = await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    await store.chats.forget(chat.id)
    await store.chats.forget(chat.id)
    again = await a_follower(store, clock)
    assert len(await store.chats.follows(again.id)) == 1
    assert await claim(store, clock) == ()
    assert (await publish(store, clock, an_item(2)))[1] == 1


async def test_every_chat_is_exported(store: Store, clock: HandClock) -> None:
    async with store._db.write() as conn:
        await conn.executemany(
            "INSERT INTO chats (telegram_id, kind, first_seen_at) VALUES (?, 'private', 0)",
            ((number,) for number in range(1, 1002)),
        )
    assert [chat.telegram_id async for chat in store.chats.export()] == list(range(1, 1002))
