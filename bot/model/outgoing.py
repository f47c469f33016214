"""What is owed, what is sent, what Telegram answered and what that means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Literal, Protocol, TypeAlias

from bot.model.people import Chat, ChatKind, Reason


class Priority(IntEnum):
    """What goes first; answers to people never pass through the outbox."""

    URGENT = 0
    NORMAL = 1
    DIGEST = 2
    CORRECTION = 3


class NoteState(StrEnum):
    """A note's life. Only a verdict takes it out of DUE and SENDING."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an envelope goes: our chat id, Telegram's, and the topic (0: none)."""

    chat_id: int
    telegram_id: int
    kind: ChatKind
    thread: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rider:
    """A note that is told in another one's message: the same story, as another source tells it."""

    note_id: int
    item_id: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedNote:
    """A due note under lease, with the chat's present settings, so that what may be sent now can be decided."""

    id: int
    address: Address
    chat: Chat
    item_id: int
    revision: int
    reason: Reason
    priority: Priority
    owed_at: datetime
    due_at: datetime
    attempt: int = 0
    unsure: int = 0
    """How often its fate was unknown before (written, no answer)."""
    plain: bool = False
    """Send it without markup: Telegram could not parse it once."""
    wanted: bool = True
    """Whether the chat still follows or watches what brought it."""
    recent: int = 0
    """Notes that were sent to this chat within the last ten seconds."""
    riders: tuple[Rider, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An inline button: a link (`url`) or a callback (`data`, at most 64 bytes)."""

    text: str
    url: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture by its address; the caption (HTML or plain as the rest) has at most 1024 UTF-16 units."""

    url: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A text ready for Telegram: HTML (or plain), at most 4096 UTF-16 units after parsing, and its rows of buttons."""

    text: str
    html: bool = True
    buttons: tuple[tuple[Button, ...], ...] = ()
    preview_url: str = ""
    """A page or picture for the link preview; empty: no preview."""
    large_preview: bool = False
    photos: tuple[Photo, ...] = ()
    """At most ten, sent as one album; the text (and the preview) stand in where Telegram cannot have the pictures."""

    @property
    def cost(self) -> int:
        """For how many messages it counts in Telegram's limits."""
        return max(1, len(self.photos))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Which part of a list a message is: of `count` items in all, part `part` (from 1) of `parts`."""

    count: int
    part: int = 1
    parts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message that Telegram has, and that shows less than is known by now."""

    id: int
    message_id: int
    """Telegram's."""
    sent_at: datetime
    listed: Listed | None = None
    attempt: int = 0
    plain: bool = False
    """The first way to change it (markup, deletion) was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedEdit:
    """A posted message under lease, and the notes that it tells, in their order."""

    posted: Posted
    address: Address
    chat: Chat
    notes: tuple[ClaimedNote, ...]


class Act(StrEnum):
    """What is done with an envelope."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One message to be sent: its notes (1..n of one chat and topic, in order) and what it says.

    Or one to be changed or deleted: then `posted` names it. `listed` where it is a list.
    """

    address: Address
    notes: tuple[ClaimedNote, ...]
    rendered: Rendered
    listed: Listed | None = None
    posted: Posted | None = None
    act: Act = Act.SEND

    @property
    def at_stake(self) -> int:
        """Notes that may arrive twice where nobody knows what became of it; to change a message twice does no harm."""
        return len(self.notes) if self.posted is None else 1


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

    async def delete(self, address: Address, message_id: int) -> Answer:
        """Takes a message back; Telegram lets a bot do so for 48 hours."""
