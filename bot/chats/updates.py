"""Telegram's updates at the door: in the order of their chat, each once, and translated into who asks and where."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from telegram import Chat as TelegramChat
from telegram import MaybeInaccessibleMessage, Message, Update, User
from telegram.ext import Application, BaseUpdateProcessor

from bot.chats.desk import Caller, Desk
from bot.chats.words import words_for
from bot.errors import StoreError
from bot.model import Chat, ChatKind, Clock, Language
from storage.store import Store

log = logging.getLogger(__name__)

_MOST_AT_ONCE: Final = 1024
_MOST_WAITING: Final = 50
"""Of one chat: whoever writes faster than Telegram lets us answer is not followed for hours."""


@dataclass(slots=True)
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class Turns(BaseUpdateProcessor):
    """Handles the updates of one chat one after another, each once, and those of different chats at the same time.

    An update counts as taken when it is handled, or when the answer that tells of its change leaves: what a crash
    interrupted comes again, and no /stop is lost.
    """

    __slots__ = ("_clock", "_lines", "_store")

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(_MOST_AT_ONCE)
        self._store = store
        self._clock = clock
        self._lines: dict[int, _Line] = {}

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await *coroutine* when it is this update's turn; drop it where it was taken or too many of its chat wait."""
        place = _line_of(update)
        if place is None or not isinstance(update, Update):
            await coroutine
            return
        line = self._lines.setdefault(place, _Line())
        if line.length >= _MOST_WAITING and not _must_be_heard(update):
            log.warning("update.dropped chat=%d waiting=%d", place, line.length)
            _let_go(coroutine)
            return
        line.length += 1
        try:
            async with line.lock:
                await self._handle_once(update, coroutine)
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[place]

    async def _handle_once(self, update: Update, coroutine: Awaitable[Any]) -> None:
        try:
            if await self._store.updates.known(key_of(update)):
                _let_go(coroutine)
                return
        except StoreError as why:
            log.warning("update.not_looked_up update=%d why=%s", update.update_id, why)
        await coroutine
        await remember(update, self._store, self._clock())


class Door:
    """Where updates come in, from a long poll or a webhook."""

    def __init__(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        self._application = application

    async def take(self, payload: dict[str, Any]) -> None:
        """Handle one update as Telegram sent it, to its end.

        Never raises for what an update holds: one that cannot be read would be sent again and again.
        """
        try:
            update = Update.de_json(payload, self._application.bot)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            log.warning("update.unreadable id=%s error=%s", payload.get("update_id"), type(error).__name__)
            return
        await self._application.update_processor.process_update(update, self._application.process_update(update))


async def remember(update: Update, store: Store, now: datetime) -> None:
    """Write down that the update was taken; where that cannot be done now, it is logged."""
    try:
        await store.updates.seen(key_of(update), now)
    except StoreError as why:
        log.warning("update.not_remembered update=%d why=%s", update.update_id, why)


def key_of(update: Update) -> int:
    """What tells an update from all others, in 63 bits.

    The update id alone does not: with a new token, or another Bot API server, the numbers begin anew.
    """
    message, change = update.effective_message, update.my_chat_member
    said = update.callback_query.id if update.callback_query else message.message_id if message else 0
    at = change.date if change else message.date if message else None
    place = update.effective_chat.id if update.effective_chat else 0
    facts = f"{update.update_id} {place} {said} {at.timestamp() if at else 0:.0f}"
    return int.from_bytes(blake2b(facts.encode(), digest_size=8).digest(), "big") >> 1


async def caller_of(update: Update, desk: Desk) -> Caller | None:
    """Who wrote or pressed, in a chat that the store knows from now on; None where nobody can be answered."""
    pressed = update.callback_query
    message: MaybeInaccessibleMessage | None = pressed.message if pressed else update.message
    user = update.effective_user
    if message is None or user is None:
        return None
    chat = await meet(message.chat, desk, user)
    sender = message.sender_chat if isinstance(message, Message) and pressed is None else None
    # A message that is gone comes as one of the year 1970.
    readable = pressed is not None and message.is_accessible
    return Caller(
        chat=chat,
        thread=thread_of(message),
        user_id=user.id,
        words=words_for(chat.language),
        sender_chat_id=sender.id if sender else 0,
        shown=message.message_id if readable else 0,
        shown_text=(message.text or "") if readable and isinstance(message, Message) else "",
    )


async def meet(chat: TelegramChat, desk: Desk, user: User | None) -> Chat:
    """The stored chat, made or brought up to date. Names of private persons are not kept."""
    kind = ChatKind(chat.type)
    title = "" if kind is ChatKind.PRIVATE else (chat.title or "")
    return await desk.store.chats.meet(chat.id, kind, title, first_language(kind, user), desk.clock())


def first_language(kind: ChatKind, user: User | None) -> Language:
    """Vietnamese, but for a person whose Telegram speaks English."""
    speaks = (user.language_code or "") if user and kind is ChatKind.PRIVATE else ""
    return "en" if speaks.lower().startswith("en") else "vi"


def thread_of(message: MaybeInaccessibleMessage) -> int:
    """The forum topic of a message; 0 outside of topics, where a thread id only names a reply."""
    if isinstance(message, Message) and message.is_topic_message:
        return message.message_thread_id or 0
    return 0


def _let_go(coroutine: Awaitable[Any]) -> None:
    if asyncio.iscoroutine(coroutine):
        coroutine.close()


def _line_of(update: object) -> int | None:
    if not isinstance(update, Update) or update.effective_chat is None:
        return None
    if update.message is not None and update.message.migrate_to_chat_id is not None:
        # The new group tells the same move: the two stand in one line.
        return update.message.migrate_to_chat_id
    return update.effective_chat.id


def _must_be_heard(update: object) -> bool:
    """Whether an update ends something, or tells what Telegram did."""
    if not isinstance(update, Update):
        return True
    if update.callback_query is not None:
        return False
    message = update.message
    return message is None or message.text is None or message.text.startswith("/stop")
