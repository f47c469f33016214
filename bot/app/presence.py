"""Makes the bot known: who it is, its menu, where updates come in. Telegram may be out of reach meanwhile."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from telegram.error import BadRequest, NetworkError, TelegramError

from bot.app.listening import is_refused, token_refused
from bot.chats.allowed import ALLOWED_UPDATES
from bot.chats.application import App
from bot.chats.menu import publish_menu
from bot.config import TelegramConfig
from bot.errors import ConfigError
from bot.web.vitals import Vitals

log = logging.getLogger(__name__)

_PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 5.0)
PROBE_EVERY: Final = 5.0
PROBE_PATIENCE: Final = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Doorway:
    """Where Telegram brings updates in webhook mode: the path under /telegram/, the secret, the public address."""

    path: str
    secret: str
    address: str


def doorway(telegram: TelegramConfig) -> Doorway:
    """The path follows from the token, so that it stays over a restart; the secret is made where none is given."""
    path = hashlib.sha256(f"loa webhook {telegram.token}".encode()).hexdigest()[:32]
    secret = telegram.webhook_secret or secrets.token_urlsafe(32)
    return Doorway(path=path, secret=secret, address=f"{telegram.webhook_url}/telegram/{path}")


class Presence:
    """Introduces the application to Telegram and says when that is done. Raises TokenRefused from `appear`."""

    def __init__(self, application: App, vitals: Vitals, monotonic: Callable[[], float]) -> None:
        self._application = application
        self._vitals = vitals
        self._monotonic = monotonic
        self.known = asyncio.Event()
        """Set once Telegram has said who we are: before that, no command can be told from another bot's."""

    async def appear(self, door: Doorway | None) -> None:
        """Get to know ourselves, open the webhook where there is one, and publish the menu."""
        await self._insist("who am I", self._application.initialize)
        self.known.set()
        if door is not None:
            await self._insist("webhook", lambda: self._open_webhook(door))
        await self._insist("menu", lambda: publish_menu(self._application.bot))
        log.info("telegram.ready bot=@%s", self._application.bot.username)

    async def watch(self) -> None:
        """In webhook mode nothing else would notice that Telegram is out of reach: ask now and then, for ever."""
        while True:
            await asyncio.sleep(PROBE_EVERY)
            try:
                await self._application.bot.get_me(read_timeout=PROBE_PATIENCE)
            except TelegramError as error:
                self._fail(error)
            else:
                self._vitals.telegram_answers(self._monotonic())

    async def _open_webhook(self, door: Doorway) -> None:
        try:
            await self._application.bot.set_webhook(
                door.address, secret_token=door.secret, allowed_updates=ALLOWED_UPDATES
            )
        except BadRequest as error:
            raise ConfigError((f"environment: WEBHOOK_URL - Telegram does not take it: {error.message}",)) from None

    async def _insist(self, what: str, step: Callable[[], Awaitable[object]]) -> None:
        failures = 0
        while True:
            try:
                await step()
            except TelegramError as error:
                self._fail(error)
                failures += 1
                if failures in {1, 10} or failures % 100 == 0:
                    log.warning("telegram.not_ready step=%s times=%d why=%s", what, failures, error.message)
                if isinstance(error, BadRequest):
                    return  # asking again would not change Telegram's mind
                await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES)) - 1])
            else:
                self._vitals.telegram_answers(self._monotonic())
                return

    def _fail(self, error: TelegramError) -> None:
        if is_refused(error):
            raise token_refused()
        now = self._monotonic()
        if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            self._vitals.telegram_fails(now, error.message)
        else:
            self._vitals.telegram_answers(now)
