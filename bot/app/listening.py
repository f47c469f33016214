"""The ear: asks Telegram for updates, and confirms them when they are handled, not before.

python-telegram-bot's updater confirms a batch when it arrives, so a crash loses it; and one update that cannot be
parsed ends its batch again and again. Here the raw batch is taken apart first.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeAlias
from urllib.parse import urlencode

from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.errors import AnotherInstance, StoreUnavailable, TokenRefused
from bot.web.vitals import Vitals

log = logging.getLogger(__name__)

Payload: TypeAlias = dict[str, Any]
Take: TypeAlias = Callable[[Payload], Awaitable[object]]

POLL_SECONDS: Final = 6
"""How long Telegram may hold a poll: short enough that silence is noticed well within 20 s."""
POLL_PATIENCE: Final = 9.0
HANDLING_PATIENCE: Final = 3.0
"""A batch that waits for its answers' slots longer than this is confirmed; what it changes is in the store by then."""
RIVAL_PATIENCE: Final = 60.0
"""Seconds for which another instance may poll: a rolling restart shows two for a short while."""
RIVAL_GONE_AFTER: Final = 30.0
STORE_PAUSE: Final = 2.0
FINISHING: Final = 2.0
_PAUSES: Final = (0.0, 0.5, 1.0, 2.0, 3.0)


@dataclass(slots=True)
class Heard:
    """The number of the next update; all before it are handled. Survives the listener when the house is built anew."""

    offset: int = 0


class Listener:
    """One long poll after another. *take* handles one raw update and never raises for what it holds."""

    def __init__(
        self,
        request: BaseRequest,
        address: str,
        *,
        allowed: Sequence[str],
        take: Take,
        vitals: Vitals,
        monotonic: Callable[[], float],
        heard: Heard | None = None,
    ) -> None:
        self._request = request
        self._address = address
        self._asked = {"timeout": POLL_SECONDS, "allowed_updates": json.dumps(allowed)}
        self._take = take
        self._vitals = vitals
        self._monotonic = monotonic
        self._heard = heard or Heard()
        self._handling: set[asyncio.Task[object]] = set()
        self._rivals: tuple[float, float] | None = None
        self._failures = 0

    async def listen(self) -> NoReturn:
        """Listen until cancelled; what is being handled then may still come to its end, for FINISHING seconds.

        Raises TokenRefused, and AnotherInstance when one has polled for a minute.
        """
        try:
            while True:
                await self._listen_once()
        finally:
            await self._finish()

    async def _listen_once(self) -> None:
        try:
            batch = await self._ask()
        except TelegramError as error:
            await self._heed(error)
            await asyncio.sleep(self._pause(error))
        else:
            self._failures = 0
            self._vitals.telegram_answers(self._monotonic())
            await self._handle(batch)

    async def _finish(self) -> None:
        if self._handling:
            _, late = await asyncio.wait(self._handling, timeout=FINISHING)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _ask(self) -> list[Payload]:
        asked = urlencode({"offset": self._heard.offset, **self._asked})
        try:
            # The watchdog: a connection can stall for good in ways that no socket timeout sees.
            async with asyncio.timeout(POLL_PATIENCE + 2.0):
                answer = await self._request.post(f"{self._address}/getUpdates?{asked}", read_timeout=POLL_PATIENCE)
        except TimeoutError:
            raise NetworkError(f"no answer within {POLL_PATIENCE + 2.0:.0f} s") from None
        return [update for update in answer if isinstance(update, dict)] if isinstance(answer, list) else []

    async def _handle(self, batch: list[Payload]) -> None:
        """Handle a batch and confirm it; what the store could not take is not confirmed, and comes again."""
        tasks = {asyncio.create_task(self._taken(update)): number_of(update) for update in batch}
        if not tasks:
            return
        self._handling |= tasks.keys()
        for task in tasks:
            task.add_done_callback(self._handled)
        done, _ = await asyncio.wait(tasks, timeout=HANDLING_PATIENCE)
        refused = [tasks[task] for task in done if isinstance(task.exception(), StoreUnavailable)]
        self._heard.offset = min(refused, default=max(tasks.values()) + 1)
        if refused:
            await asyncio.sleep(STORE_PAUSE)

    async def _taken(self, update: Payload) -> object:
        return await self._take(update)

    def _handled(self, task: asyncio.Task[object]) -> None:
        self._handling.discard(task)
        accident = None if task.cancelled() else task.exception()
        if isinstance(accident, StoreUnavailable):
            log.warning("update.not_stored why=%s", accident)
        elif accident is not None:
            log.error("update.failed", exc_info=accident)

    async def _heed(self, error: TelegramError) -> None:
        """Write down what a failed poll means; raises where listening is over."""
        now = self._monotonic()
        self._failures += 1
        match error:
            case _ if is_refused(error):
                raise token_refused()
            case Conflict() if "webhook" in error.message.lower():
                log.warning("listen.webhook_removed why=%s", error.message)
                await self._drop_webhook()
            case Conflict():
                self._vitals.telegram_answers(now)
                self._meet_rival(now)
            case RetryAfter():
                self._vitals.telegram_answers(now)
                log.warning("listen.slowed why=%s", error.message)
            case _:
                self._vitals.telegram_fails(now, error.message)
                if self._failures in {1, 10} or self._failures % 100 == 0:
                    log.warning("listen.failed times=%d why=%s", self._failures, error.message)

    async def _drop_webhook(self) -> None:
        try:
            await self._request.post(f"{self._address}/deleteWebhook")
        except TelegramError as error:
            log.warning("listen.webhook_stays why=%s", error.message)

    def _meet_rival(self, now: float) -> None:
        """Both see a 409 by turns, with good answers in between: what counts is that they do not end."""
        first, last = self._rivals or (now, now)
        if now - last > RIVAL_GONE_AFTER:
            first = now
        if first == now:
            log.warning("listen.rival another process polls with this token")
        self._rivals = (first, now)
        if now - first >= RIVAL_PATIENCE:
            raise AnotherInstance(
                f"another process has been polling with this token for {now - first:.0f} s: only one may run"
            )

    def _pause(self, error: TelegramError) -> float:
        if isinstance(error, RetryAfter):
            wait = error.retry_after
            return min(60.0, wait if isinstance(wait, int | float) else wait.total_seconds())
        if isinstance(error, Conflict):
            return 1.0
        return _PAUSES[min(self._failures, len(_PAUSES) - 1)]


def number_of(update: Payload) -> int:
    """The update's id; 0 where it has none, which confirms nothing."""
    number = update.get("update_id")
    return number if isinstance(number, int) else 0


def is_refused(error: TelegramError) -> bool:
    """Whether Telegram refuses the token; the library's error stands for 404 too, which a wrong api_root gives."""
    return isinstance(error, InvalidToken) and "unauthorized" in error.message.lower()


def token_refused() -> TokenRefused:
    """What the process ends with."""
    return TokenRefused("Telegram refuses the token (401): put the present one from @BotFather into TELEGRAM_BOT_TOKEN")
