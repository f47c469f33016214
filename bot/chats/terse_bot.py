"""The bot that sends: python-telegram-bot's calls and errors without an object for each part of an answer."""

from __future__ import annotations

from typing import Any

from telegram import Bot
from telegram.request import BaseRequest


class TerseBot(Bot):
    """A bot over the connections of *request*, with `post`.

    Telegram's answer repeats the whole message. The library builds an object for each part of it, which costs a fifth
    of all that a push costs, and nobody looks at them: `post` gives the answer as it came.
    """

    def __init__(self, token: str, api_root: str, request: BaseRequest, updates: BaseRequest | None = None) -> None:
        root = api_root.rstrip("/")
        super().__init__(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=request,
            get_updates_request=updates or request,
        )

    async def post(self, method: str, parameters: dict[str, Any]) -> Any:
        """Call *method* of the Bot API; None leaves a parameter out. Raises TelegramError."""
        return await self._post(method, parameters)
