"""The bot that pushes: python-telegram-bot's calls and errors without an object for each part of an answer."""

from __future__ import annotations

from typing import Any

from telegram import Bot

from bot.chats.transport import AiohttpRequest


class PushBot(Bot):
    """A bot with connections of its own, so that answers to people never wait behind pushes.

    Telegram's answer repeats the whole message. The library builds an object for each part of it, which costs a fifth
    of all that a push costs, and nobody looks at them: `post` gives the answer as it came.
    """

    def __init__(self, token: str, api_root: str, request: AiohttpRequest) -> None:
        super().__init__(token, base_url=f"{api_root.rstrip('/')}/bot", request=request, get_updates_request=request)

    async def post(self, method: str, parameters: dict[str, Any]) -> Any:
        """Call *method* of the Bot API; None leaves a parameter out. Raises TelegramError."""
        return await self._post(method, parameters)
