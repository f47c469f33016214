"""Answers to people: each waits for its slot, is sent, and what Telegram says to it is acted upon."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias, assert_never

from bot.chats.gate import Gate
from bot.chats.wording import without_markup
from bot.model import (
    Accepted,
    Address,
    Answer,
    Clock,
    Malformed,
    Moved,
    Refused,
    Rendered,
    Sender,
    Slowed,
    Unauthorized,
    Unreachable,
    Unsure,
)
from storage.store import Store

log = logging.getLogger(__name__)

_Attempt: TypeAlias = Callable[[Address, Rendered], Awaitable[Answer]]


class Speaker:
    """Says things to people, within their chat's allowance and ahead of the news."""

    def __init__(self, sender: Sender, *, gate: Gate, store: Store, clock: Clock) -> None:
        self._sender = sender
        self._gate = gate
        self._store = store
        self._clock = clock

    async def say(self, address: Address, rendered: Rendered) -> int | None:
        """Send an answer; its message id, or None where it could not be delivered (which is written down)."""
        answer = await self._speak(address, rendered, self._sender.send)
        return answer.message_id if isinstance(answer, Accepted) else None

    async def change(self, address: Address, message_id: int, rendered: Rendered) -> None:
        """Make an earlier answer say something else; a message that cannot be edited any more is answered anew."""

        async def edit(to: Address, what: Rendered) -> Answer:
            return await self._sender.edit(to, message_id, what)

        answer = await self._speak(address, rendered, edit)
        if isinstance(answer, Malformed):
            await self.say(address, rendered)

    async def _speak(self, address: Address, rendered: Rendered, attempt: _Attempt) -> Answer:
        """The last answer of Telegram after at most two attempts: an answer is not worth a third."""
        await self._gate.answer(address, rendered.cost)
        answer = await attempt(address, rendered)
        match answer:
            case Slowed(retry_after=retry_after):
                self._gate.slowed(address, retry_after)
            case Moved(new_telegram_id=telegram_id):
                moved = await self._store.chats.move(address.chat_id, telegram_id, self._clock())
                address = replace(address, chat_id=moved.id, telegram_id=moved.telegram_id, kind=moved.kind)
            case Malformed(markup=True):
                log.error("answer.markup chat=%d why=%s", address.chat_id, answer.why)
                rendered = replace(rendered, text=without_markup(rendered.text), html=False, photos=())
            case Unreachable():
                pass
            case Accepted() | Refused() | Malformed() | Unsure() | Unauthorized():
                return await self._settle(address, answer)
            case _:
                assert_never(answer)
        await self._gate.answer(address, rendered.cost)
        return await self._settle(address, await attempt(address, rendered))

    async def _settle(self, address: Address, answer: Answer) -> Answer:
        match answer:
            case Accepted():
                pass
            case Refused(why=why, pause=pause, topic=topic):
                log.info("answer.refused chat=%d why=%s", address.chat_id, why)
                if not topic:
                    await self._store.chats.pause(address.chat_id, pause, self._clock())
            case _:
                log.warning("answer.undelivered chat=%d answer=%s", address.chat_id, answer)
        return answer
