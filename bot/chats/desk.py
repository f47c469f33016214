"""What the people at the desk work with, and who stands before them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.chats.gate import Gate
from bot.jobs.watching import WatchBook
from bot.model import Address, Chat, Clock, Source, Words
from storage.store import Store

Receipt: TypeAlias = Callable[[], Awaitable[None]]


Reload: TypeAlias = Callable[[], int | tuple[str, ...]]
"""Reads the configuration anew and has it taken on in a moment: the number of its sources, or its mistakes."""


def cannot_reload() -> tuple[str, ...]:
    """What a process says that does not stay."""
    return ("only `loa run` takes on another configuration",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the app gives to the commands. `sources` by id in the order of config.toml; `admins` are user ids."""

    store: Store
    sources: Mapping[str, Source]
    watches: WatchBook
    gate: Gate
    clock: Clock
    admins: frozenset[int] = frozenset()
    reload: Reload = cannot_reload


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, where, and in which language they are answered.

    `sender_chat_id` is set where somebody writes as a chat (an anonymous administrator as the group itself). `shown`
    is the message whose button they pressed and `shown_text` what it says; 0 and empty where they wrote. `receipt`
    writes down that their update was taken; it is given before the answer where the answer tells of a change.
    """

    chat: Chat
    thread: int
    user_id: int
    words: Words
    sender_chat_id: int = 0
    shown: int = 0
    shown_text: str = ""
    receipt: Receipt | None = field(default=None, repr=False, compare=False)

    @property
    def address(self) -> Address:
        """Where the answer goes: the same chat and topic."""
        return Address(chat_id=self.chat.id, telegram_id=self.chat.telegram_id, kind=self.chat.kind, thread=self.thread)
