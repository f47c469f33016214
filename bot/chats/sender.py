"""The east door: what is sent leaves here, and Telegram's errors become answers (see the table in `answer_of`)."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from typing import Any, Final

from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.chats.sender_albums import edit_caption, is_about_a_picture, send_photos
from bot.chats.sender_refusals import is_closed_topic, pause_meant
from bot.chats.terse_bot import TerseBot
from bot.chats.transport import NotSent
from bot.model import (
    Accepted,
    Address,
    Answer,
    Malformed,
    Moved,
    Refused,
    Rendered,
    Slowed,
    Unauthorized,
    Unreachable,
    Unsure,
)

log = logging.getLogger(__name__)

_HOPELESS: Final = (
    "message is too long",
    "caption is too long",
    "text is too long",
    "text is empty",
    "text must be non-empty",
    "to edit not found",
    "can't be edited",
)
_SECRET = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
_RENDERED_KEPT: Final = 256


class TelegramSender:
    """Sends and edits through python-telegram-bot; says what became of it and never raises for it.

    *broadcast_paid*: the bot pays for going over Telegram's free rate (`allow_paid_broadcast`).
    """

    def __init__(self, bot: TerseBot, *, broadcast_paid: bool = False) -> None:
        self._bot = bot
        self._always: dict[str, Any] = {"allow_paid_broadcast": True} if broadcast_paid else {}
        self._encoded: dict[int, tuple[Rendered, dict[str, Any]]] = {}

    async def send(self, address: Address, rendered: Rendered) -> Answer:
        """Sends a new message; a text in place of pictures that Telegram cannot have."""
        if rendered.photos:
            try:
                return await send_photos(self._bot, address, rendered, self._extras(rendered) | self._always)
            except BadRequest as error:
                if not is_about_a_picture(error):
                    return answer_of(error)
                log.info("album.without_pictures chat=%d why=%s", address.chat_id, error.message)
            except TelegramError as error:
                return answer_of(error)
        return await self._send_text(address, rendered)

    async def _send_text(self, address: Address, rendered: Rendered) -> Answer:
        try:
            message = await self._bot.post(
                "sendMessage",
                {
                    "chat_id": address.telegram_id,
                    "text": rendered.text,
                    "parse_mode": ParseMode.HTML if rendered.html else None,
                    "message_thread_id": address.thread or None,
                    **self._extras(rendered),
                    **self._always,
                },
            )
        except TelegramError as error:
            return answer_of(error)
        return Accepted(message_id=message["message_id"])

    async def edit(self, address: Address, message_id: int, rendered: Rendered) -> Answer:
        """Replaces a message that was sent before; a message that already says so counts as replaced."""
        try:
            if rendered.photos:
                await edit_caption(self._bot, address, message_id, rendered, self._extras(rendered))
                return Accepted(message_id=message_id)
        except BadRequest as error:
            # It went as a text: Telegram could not have the pictures.
            if "no caption in the message" not in error.message.lower():
                return Accepted(message_id=message_id) if _is_the_same(error) else answer_of(error)
        except TelegramError as error:
            return answer_of(error)
        return await self._edit_text(address, message_id, rendered)

    async def _edit_text(self, address: Address, message_id: int, rendered: Rendered) -> Answer:
        try:
            await self._bot.post(
                "editMessageText",
                {
                    "chat_id": address.telegram_id,
                    "message_id": message_id,
                    "text": rendered.text,
                    "parse_mode": ParseMode.HTML if rendered.html else None,
                    **self._extras(rendered),
                },
            )
        except BadRequest as error:
            return Accepted(message_id=message_id) if _is_the_same(error) else answer_of(error)
        except TelegramError as error:
            return answer_of(error)
        return Accepted(message_id=message_id)

    async def delete(self, address: Address, *message_ids: int) -> Answer:
        """Takes messages back; what is gone already counts as taken back."""
        first, *others = message_ids
        try:
            if others:
                await self._bot.delete_messages(address.telegram_id, message_ids)
            else:
                await self._bot.delete_message(address.telegram_id, first)
        except BadRequest as error:
            gone = "message to delete not found" in error.message.lower()
            return Accepted(message_id=first) if gone else answer_of(error)
        except TelegramError as error:
            return answer_of(error)
        return Accepted(message_id=first)

    async def reachable(self) -> bool:
        """Whether Telegram answers at all."""
        try:
            await self._bot.get_me()
        except TelegramError:
            return False
        return True

    def _extras(self, rendered: Rendered) -> dict[str, Any]:
        """Keyboard and preview in the Bot API's JSON, encoded once for a text that goes to thousands of chats."""
        kept = self._encoded.get(id(rendered))
        if kept is not None and kept[0] is rendered:
            return kept[1]
        if len(self._encoded) >= _RENDERED_KEPT:
            del self._encoded[next(iter(self._encoded))]
        extras = _extras(rendered)
        self._encoded[id(rendered)] = (rendered, extras)
        return extras


def answer_of(error: TelegramError) -> Answer:
    """What an error of python-telegram-bot means, by its type and by Telegram's description.

    Descriptions: https://github.com/tdlib/telegram-bot-api and its td/telegram; the library's `InvalidToken` stands
    for 401 (the token is refused) and 404 (there is no Bot API at that address) alike.
    """
    why = _SECRET.sub("<token>", error.message)
    match error:
        case RetryAfter(retry_after=retry_after):
            return Slowed(retry_after=_as_delta(retry_after))
        case ChatMigrated(new_chat_id=new_chat_id):
            return Moved(new_telegram_id=new_chat_id)
        case InvalidToken() if "unauthorized" in why.lower():
            return Unauthorized(why=why)
        case InvalidToken() | NotSent():
            return Unreachable(why=why)
        case Forbidden() | BadRequest():
            return _declined(why, "no_rights" if isinstance(error, Forbidden) else "")
        case _:
            return Unsure(why=why)


def _declined(why: str, pause: str) -> Answer:
    """A 403 or 400 by its words; *pause* is what an unknown one means for the chat, empty: it was the message."""
    said = why.lower()
    if is_closed_topic(said):
        return Refused(why=why, pause="", topic=True)
    if pause := pause_meant(said) or pause:
        return Refused(why=why, pause=pause)
    # Whatever else Telegram dislikes, markup, a link, a button or the picture's address, a plain text may still pass.
    return Malformed(why=why, markup=not any(words in said for words in _HOPELESS))


def _is_the_same(error: BadRequest) -> bool:
    return "not modified" in error.message.lower()


def _as_delta(retry_after: int | timedelta) -> timedelta:
    return retry_after if isinstance(retry_after, timedelta) else timedelta(seconds=retry_after)


def _extras(rendered: Rendered) -> dict[str, Any]:
    preview: dict[str, Any] = {"is_disabled": True}
    if rendered.preview_url:
        preview = {"url": rendered.preview_url, "prefer_large_media": rendered.large_preview, "show_above_text": False}
    extras = {"link_preview_options": json.dumps(preview)}
    if rendered.buttons:
        rows = [
            [
                {"text": button.text, "url": button.url}
                if button.url
                else {"text": button.text, "callback_data": button.data}
                for button in row
            ]
            for row in rendered.buttons
        ]
        extras["reply_markup"] = json.dumps({"inline_keyboard": rows})
    return extras
