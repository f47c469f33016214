"""Who wants news, and why it came to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.model.times import Language


class ChatKind(StrEnum):
    """Telegram's kinds of chats."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Local times of day (minutes after midnight) between which nothing arrives; may span midnight."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat that knows Loa. `paused` says why nothing is owed to it ("blocked", "kicked", ...); empty: it is owed."""

    id: int
    telegram_id: int
    kind: ChatKind
    title: str = ""
    language: Language = "vi"
    timezone: str = "Asia/Ho_Chi_Minh"
    quiet: QuietHours | None = None
    paused: str = ""
    paused_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """A chat (or a topic in it) wants every new item of a source (`EVERY_SOURCE`: of all)."""

    chat_id: int
    thread: int = 0
    source_id: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A chat wants the items that match a query, of some sources or (empty) of all."""

    id: int
    chat_id: int
    thread: int = 0
    query: str
    sources: tuple[str, ...] = ()
    since: datetime
    last_match_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """It came because the chat follows the source."""

    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """It came because the chat watches a query."""

    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """It came because an operator released a held item or sent a test."""

    by: str


Reason: TypeAlias = Followed | Watched | Pushed


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A chat's topic that wants an item, and why."""

    chat_id: int
    thread: int
    item_id: int
    reason: Reason
