"""The ear against the pretend Telegram: what is confirmed when, and what ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count

import pytest

from bot.app.listening import Listener, Payload
from bot.chats.allowed import ALLOWED_UPDATES
from bot.chats.transport import AiohttpRequest
from bot.errors import AnotherInstance, StoreUnavailable, TokenRefused
from bot.simulator import Fault, PretendTelegram
from bot.web.vitals import Vitals

PERSON = 5001


class Ear:
    """A listener, what it heard, and the trouble it meets with it."""

    def __init__(self, address: str, request: AiohttpRequest, seconds: Iterator[float]) -> None:
        self.heard: list[str] = []
        self.refuse = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.vitals = Vitals(started=0.0)
        self.listener = Listener(
            request,
            address,
            allowed=ALLOWED_UPDATES,
            take=self.take,
            vitals=self.vitals,
            monotonic=lambda: next(seconds),
        )

    async def take(self, update: Payload) -> None:
        if self.refuse:
            self.refuse -= 1
            raise StoreUnavailable("the disk is full")
        await self.hold.wait()
        self.heard.append(update["message"]["text"])


@pytest.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as pretended:
        yield pretended


@asynccontextmanager
async def listening(
    telegram: PretendTelegram, *, step: float = 0.1, token: str = ""
) -> AsyncIterator[tuple[Ear, asyncio.Task[None]]]:
    """An ear that listens during the block; its seconds advance by *step* whenever it looks."""
    request = AiohttpRequest(connections=2)
    await request.initialize()
    ear = Ear(f"{telegram.url}/bot{token or telegram.token}", request, count(0.0, step))
    task = asyncio.create_task(ear.listener.listen())
    try:
        yield ear, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await request.shutdown()


async def test_what_is_said_is_heard_in_order_and_once(telegram: PretendTelegram) -> None:
    async with listening(telegram) as (ear, _):
        for number in range(5):
            telegram.say(PERSON, f"tin {number}")
        await telegram.wait_until(lambda: telegram.world.updates.polling and len(ear.heard) == 5, what="5 heard")
    assert ear.heard == [f"tin {number}" for number in range(5)]


async def test_an_update_is_confirmed_only_when_it_was_handled(telegram: PretendTelegram) -> None:
    async with listening(telegram) as (ear, task):
        ear.hold.clear()
        await telegram.wait_until(lambda: telegram.world.updates.polling)
        telegram.say(PERSON, "không được mất")
        await telegram.wait_until(lambda: not telegram.world.updates.polling)
        task.cancel()  # as a kill would: nobody confirmed it
    async with listening(telegram) as (later, _):
        await telegram.wait_until(lambda: later.heard, what="the same update again")
    assert later.heard == ["không được mất"]


async def test_an_update_that_the_store_refused_comes_again(telegram: PretendTelegram) -> None:
    async with listening(telegram) as (ear, _):
        ear.refuse = 1
        telegram.say(PERSON, "ghi lại")
        await telegram.wait_until(lambda: ear.heard or telegram.calls("getUpdates")[3:], what="it comes again")
    assert ear.heard == ["ghi lại"]


async def test_a_stumbling_telegram_is_asked_again(telegram: PretendTelegram) -> None:
    telegram.fault(Fault(kind="error", code=502, count=2, methods=("getUpdates",)))
    telegram.fault(Fault(kind="not_json", methods=("getUpdates",)))
    async with listening(telegram) as (ear, _):
        telegram.say(PERSON, "rồi cũng tới")
        await telegram.wait_until(lambda: ear.heard, what="the update", timeout=15)
    assert ear.vitals.telegram_trouble == ""


async def test_a_refused_token_ends_it(telegram: PretendTelegram) -> None:
    async with listening(telegram, token="7654321:revoked") as (_, task):
        with pytest.raises(TokenRefused):
            await asyncio.wait_for(task, 10)


async def test_another_instance_that_goes_on_polling_ends_it(telegram: PretendTelegram) -> None:
    telegram.fault(
        Fault(
            kind="error",
            code=409,
            description="Conflict: terminated by other getUpdates request",
            count=0,
            methods=("getUpdates",),
        )
    )
    async with listening(telegram, step=29.0) as (ear, task):
        with pytest.raises(AnotherInstance):
            await asyncio.wait_for(task, 15)
        assert ear.vitals.telegram_trouble == ""


async def test_a_rival_that_shows_up_briefly_now_and_then_ends_nothing(telegram: PretendTelegram) -> None:
    telegram.fault(
        Fault(
            kind="error",
            code=409,
            description="Conflict: terminated by other getUpdates request",
            count=3,
            methods=("getUpdates",),
        )
    )
    async with listening(telegram, step=31.0) as (ear, task):
        telegram.say(PERSON, "vẫn nghe")
        await telegram.wait_until(lambda: ear.heard, what="the update", timeout=15)
        assert not task.done()


async def test_a_webhook_of_an_earlier_life_is_removed(telegram: PretendTelegram) -> None:
    request = AiohttpRequest(connections=1)
    await request.initialize()
    await request.post(f"{telegram.url}/bot{telegram.token}/setWebhook?url=http://127.0.0.1:9/old")
    await request.shutdown()
    async with listening(telegram) as (ear, _):
        await telegram.wait_call("deleteWebhook")
        telegram.say(PERSON, "qua polling")
        await telegram.wait_until(lambda: ear.heard, what="the update", timeout=15)
