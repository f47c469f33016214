"""Real errors of a pretend Telegram, read by the real library, become answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.chats.sender import TelegramSender, answer_of
from bot.chats.terse_bot import TerseBot
from bot.chats.transport import AiohttpRequest, NoAnswer, NotSent
from bot.model import (
    Accepted,
    Address,
    Answer,
    Button,
    ChatKind,
    Malformed,
    Moved,
    Refused,
    Rendered,
    Slowed,
    Unauthorized,
    Unreachable,
    Unsure,
)
from bot.simulator import Fault, PretendTelegram
from bot.simulator.telegram_chats import ChatState

PERSON = Address(chat_id=1, telegram_id=1001, kind=ChatKind.PRIVATE)
GROUP = Address(chat_id=2, telegram_id=-500, kind=ChatKind.GROUP)
TEXT = Rendered(text="<b>Tin mới</b>")


@pytest.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as telegram:
        telegram.chat(PERSON.telegram_id)
        telegram.chat(GROUP.telegram_id, type="group")
        yield telegram


@pytest.fixture
async def bot(telegram: PretendTelegram) -> AsyncIterator[TerseBot]:
    request = AiohttpRequest()
    async with request:
        yield TerseBot(telegram.token, telegram.url, request)


async def test_a_message_arrives_with_markup_button_and_preview(telegram: PretendTelegram, bot: TerseBot) -> None:
    rendered = Rendered(
        text="<b>Tin mới</b>",
        buttons=((Button(text="Xem", url="https://tinh.example.vn/1"), Button(text="Thêm", data="more:1")),),
        preview_url="https://tinh.example.vn/anh.jpg",
        large_preview=True,
    )
    answer = await TelegramSender(bot).send(PERSON, rendered)
    (message,) = telegram.sent(PERSON.telegram_id)
    assert answer == Accepted(message_id=message["message_id"])
    assert message["text"] == "Tin mới"
    assert message["entities"][0]["type"] == "bold"
    (row,) = message["reply_markup"]["inline_keyboard"]
    assert [button.get("url") or button.get("callback_data") for button in row] == [
        "https://tinh.example.vn/1",
        "more:1",
    ]
    assert message["link_preview_options"] == {
        "url": "https://tinh.example.vn/anh.jpg",
        "prefer_large_media": True,
        "show_above_text": False,
    }


async def test_without_a_picture_there_is_no_preview_and_plain_text_stays_plain(
    telegram: PretendTelegram, bot: TerseBot
) -> None:
    await TelegramSender(bot).send(PERSON, Rendered(text="1 < 2", html=False))
    (message,) = telegram.sent(PERSON.telegram_id)
    assert message["text"] == "1 < 2"
    assert message["link_preview_options"] == {"is_disabled": True}


async def test_a_topic_of_a_forum_is_reached(telegram: PretendTelegram, bot: TerseBot) -> None:
    telegram.chat(-700, type="supergroup", is_forum=True, topics={7: "Tin"})
    forum = Address(chat_id=3, telegram_id=-700, kind=ChatKind.SUPERGROUP, thread=7)
    assert isinstance(await TelegramSender(bot).send(forum, TEXT), Accepted)
    assert telegram.sent(-700)[0]["message_thread_id"] == 7


async def test_only_a_paying_broadcaster_asks_for_paid_broadcast(telegram: PretendTelegram, bot: TerseBot) -> None:
    await TelegramSender(bot).send(PERSON, TEXT)
    await TelegramSender(bot, broadcast_paid=True).send(PERSON, TEXT)
    free, paid = telegram.calls("sendMessage")
    assert "allow_paid_broadcast" not in free.parameters
    assert paid.parameters["allow_paid_broadcast"] is True


async def test_an_edit_replaces_and_a_needless_one_counts_as_done(telegram: PretendTelegram, bot: TerseBot) -> None:
    sender = TelegramSender(bot)
    sent = await sender.send(PERSON, TEXT)
    assert isinstance(sent, Accepted)
    new = Rendered(text="<b>Tin đã sửa</b>")
    assert await sender.edit(PERSON, sent.message_id, new) == sent
    assert await sender.edit(PERSON, sent.message_id, new) == sent
    assert telegram.sent(PERSON.telegram_id)[0]["text"] == "Tin đã sửa"


async def test_what_cannot_be_edited_any_more_is_told_apart(bot: TerseBot) -> None:
    answer = await TelegramSender(bot).edit(PERSON, 999, TEXT)
    assert isinstance(answer, Malformed)
    assert not answer.markup


@pytest.mark.parametrize(
    ("state", "pause"),
    [
        ("blocked", "blocked"),
        ("deactivated", "deactivated"),
        ("not_started", "not_started"),
        ("not_found", "not_found"),
    ],
)
async def test_a_person_who_cannot_be_reached_is_refused_with_the_reason(
    telegram: PretendTelegram, bot: TerseBot, state: ChatState, pause: str
) -> None:
    telegram.chat(PERSON.telegram_id, state=state)
    answer = await TelegramSender(bot).send(PERSON, TEXT)
    assert isinstance(answer, Refused)
    assert (answer.pause, answer.topic) == (pause, False)


@pytest.mark.parametrize(
    ("state", "pause"),
    [("kicked", "kicked"), ("left", "left"), ("restricted", "no_rights"), ("deleted", "deleted")],
)
async def test_a_group_that_is_closed_to_the_bot_is_refused_with_the_reason(
    telegram: PretendTelegram, bot: TerseBot, state: ChatState, pause: str
) -> None:
    telegram.chat(GROUP.telegram_id, state=state)
    answer = await TelegramSender(bot).send(GROUP, TEXT)
    assert isinstance(answer, Refused)
    assert answer.pause == pause


async def test_an_upgraded_group_gives_its_new_number(telegram: PretendTelegram, bot: TerseBot) -> None:
    telegram.migrate(GROUP.telegram_id, -1000000000500)
    assert await TelegramSender(bot).send(GROUP, TEXT) == Moved(new_telegram_id=-1000000000500)


@pytest.mark.parametrize("topic", ["closed", "missing"])
async def test_a_closed_or_deleted_topic_is_that_topic_alone(
    telegram: PretendTelegram, bot: TerseBot, topic: str
) -> None:
    telegram.chat(
        -700, type="supergroup", is_forum=True, topics={7: "Tin", 8: "Gone"}, closed_topics=(7,), deleted_topics=(8,)
    )
    thread = 7 if topic == "closed" else 8
    forum = Address(chat_id=3, telegram_id=-700, kind=ChatKind.SUPERGROUP, thread=thread)
    answer = await TelegramSender(bot).send(forum, TEXT)
    assert isinstance(answer, Refused)
    assert answer.topic


async def test_broken_markup_may_go_plain_but_a_long_text_may_not(bot: TerseBot) -> None:
    broken = await TelegramSender(bot).send(PERSON, Rendered(text="<p>Tin</p>"))
    too_long = await TelegramSender(bot).send(PERSON, Rendered(text="a" * 4_097))
    assert isinstance(broken, Malformed)
    assert broken.markup
    assert isinstance(too_long, Malformed)
    assert not too_long.markup


async def test_a_429_says_how_long_to_wait(telegram: PretendTelegram, bot: TerseBot) -> None:
    telegram.fault(Fault(kind="429", retry_after=7))
    assert await TelegramSender(bot).send(PERSON, TEXT) == Slowed(retry_after=timedelta(seconds=7))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="error", code=500),
        Fault(kind="error", code=502),
        Fault(kind="drop_before"),
        Fault(kind="drop_after"),
        Fault(kind="not_json"),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.code}",
)
async def test_what_may_have_arrived_is_unsure(telegram: PretendTelegram, bot: TerseBot, fault: Fault) -> None:
    telegram.fault(fault)
    assert isinstance(await TelegramSender(bot).send(PERSON, TEXT), Unsure)


async def test_a_server_that_is_gone_got_nothing(telegram: PretendTelegram, bot: TerseBot) -> None:
    sender = TelegramSender(bot)
    assert await sender.reachable()
    await telegram.stop()
    assert isinstance(await sender.send(PERSON, TEXT), Unreachable)
    assert not await sender.reachable()


async def test_a_revoked_token_is_unauthorized(telegram: PretendTelegram, bot: TerseBot) -> None:
    telegram.api.token = "4200000002:another"
    answer = await TelegramSender(bot).send(PERSON, TEXT)
    assert isinstance(answer, Unauthorized)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (InvalidToken("Not Found"), Unreachable),
        (InvalidToken("Unauthorized"), Unauthorized),
        (ChatMigrated(-1001), Moved),
        (NotSent("no route"), Unreachable),
        (NoAnswer("timed out"), Unsure),
        (TimedOut(), Unsure),
        (NetworkError("Bad Gateway"), Unsure),
        (Conflict("terminated by other getUpdates request"), Unsure),
        (TelegramError("Invalid server response"), Unsure),
        (Forbidden("Forbidden: something new"), Refused),
        (BadRequest("Chat not found"), Refused),
        (BadRequest("Have no rights to send a message"), Refused),
        (BadRequest("CHAT_WRITE_FORBIDDEN"), Refused),
        (BadRequest("TOPIC_DELETED"), Refused),
        (BadRequest("Wrong type of the web page content"), Malformed),
        (BadRequest("Message text is empty"), Malformed),
    ],
)
def test_every_kind_of_error_has_its_answer(error: TelegramError, kind: Callable[..., Answer]) -> None:
    assert type(answer_of(error)) is kind


@pytest.mark.parametrize("wait", [3, timedelta(seconds=3)])
def test_a_wait_may_be_a_number_or_a_span(wait: int | timedelta) -> None:
    assert answer_of(RetryAfter(wait)) == Slowed(retry_after=timedelta(seconds=3))


def test_a_token_in_an_error_is_blotted_out() -> None:
    answer = answer_of(NetworkError("Cannot reach https://api.example/bot4200000001:loa-pretend-token-for-tests/x"))
    assert isinstance(answer, Unsure)
    assert "loa-pretend" not in answer.why
