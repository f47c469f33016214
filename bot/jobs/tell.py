"""Operators hear of it, once, when a source stays in trouble, when that is over, and when it is strangely silent."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.core.bulletin import Tidings, bulletin, sorted_out
from bot.core.schedule import TOLD_AFTER
from bot.model import Address, Chat, Language, Rendered, Source, Words
from storage.store import Store

log = logging.getLogger(__name__)

Say: TypeAlias = Callable[[Address, Rendered], Awaitable[int | None]]
"""Says something to somebody; None where it could not be delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Herald:
    """Tells the *operators* (Telegram's user ids), each in their own language, as far as they have met the bot."""

    store: Store
    say: Say
    operators: Collection[int]
    sources: Mapping[str, Source]
    words_for: Callable[[Language], Words]

    async def tell(self) -> int:
        """Say what they do not know yet, in one message; of how many sources they know more now.

        What nobody could be told is told the next time: a crash in between repeats it rather than loses it.
        """
        memories = [each for each in await self.store.sources.untold(TOLD_AFTER) if each.source_id in self.sources]
        if not memories:
            return 0
        tidings = sorted_out(memories)
        heard = [chat.id for chat in await self._chats() if await self._told(chat, tidings)]
        if not heard:
            return 0
        for memory in tidings.troubled:
            await self.store.sources.told(memory.source_id)
        for memory in tidings.recovered:
            await self.store.sources.told_end(memory.source_id)
        for memory in tidings.silent:
            await self.store.sources.told_silence(memory.source_id)
        log.info("operators.told sources=%d chats=%d", len(memories), len(heard))
        return len(memories)

    async def _chats(self) -> list[Chat]:
        """The operators' private chats with the bot: a person's chat has the person's number."""
        found = [await self.store.chats.by_telegram(number) for number in sorted(self.operators)]
        return [chat for chat in found if chat is not None and not chat.paused]

    async def _told(self, chat: Chat, tidings: Tidings) -> bool:
        rendered = bulletin(tidings, self.sources, self.words_for(chat.language), chat.timezone)
        address = Address(chat_id=chat.id, telegram_id=chat.telegram_id, kind=chat.kind)
        return await self.say(address, rendered) is not None
