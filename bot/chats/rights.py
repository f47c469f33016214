"""Who may change what a chat gets: Telegram is asked about the caller, and believed for minutes."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from telegram import Bot, ChatFullInfo, ChatMember, ChatMemberAdministrator, ChatMemberOwner
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.chats.desk import Caller
from bot.model import ChatKind, Clock

log = logging.getLogger(__name__)

BELIEVED_FOR: Final = timedelta(minutes=5)
DOUBTED_FOR: Final = timedelta(seconds=15)
"""Short, so that somebody who was just promoted need not wait; long enough to spare Telegram a storm of questions."""
_MOST_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """The channel exists, the caller and the bot are both its administrators."""

    telegram_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotManaged:
    """Why the caller may not manage it: "unknown", "no_channel", "caller" or "bot" is no administrator there."""

    why: str


Management: TypeAlias = Managed | NotManaged


class RightsUnknown(Exception):
    """Telegram could not be asked; nothing may be changed on a guess."""


class Rights:
    """Asks Telegram who administers a chat."""

    def __init__(self, bot: Bot, *, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._known: OrderedDict[tuple[int, int], tuple[bool, datetime]] = OrderedDict()

    async def may_change(self, caller: Caller) -> bool:
        """Whether *caller* may change what their chat gets; RightsUnknown where Telegram cannot be asked."""
        match caller.chat.kind:
            case ChatKind.PRIVATE:
                return True
            case ChatKind.CHANNEL:
                return False  # nobody can tell who writes there
        if caller.sender_chat_id:
            # An anonymous administrator writes as the group; a channel that writes into it is nobody's right.
            return caller.sender_chat_id == caller.chat.telegram_id
        return await self._administers(caller.chat.telegram_id, caller.user_id)

    async def manages(self, user_id: int, name: str) -> Management:
        """Whether that user may manage the channel *name* ("@name" or a number); RightsUnknown as above."""
        try:
            found = await self._bot.get_chat(int(name) if name.lstrip("-").isdigit() else name)
        except (BadRequest, Forbidden):
            return NotManaged(why="unknown")
        except TelegramError as error:
            raise RightsUnknown(type(error).__name__) from None
        if found.type != ChatKind.CHANNEL:
            return NotManaged(why="no_channel")
        return await self._management(found, user_id)

    async def _management(self, channel: ChatFullInfo, user_id: int) -> Management:
        if not await self._administers(channel.id, user_id):
            return NotManaged(why="caller")
        if not await self._administers(channel.id, self._bot.id):
            return NotManaged(why="bot")
        return Managed(telegram_id=channel.id, title=channel.title or "")

    async def _administers(self, chat_id: int, user_id: int) -> bool:
        now, key = self._clock(), (chat_id, user_id)
        known = self._known.get(key)
        if known is not None and now < known[1]:
            return known[0]
        try:
            holds = _is_administrator(await self._bot.get_chat_member(chat_id, user_id))
        except (BadRequest, Forbidden) as error:
            log.info("rights.refused chat=%d why=%s", chat_id, error.message)
            holds = False
        except (TelegramError, TypeError) as error:
            # TypeError: a Bot API server older than the library leaves out fields that this insists on.
            raise RightsUnknown(type(error).__name__) from None
        self._known[key] = (holds, now + (BELIEVED_FOR if holds else DOUBTED_FOR))
        self._known.move_to_end(key)
        while len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)
        return holds


def _is_administrator(member: ChatMember) -> bool:
    return isinstance(member, ChatMemberAdministrator | ChatMemberOwner)
