"""The one who answers: knows the desk, speaks, and asks for rights."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.chats.desk import Caller, Desk
from bot.chats.rights import Rights, RightsUnknown
from bot.chats.speaker import Speaker
from bot.chats.wording import message
from bot.core.style import Style
from bot.model import Button, Rendered, Words

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """What every command works with."""

    desk: Desk
    speaker: Speaker
    rights: Rights

    def style(self, words: Words) -> Style:
        """How items look to somebody who reads these words."""
        return Style(words=words, sources=self.desk.sources)

    def is_operator(self, caller: Caller) -> bool:
        """Whether config.toml names the caller; somebody who writes as a chat is nobody it could name."""
        return not caller.sender_chat_id and caller.user_id in self.desk.admins

    async def refusal(self, caller: Caller) -> str | None:
        """The key of what the caller is told who may not change what this chat gets; None: they may."""
        try:
            return None if await self.rights.may_change(caller) else "refused.group"
        except RightsUnknown as unknown:
            log.warning("rights.unknown chat=%d error=%s", caller.chat.id, unknown)
            return "refused.rights_unknown"

    async def answer(self, caller: Caller, rendered: Rendered) -> None:
        """Answer where it was asked: a pressed button changes its own message, a command gets a new one."""
        if caller.receipt is not None:
            await caller.receipt()
        if caller.shown:
            await self.speaker.change(caller.address, caller.shown, rendered)
        else:
            await self.speaker.say(caller.address, rendered)

    async def tell(self, caller: Caller, key: str, *rows: tuple[Button, ...], **values: object) -> None:
        """Answer with one sentence of the catalogs and rows of buttons."""
        await self.answer(caller, message(caller.words, key, *rows, **values))
