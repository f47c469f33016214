"""What Telegram answered and what that means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from bot.model.outgoing import Address, Envelope, Rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Telegram took it."""

    message_id: int
    others: tuple[int, ...] = ()
    """The further messages of an album."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slowed:
    """429: wait, for this scope only."""

    retry_after: timedelta
    scope: Literal["chat", "global"] = "chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The group became a supergroup."""

    new_telegram_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Telegram will not deliver to this chat (or, `topic`, to this topic) for a reason that lasts."""

    why: str
    pause: str
    """The chat's pause: blocked, kicked, left, deactivated, deleted, not_found, no_rights or not_started."""
    topic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """Telegram could not take what we wrote: a defect of ours. `plain` may help where the markup was at fault."""

    why: str
    markup: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """No byte of the request left us: it was surely not delivered."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """The request was written and no answer came, or a 5xx: it may have been delivered."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unauthorized:
    """401: the token is refused; nothing more can be sent."""

    why: str


Answer: TypeAlias = Accepted | Slowed | Moved | Refused | Malformed | Unreachable | Unsure | Unauthorized


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Done; the ledger keeps Telegram's message id."""

    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Due again at `due_at`. `unsure`: its fate is unknown; `plain`: without markup."""

    due_at: datetime
    why: str
    unsure: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """It will never arrive."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """Nobody wants it any more."""

    why: str


Verdict: TypeAlias = Sent | Retry | Dead | Cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the store writes down after one send: the envelope, Telegram's answer, and what it means for its notes.

    `pause` pauses the chat, `close_thread` ends the topic's notes, `move_to` moves the chat, `park` makes a scope wait.
    """

    envelope: Envelope
    answer: Answer
    verdict: Verdict
    pause: str = ""
    close_thread: bool = False
    move_to: int | None = None
    park: Parked | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A scope ("global" or "chat:<our id>") that must wait; survives a restart."""

    scope: str
    until: datetime


class Sender(Protocol):
    """The east door: sends one message and says what became of it; never raises for what Telegram answers."""

    async def send(self, address: Address, rendered: Rendered) -> Answer:
        """Sends a new message."""

    async def edit(self, address: Address, message_id: int, rendered: Rendered) -> Answer:
        """Replaces a message that was sent before."""

    async def delete(self, address: Address, *message_ids: int) -> Answer:
        """Takes messages back, all or none; Telegram lets a bot do so for 48 hours."""
