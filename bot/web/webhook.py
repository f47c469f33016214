"""POST /telegram/<path>: the letter box through which Telegram brings updates, if it shows the secret."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.errors import StoreUnavailable

log = logging.getLogger(__name__)

MOST_BYTES = 1 << 20
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterBox:
    """Where updates come in: the last part of the address, the secret, and what takes an update.

    `take` returns when whatever the update changes is in the store: only then is Telegram told that it arrived.
    """

    path: str
    secret: str = field(repr=False)
    take: Callable[[dict[str, object]], Awaitable[None]] = field(repr=False)

    async def post(self, request: web.Request) -> web.Response:
        """Takes one update; 403 without the right secret, 413 over 1 MiB, 400 for no update, 503 to bring it again."""
        shown = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(shown.encode(), self.secret.encode()):
            return web.Response(status=403, text="wrong secret\n")
        if not hmac.compare_digest(request.match_info["path"].encode(), self.path.encode()):
            return web.Response(status=404, text="not here\n")
        try:
            update = json.loads(await request.read())  # aiohttp ends the reading at MOST_BYTES with 413
        except ValueError:
            update = None
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            log.warning("webhook.no_update bytes=%s", request.content_length)
            return web.Response(status=400, text="this is no update\n")
        try:
            await self.take(update)
        except StoreUnavailable as trouble:
            log.warning("webhook.not_stored why=%s", trouble)
            return web.Response(status=503, text="not now: bring it again\n")
        return web.Response(status=200)
