"""The pretend Telegram as one object: `async with PretendTelegram() as telegram: ...`."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import Self, TypedDict, Unpack

from aiohttp import web

from bot.simulator.listening import LocalServer
from bot.simulator.telegram_api import BotApi
from bot.simulator.telegram_control import Control
from bot.simulator.telegram_limits import Limits
from bot.simulator.telegram_pages import ChatPages
from bot.simulator.telegram_people import People
from bot.simulator.telegram_wire import Json, LoggedCall
from bot.simulator.telegram_world import World

DEMO_TOKEN = "4200000001:loa-pretend-token-for-demo-and-tests"  # noqa: S105 - opens nothing but this pretence


class Setup(TypedDict, total=False):
    """How a pretend Telegram is built; everything has a default.

    `clock` (monotonic) judges the limits, `wall` gives the dates, both in seconds. `log_size` calls are remembered.
    With `ssl_context` it serves https.
    """

    token: str
    username: str
    port: int
    limits: Limits
    ssl_context: ssl.SSLContext
    clock: Callable[[], float]
    wall: Callable[[], float]
    log_size: int


class PretendTelegram(People):
    """A Bot API server on 127.0.0.1, the people who use it, and their chat page in the browser."""

    def __init__(self, **setup: Unpack[Setup]) -> None:
        token = setup.get("token", DEMO_TOKEN)
        number = token.partition(":")[0]
        bot = {
            "id": int(number) if number.isdigit() else 4_200_000_001,
            "is_bot": True,
            "first_name": "Loa",
            "username": setup.get("username", "loa_demo_bot"),
        }
        world = World(
            bot,
            limits=setup.get("limits") or Limits(),
            clock=setup.get("clock", time.monotonic),
            wall=setup.get("wall", time.time),
            log_size=setup.get("log_size", 20_000),
        )
        super().__init__(world)
        self.api = BotApi(world, token)
        self._control = Control(self, self.api)
        self._pages = ChatPages(self)
        self._server = LocalServer(self._answer, port=setup.get("port", 0), ssl_context=setup.get("ssl_context"))

    @property
    def url(self) -> str:
        """The api_root to configure; `/` is the page where one chooses a chat."""
        return self._server.url

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._server.port

    @property
    def token(self) -> str:
        """The bot's token; set `api.token` to revoke it."""
        return self.api.token

    @property
    def limits(self) -> Limits:
        """The flood limits; change their fields at any moment."""
        return self.world.gate.limits

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; `url` is known from now on."""
        await self._server.start()

    async def stop(self) -> None:
        """End open polls and pages, and free the port."""
        await self.world.updates.close()
        await self._server.stop()

    async def ask(self, chat_id: int, text: str, *, user_id: int | None = None, timeout: float = 10.0) -> list[Json]:  # noqa: ASYNC109
        """Say something and return the bot's messages that follow, at least one."""
        spoken = self.say(chat_id, text, user_id=user_id)
        return await self.wait_sent(chat_id, after=spoken, timeout=timeout)

    async def wait_sent(
        self,
        chat_id: int,
        *,
        count: int = 1,
        after: int = 0,
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> list[Json]:
        """The bot's messages in the chat above *after*, once there are at least *count*."""
        what = f"{count} message(s) in chat {chat_id}"
        await self.wait_until(lambda: len(self.sent(chat_id, after=after)) >= count, timeout=timeout, what=what)
        return self.sent(chat_id, after=after)

    async def wait_call(self, method: str, *, after: int = 0, timeout: float = 10.0) -> LoggedCall:  # noqa: ASYNC109
        """The first logged call of that method numbered above *after*."""
        await self.wait_until(lambda: self.calls(method, after=after), timeout=timeout, what=f"a call of {method}")
        return self.calls(method, after=after)[0]

    async def wait_answer(self, query_id: str, *, timeout: float = 10.0) -> Json:  # noqa: ASYNC109
        """The bot's answer to a callback or inline query."""
        await self.wait_until(lambda: self.answer(query_id), timeout=timeout, what=f"an answer to query {query_id}")
        return self.answer(query_id) or {}

    async def wait_listening(self, *, timeout: float = 15.0) -> None:  # noqa: ASYNC109
        """Return once the bot has a long poll open or a webhook set."""
        updates = self.world.updates
        await self.wait_until(lambda: updates.polling or updates.webhook, timeout=timeout, what="a bot that listens")

    async def wait_until(self, ready: Callable[[], object], *, timeout: float = 10.0, what: str = "condition") -> None:  # noqa: ASYNC109
        """Return once `ready()` is true; TimeoutError that names *what* otherwise."""
        await self.world.changes.wait_until(ready, timeout=timeout, what=what)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith("/bot"):
            return await self.api.answer(request, self._server)
        if request.path.startswith("/sim/"):
            return await self._control.answer(request)
        return await self._pages.answer(request, self._server)
