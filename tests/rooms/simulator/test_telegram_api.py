"""The pretend Bot API as a bot meets it: over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.simulator import Fault, PretendTelegram


class Bot:
    """A bot that speaks plain HTTP: `status, body = await bot.call("getMe")`."""

    def __init__(self, telegram: PretendTelegram, session: aiohttp.ClientSession) -> None:
        self.telegram = telegram
        self.session = session

    async def call(self, method: str, **values: Any) -> tuple[int, Any]:
        address = f"{self.telegram.url}/bot{self.telegram.token}/{method}"
        async with self.session.post(address, json=values) as answer:
            return answer.status, await answer.json()


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as server:
        yield server


@pytest_asyncio.fixture
async def bot(telegram: PretendTelegram) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession() as session:
        yield Bot(telegram, session)


async def test_a_wrong_token_is_unauthorized(telegram: PretendTelegram, bot: Bot) -> None:
    async with bot.session.get(f"{telegram.url}/bot1:nonsense/getMe") as answer:
        assert answer.status == 401
        assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert (await bot.call("getMe"))[1]["result"]["username"] == "loa_demo_bot"


async def test_form_json_and_multipart_say_the_same(telegram: PretendTelegram, bot: Bot) -> None:
    telegram.chat(7)
    address = f"{telegram.url}/bot{telegram.token}/sendMessage"
    form = aiohttp.FormData({"chat_id": "7", "text": "<b>Tin</b> mới", "parse_mode": "HTML"})
    multipart = aiohttp.FormData({"chat_id": "7", "text": "<b>Tin</b> mới", "parse_mode": "HTML"})
    multipart.add_field("ignored", b"x", filename="x.txt")
    for body in (form, multipart):
        async with bot.session.post(address, data=body) as answer:
            assert answer.status == 200
    await bot.call("sendMessage", chat_id=7, text="<b>Tin</b> mới", parse_mode="HTML")
    seen = {(message["text"], str(message["entities"])) for message in telegram.sent(7)}
    assert seen == {("Tin mới", "[{'type': 'bold', 'offset': 0, 'length': 3}]")}
    assert len(telegram.sent(7)) == 3


async def test_an_update_is_repeated_until_its_offset_confirms_it(telegram: PretendTelegram, bot: Bot) -> None:
    telegram.say(7, "/start@loa_demo_bot xin chào")
    (first,) = (await bot.call("getUpdates"))[1]["result"]
    (again,) = (await bot.call("getUpdates"))[1]["result"]
    assert first == again
    assert first["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 19}]
    assert first["message"]["from"]["language_code"] == "vi"
    assert (await bot.call("getUpdates", offset=first["update_id"] + 1))[1]["result"] == []


async def test_a_long_poll_wakes_when_somebody_speaks(telegram: PretendTelegram, bot: Bot) -> None:
    poll = asyncio.create_task(bot.call("getUpdates", timeout=30))
    await telegram.wait_listening()
    telegram.say(7, "có ai không?")
    (update,) = (await asyncio.wait_for(poll, 5))[1]["result"]
    assert update["message"]["text"] == "có ai không?"


async def test_a_second_poll_ends_the_first_with_conflict(telegram: PretendTelegram, bot: Bot) -> None:
    first = asyncio.create_task(bot.call("getUpdates", timeout=30))
    await telegram.wait_listening()
    second = asyncio.create_task(bot.call("getUpdates", timeout=30))
    status, body = await asyncio.wait_for(first, 5)
    assert status == 409
    assert body["description"].startswith("Conflict: terminated by other getUpdates request")
    telegram.say(7, "cho người sau")
    assert (await asyncio.wait_for(second, 5))[0] == 200


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ("blocked", 403, "Forbidden: bot was blocked by the user"),
        ("not_started", 403, "Forbidden: bot can't initiate conversation with a user"),
        ("deactivated", 403, "Forbidden: user is deactivated"),
        ("not_found", 400, "Bad Request: chat not found"),
    ],
)
async def test_a_private_chat_in_trouble_says_so(
    telegram: PretendTelegram, bot: Bot, state: Any, status: int, words: str
) -> None:
    telegram.chat(7, state=state)
    answered, body = await bot.call("sendMessage", chat_id=7, text="tin")
    assert (answered, body["description"]) == (status, words)


async def test_a_group_that_became_a_supergroup_names_its_new_id(telegram: PretendTelegram, bot: Bot) -> None:
    telegram.chat(-5, title="Tổ dân phố 3")
    telegram.migrate(-5, -1000000000005)
    status, body = await bot.call("sendMessage", chat_id=-5, text="tin")
    assert status == 400
    assert body["parameters"] == {"migrate_to_chat_id": -1000000000005}
    assert (await bot.call("sendMessage", chat_id=-1000000000005, text="tin"))[0] == 200
    updates = (await bot.call("getUpdates"))[1]["result"]
    assert [update["message"].get("migrate_to_chat_id") for update in updates] == [-1000000000005, None]


async def test_a_closed_topic_refuses_and_its_neighbour_does_not(telegram: PretendTelegram, bot: Bot) -> None:
    telegram.chat(-100, type="supergroup", is_forum=True, topics={3: "Tin tức", 4: "Đóng"}, closed_topics=(4,))
    assert (await bot.call("sendMessage", chat_id=-100, message_thread_id=3, text="tin"))[0] == 200
    assert (await bot.call("sendMessage", chat_id=-100, message_thread_id=4, text="tin"))[1]["description"] == (
        "Bad Request: TOPIC_CLOSED"
    )
    assert (await bot.call("sendMessage", chat_id=-100, message_thread_id=5, text="tin"))[1]["description"] == (
        "Bad Request: message thread not found"
    )


async def test_a_burst_of_four_to_one_person_breaks_the_limit(telegram: PretendTelegram, bot: Bot) -> None:
    telegram.chat(7)
    answers = [await bot.call("sendMessage", chat_id=7, text=f"tin {number}") for number in range(4)]
    assert [status for status, _ in answers] == [200, 200, 200, 429]
    assert answers[3][1]["parameters"] == {"retry_after": 1}
    assert telegram.stats()["violations_by_scope"] == {"private": 1}


async def test_no_window_of_a_second_holds_more_than_the_budget() -> None:
    now = [1000.0]
    async with PretendTelegram(clock=lambda: now[0]) as telegram, aiohttp.ClientSession() as session:
        bot = Bot(telegram, session)
        telegram.crowd(1, 40)
        first = [(await bot.call("sendMessage", chat_id=chat, text="tin"))[0] for chat in range(1, 31)]
        now[0] += 0.5
        refused = (await bot.call("sendMessage", chat_id=31, text="tin"))[0]
        now[0] += 1.5
        later = (await bot.call("sendMessage", chat_id=32, text="tin"))[0]
        assert (set(first), refused, later) == ({200}, 429, 200)
        assert telegram.stats()["max_per_second"] == 30


async def test_an_edit_that_changes_nothing_is_refused_in_the_known_words(telegram: PretendTelegram, bot: Bot) -> None:
    telegram.chat(7)
    sent = (await bot.call("sendMessage", chat_id=7, text="<i>tin</i>", parse_mode="HTML"))[1]["result"]
    edit = {"chat_id": 7, "message_id": sent["message_id"], "parse_mode": "HTML"}
    assert (await bot.call("editMessageText", text="<i>tin</i> ", **edit))[1]["description"].startswith(
        "Bad Request: message is not modified"
    )
    assert (await bot.call("editMessageText", text="<b>tin</b>", **edit))[0] == 200
    assert telegram.sent(7)[0]["entities"][0]["type"] == "bold"
    assert (await bot.call("editMessageText", chat_id=7, message_id=99, text="x"))[1]["description"] == (
        "Bad Request: message to edit not found"
    )


async def test_a_dropped_answer_leaves_the_message_delivered(telegram: PretendTelegram, bot: Bot) -> None:
    telegram.chat(7)
    telegram.fault(Fault(kind="drop_before"))
    telegram.fault(Fault(kind="drop_after"))
    with pytest.raises(aiohttp.ClientError):
        await bot.call("sendMessage", chat_id=7, text="mất trước")
    with pytest.raises(aiohttp.ClientError):
        await bot.call("sendMessage", chat_id=7, text="mất sau")
    assert [message["text"] for message in telegram.sent(7)] == ["mất sau"]


async def test_a_proxy_in_front_answers_in_html(telegram: PretendTelegram, bot: Bot) -> None:
    telegram.chat(7)
    telegram.fault(Fault(kind="error", code=502))
    address = f"{telegram.url}/bot{telegram.token}/sendMessage"
    async with bot.session.post(address, json={"chat_id": 7, "text": "tin"}) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
    assert (await bot.call("sendMessage", chat_id=7, text="tin"))[0] == 200


async def test_a_pressed_button_is_answered_once(telegram: PretendTelegram, bot: Bot) -> None:
    telegram.chat(7)
    keyboard = {"inline_keyboard": [[{"text": "Đăng ký", "callback_data": "sub:tdkt"}]]}
    sent = (await bot.call("sendMessage", chat_id=7, text="Chào", reply_markup=keyboard))[1]["result"]
    query = telegram.press(7, sent["message_id"], text="Đăng")
    (update,) = (await bot.call("getUpdates"))[1]["result"]
    assert update["callback_query"]["data"] == "sub:tdkt"
    assert (await bot.call("answerCallbackQuery", callback_query_id=query, text="Xong"))[0] == 200
    assert (await telegram.wait_answer(query))["text"] == "Xong"
    assert (await bot.call("answerCallbackQuery", callback_query_id="1"))[1]["description"] == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    with pytest.raises(LookupError, match="no button"):
        telegram.press(7, sent["message_id"], data="sub:khác")


async def test_a_blocked_bot_is_told_and_told_again_when_it_is_back(telegram: PretendTelegram, bot: Bot) -> None:
    telegram.chat(7)
    telegram.member(7, "kicked")
    telegram.say(7, "/start")
    updates = (await bot.call("getUpdates"))[1]["result"]
    statuses = [update["my_chat_member"]["new_chat_member"]["status"] for update in updates[:2]]
    assert statuses == ["kicked", "member"]
    assert updates[2]["message"]["text"] == "/start"


async def test_the_same_text_twice_unasked_is_a_duplicate(telegram: PretendTelegram, bot: Bot) -> None:
    telegram.chat(7)
    telegram.chat(8)
    for chat in (7, 8, 7):
        await bot.call("sendMessage", chat_id=chat, text="tin")
    stats = telegram.stats()
    assert stats["duplicate_list"] == [{"chat_id": 7, "text": "tin", "count": 2}]
    assert stats["accepted_per_chat"] == {"7": 2, "8": 1}


async def test_an_unknown_parameter_is_counted_as_a_problem(telegram: PretendTelegram, bot: Bot) -> None:
    telegram.chat(7)
    await bot.call("sendMessage", chat_id=7, text="tin", disable_web_page_preview=True)
    assert telegram.stats()["problems"] == {"sendMessage: unknown parameter disable_web_page_preview": 1}


async def test_a_poll_whose_caller_left_is_no_listener_and_gets_no_conflict(
    telegram: PretendTelegram, bot: Bot
) -> None:
    first = asyncio.create_task(bot.call("getUpdates", timeout=30))
    await telegram.wait_listening()
    first.cancel()
    await telegram.wait_until(lambda: not telegram.stats()["polling"])
    assert (await bot.call("getUpdates"))[0] == 200
    await telegram.wait_until(lambda: len(telegram.calls("getUpdates")) == 1)
    assert telegram.stats()["statuses"] == {"200": 1}


@pytest.mark.parametrize(
    ("method", "values"),
    [
        ("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": "{"}),
        ("sendMessage", {"chat_id": 7, "text": "x", "entities": [1]}),
        ("sendMessage", {"chat_id": 7, "text": "x", "reply_parameters": []}),
        ("sendMediaGroup", {"chat_id": 7, "media": [{}]}),
        ("setMyCommands", {"commands": ["x"]}),
        ("getUpdates", {"offset": "²"}),
    ],
)
async def test_nonsense_in_a_parameter_is_a_bad_request(
    telegram: PretendTelegram, bot: Bot, method: str, values: dict[str, Any]
) -> None:
    telegram.chat(7)
    status, body = await bot.call(method, **values)
    assert (status, body["description"][:11]) == (400, "Bad Request")
