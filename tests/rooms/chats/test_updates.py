"""Updates at the door: each once, one chat's in order, and one accident ends nothing else."""

import asyncio
import logging
from pathlib import Path

import pytest
from telegram import Update

from bot.chats.updates import Turns
from bot.simulator import Fault
from tests.fakes import notice
from tests.rooms.chats.scene import GROUP, MEMBER, PERSON, TDKT, Scene, opened


async def test_an_update_that_comes_twice_is_answered_once(desk: Scene) -> None:
    desk.telegram.say(PERSON, "/start")
    payload = desk.telegram.world.updates.queue.popleft()
    await asyncio.gather(desk.door.take(payload), desk.door.take(payload))
    await desk.door.take(payload)
    assert len(desk.telegram.sent(PERSON)) == 1


async def test_an_update_that_comes_again_after_a_restart_is_not_answered_again(tmp_path: Path) -> None:
    async with opened(tmp_path, TDKT) as before:
        before.telegram.say(PERSON, "/start")
        payload = before.telegram.world.updates.queue[0]
        await before.handle()
    async with opened(tmp_path, TDKT) as after:
        await after.door.take(payload)
        assert after.telegram.sent(PERSON) == []


async def test_an_update_of_another_server_with_the_same_number_is_handled(desk: Scene) -> None:
    desk.telegram.say(PERSON, "/start")
    payload = desk.telegram.world.updates.queue.popleft()
    await desk.door.take(payload)
    later = {**payload["message"], "date": payload["message"]["date"] + 60}
    await desk.door.take({**payload, "message": later})
    assert len(desk.telegram.sent(PERSON)) == 2


@pytest.mark.parametrize(("command", "again"), [("/subscribe", 0), ("/latest", 1)])
async def test_what_is_cut_off_while_its_answer_leaves_comes_again_unless_it_changed_something(
    desk: Scene, command: str, again: int
) -> None:
    desk.telegram.fault(Fault(kind="stall", seconds=30.0, methods=("sendMessage",)))
    desk.telegram.say(PERSON, command)
    payload = desk.telegram.world.updates.queue.popleft()
    cut = asyncio.create_task(desk.door.take(payload))
    while desk.telegram.world.faults:  # until the answer hangs
        await asyncio.sleep(0.01)
    cut.cancel()
    await asyncio.gather(cut, return_exceptions=True)
    await desk.door.take(payload)
    assert len(desk.telegram.sent(PERSON)) == again
    assert await desk.followed(PERSON) == ([(0, "tdkt")] if command == "/subscribe" else [])


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"update_id": "x"},
        {"update_id": 7, "message": {"text": "/start"}},
        {"update_id": 8, "message": 5},
        {"update_id": 9, "callback_query": {"id": "1"}},
        {"update_id": 10, "something_new": {"a": 1}},
    ],
)
async def test_an_update_that_cannot_be_read_raises_nothing(desk: Scene, payload: dict[str, object]) -> None:
    await desk.door.take(payload)
    assert "Xin chào" in await desk.ask(PERSON, "/start")


async def test_an_edited_command_is_not_done_again(desk: Scene) -> None:
    desk.telegram.say(PERSON, "/subscribe")
    message = desk.telegram.world.updates.queue.popleft()["message"]
    desk.telegram.update("edited_message", {**message, "edit_date": message["date"] + 1})
    await desk.handle()
    assert await desk.followed(PERSON) == []


async def test_a_post_in_a_channel_is_no_command(desk: Scene) -> None:
    desk.telegram.chat(-1000000005001, type="channel")
    assert await desk.answers(-1000000005001, "/subscribe") == []
    assert await desk.store.chats.count() == 0


async def test_the_updates_of_one_chat_are_handled_in_their_order(desk: Scene) -> None:
    for command in ("/subscribe", "/unsubscribe", "/subscribe", "/stop", "/subscribe"):
        desk.telegram.say(PERSON, command)
    await desk.handle()
    said = [" ".join(message["text"].split()[:3]) for message in desk.telegram.sent(PERSON)]
    assert said == ["✅ Đã đăng", "Đã thôi nhận", "✅ Đã đăng", "Đã dừng: Loa", "✅ Đã đăng"]
    assert await desk.followed(PERSON) == [(0, "tdkt")]


async def test_a_chat_that_waits_keeps_no_other_waiting(desk: Scene) -> None:
    desk.telegram.fault(Fault(kind="stall", seconds=3.0, chat_id=PERSON))
    desk.telegram.say(PERSON, "/start")
    desk.telegram.say(PERSON + 1, "/start")
    handling = asyncio.create_task(desk.handle())
    await desk.telegram.wait_sent(PERSON + 1, timeout=2.0)
    assert desk.telegram.sent(PERSON) == []
    await handling


async def test_whoever_floods_a_chat_is_not_followed_for_ever_but_stop_is_heard(desk: Scene) -> None:
    order, done, gate = Turns(desk.store, desk.clock), list[str](), asyncio.Event()

    async def work(text: str) -> None:
        await gate.wait()
        done.append(text)

    def update(number: int, text: str) -> Update:
        chat = {"id": PERSON, "type": "private"}
        message = {"message_id": number, "date": 1, "chat": chat, "text": text}
        return Update.de_json({"update_id": number, "message": message}, None)

    tasks = [
        asyncio.create_task(order.process_update(update(number, "tin"), work(f"{number}"))) for number in range(60)
    ]
    tasks.append(asyncio.create_task(order.process_update(update(99, "/stop"), work("stop"))))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*tasks)
    assert done == [*(f"{number}" for number in range(50)), "stop"]


async def test_an_accident_in_one_update_is_logged_and_said_and_the_others_go_on(
    desk: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.publish(notice("Tin", 1), baseline=True)
    await desk.ask(PERSON, "/start")
    # The zone of this chat is none that the system knows: a defect that no command expects.
    async with desk.store._db.write() as conn:
        await conn.execute("UPDATE chats SET timezone = 'Nowhere/City'")
    desk.telegram.say(PERSON, "/watch bão")
    desk.telegram.say(PERSON + 1, "/latest")
    with caplog.at_level(logging.ERROR):
        await desk.handle()
    assert "trục trặc" in desk.last(PERSON)["text"]
    assert "Tin" in desk.last(PERSON + 1)["text"]
    assert "update.failed" in caplog.text
    assert desk.telegram.token not in caplog.text


async def test_while_nothing_can_be_saved_people_are_told_and_search_goes_on(desk: Scene) -> None:
    await desk.publish(notice("Thi đua", 1), baseline=True)
    await desk.ask(PERSON, "/start")
    await desk.store._db._writer.execute("PRAGMA query_only = ON")
    assert "chưa lưu được thay đổi" in await desk.ask(PERSON, "/subscribe")
    assert "1 tin" in await desk.ask(PERSON, "thi dua")
    await desk.store._db._writer.execute("PRAGMA query_only = OFF")
    assert "Đã đăng ký" in await desk.ask(PERSON, "/subscribe")


async def test_a_command_for_another_bot_is_not_ours(desk: Scene) -> None:
    desk.group()
    assert await desk.answers(GROUP, "/start@someone_else", user_id=MEMBER) == []
