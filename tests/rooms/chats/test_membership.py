"""The bot's own place: blocked and back, added and removed, a group that becomes a supergroup."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from telegram import ChatMemberRestricted

from bot.model import ChatKind
from bot.simulator import Fault
from bot.simulator.telegram_chats import MemberStatus
from tests.fakes import notice
from tests.rooms.chats.scene import ADMIN, GROUP, PERSON, TDKT, Scene, buttons, opened

NEW_GROUP = -1000000003001


async def test_a_blocked_chat_is_paused_with_that_reason_and_owed_nothing(desk: Scene) -> None:
    await desk.publish(notice("Tin cũ", 0), baseline=True)
    await desk.ask(PERSON, "/subscribe")
    desk.telegram.member(PERSON, "kicked")
    await desk.handle()
    assert (await desk.chat(PERSON)).paused == "blocked"
    assert await desk.owe(notice("Tin mới", 1)) == 0


async def test_whoever_comes_back_is_told_what_was_missed_and_reads_it_by_a_button(desk: Scene) -> None:
    await desk.publish(notice("Tin cũ", 0), baseline=True)
    await desk.ask(PERSON, "/subscribe")
    desk.clock.advance(timedelta(hours=1))
    desk.telegram.member(PERSON, "kicked")
    await desk.handle()
    desk.clock.advance(timedelta(hours=1))
    await desk.owe(*(notice(f"Tin lỡ {number}", number) for number in range(1, 8)))
    desk.clock.advance(timedelta(hours=1))
    desk.telegram.member(PERSON, "member")
    await desk.handle()
    assert "có 7 tin mới chưa được gửi" in desk.last(PERSON)["text"]
    assert (await desk.chat(PERSON)).paused == ""
    desk.clock.advance(timedelta(seconds=2))
    await desk.owe(notice("Tin sau khi trở lại", 9))
    first = await desk.press(PERSON, "Đọc các tin này")
    second = await desk.press(PERSON, "Tiếp")
    assert sorted(f"Tin lỡ {number}" in first + second for number in range(1, 8)) == [True] * 7
    assert "Tin cũ" not in first + second
    assert "trở lại" not in first + second
    desk.no_harm()


async def test_a_message_from_a_paused_person_ends_the_pause(desk: Scene) -> None:
    await desk.ask(PERSON, "/subscribe")
    chat = await desk.chat(PERSON)
    await desk.store.chats.pause(chat.id, "deactivated", desk.clock())
    await desk.ask(PERSON, "/latest")
    assert (await desk.chat(PERSON)).paused == ""


async def test_nothing_missed_is_not_mentioned(desk: Scene) -> None:
    await desk.ask(PERSON, "/start")
    before = len(desk.telegram.sent(PERSON))
    for status in ("kicked", "member"):
        desk.telegram.member(PERSON, status)
        await desk.handle()
    assert len(desk.telegram.sent(PERSON)) == before


async def test_a_group_that_removed_the_bot_is_paused_and_comes_back_when_it_is_added(desk: Scene) -> None:
    desk.group()
    await desk.ask(GROUP, "/subscribe", user_id=ADMIN)
    changes: tuple[tuple[MemberStatus, str], ...] = (
        ("kicked", "kicked"),
        ("member", ""),
        ("left", "left"),
        ("member", ""),
    )
    for status, why in changes:
        desk.telegram.member(GROUP, status, by=ADMIN)
        await desk.handle()
        assert (await desk.chat(GROUP)).paused == why
    assert await desk.followed(GROUP) == [(0, "tdkt")]


async def test_a_group_that_silences_the_bot_is_paused_until_it_may_speak(desk: Scene) -> None:
    desk.group()
    await desk.ask(GROUP, "/subscribe", user_id=ADMIN)
    desk.telegram.member(GROUP, "member", by=ADMIN)
    change = dict(desk.telegram.world.updates.queue.pop()["my_chat_member"])
    rights = {name: False for name in ChatMemberRestricted.__slots__ if name.startswith("can_")}
    silenced = {"user": change["new_chat_member"]["user"], "status": "restricted", "is_member": True, "until_date": 0}
    desk.telegram.update("my_chat_member", {**change, "new_chat_member": {**silenced, **rights}})
    await desk.handle()
    assert (await desk.chat(GROUP)).paused == "no_rights"
    desk.telegram.update(
        "my_chat_member", {**change, "new_chat_member": {**silenced, **rights, "can_send_messages": True}}
    )
    await desk.handle()
    assert (await desk.chat(GROUP)).paused == ""


async def test_a_group_that_adds_the_bot_is_told_how_to_begin(desk: Scene) -> None:
    desk.group(state="left")
    desk.telegram.member(GROUP, "member", by=ADMIN)
    await desk.handle()
    assert "Xin chào cả nhóm" in desk.last(GROUP)["text"]
    assert buttons(desk.last(GROUP)) == ["Nhận tin mới"]
    desk.no_harm()


async def test_a_channel_that_adds_the_bot_is_not_written_into(desk: Scene) -> None:
    desk.telegram.chat(-1000000005001, type="channel", state="left")
    desk.telegram.member(-1000000005001, "administrator", by=ADMIN)
    await desk.handle()
    assert desk.telegram.sent(-1000000005001) == []
    assert (await desk.chat(-1000000005001)).kind is ChatKind.CHANNEL


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_follows(desk: Scene) -> None:
    desk.group()
    await desk.ask(GROUP, "/subscribe", user_id=ADMIN)
    before = await desk.chat(GROUP)
    desk.telegram.migrate(GROUP, NEW_GROUP)
    await desk.handle()
    assert (await desk.chat(NEW_GROUP)).id == before.id
    assert await desk.followed(NEW_GROUP) == [(0, "tdkt")]
    assert await desk.store.chats.by_telegram(GROUP) is None
    assert "từ trước" in await desk.ask(NEW_GROUP, "/subscribe", user_id=ADMIN)


async def test_a_move_that_only_the_refusal_tells_is_followed_and_answered_there(desk: Scene) -> None:
    desk.group()
    await desk.ask(GROUP, "/subscribe", user_id=ADMIN)
    spoken = desk.telegram.say(GROUP, "/latest", user_id=ADMIN)
    desk.telegram.migrate(GROUP, NEW_GROUP)
    updates = desk.telegram.world.updates.queue
    while len(updates) > 1:
        updates.pop()
    await desk.handle()
    assert desk.telegram.sent(GROUP, after=spoken) == []
    assert "Chưa có tin nào" in desk.last(NEW_GROUP)["text"]
    assert await desk.followed(NEW_GROUP) == [(0, "tdkt")]


@pytest.mark.parametrize("state", ["blocked", "deactivated"])
async def test_an_answer_that_is_refused_pauses_the_chat(desk: Scene, state: str) -> None:
    await desk.ask(PERSON, "/subscribe")
    desk.telegram.say(PERSON, "/latest")
    desk.telegram.chat(PERSON, state="blocked" if state == "blocked" else "deactivated")
    await desk.handle()
    assert (await desk.chat(PERSON)).paused == state


async def test_an_answer_that_is_slowed_is_given_a_second_time_after_the_wait(tmp_path: Path) -> None:
    async with opened(tmp_path, TDKT, monotonic=time.monotonic) as scene:
        scene.telegram.fault(Fault(kind="429", retry_after=1, methods=("sendMessage",)))
        assert "Xin chào" in await scene.ask(PERSON, "/start")
        assert scene.telegram.stats()["violations"] == 0


async def test_an_answer_that_telegram_cannot_parse_is_given_without_markup(desk: Scene) -> None:
    why = "Bad Request: can't parse entities: Unsupported start tag"
    desk.telegram.fault(Fault(kind="error", code=400, description=why, methods=("sendMessage",)))
    said = await desk.ask(PERSON, "/start")
    assert "Xin chào! Loa gửi" in said
    assert "entities" not in desk.last(PERSON)


async def test_an_answer_of_unknown_fate_is_not_repeated(desk: Scene) -> None:
    desk.telegram.fault(Fault(kind="drop_after", methods=("sendMessage",)))
    assert len(await desk.answers(PERSON, "/start")) == 1
