"""What is owed and what is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

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
    further: tuple[Reason, ...] = ()
    """What else in the chat asks for the item now."""
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

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All that asks for it, what brought it first."""
        return (self.reason, *self.further)


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
    others: tuple[int, ...] = ()
    """The further pictures of an album: they go with it."""
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

    @property
    def cost(self) -> int:
        """For how many messages it counts in Telegram's limits: an album for its pictures, a change for one."""
        return self.rendered.cost if self.posted is None else 1
