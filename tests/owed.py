"""Makers of what is owed and sent, with defaults that a test only overrides where it matters."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model import (
    Address,
    Chat,
    ChatKind,
    ClaimedNote,
    Envelope,
    Followed,
    Item,
    Priority,
    QuietHours,
    Reason,
    Rendered,
    StoredItem,
)

NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
"""Noon in Hà Nội."""


def a_subscriber(
    number: int = 1,
    *,
    kind: ChatKind = ChatKind.PRIVATE,
    quiet: QuietHours | None = None,
    paused: str = "",
) -> Chat:
    telegram_id = 1000 + number if kind is ChatKind.PRIVATE else -1000 - number
    return Chat(id=number, telegram_id=telegram_id, kind=kind, quiet=quiet, paused=paused)


def a_note(
    number: int = 1,
    *,
    chat: Chat | None = None,
    reason: Reason | None = None,
    further: tuple[Reason, ...] = (),
    priority: Priority = Priority.NORMAL,
    due_at: datetime = NOON,
    attempt: int = 0,
    unsure: int = 0,
    plain: bool = False,
    wanted: bool = True,
    recent: int = 0,
) -> ClaimedNote:
    chat = chat or a_subscriber()
    return ClaimedNote(
        id=number,
        address=Address(chat_id=chat.id, telegram_id=chat.telegram_id, kind=chat.kind),
        chat=chat,
        item_id=number,
        revision=1,
        reason=reason or Followed(source_id="tdkt"),
        further=further,
        priority=priority,
        owed_at=NOON,
        due_at=due_at,
        attempt=attempt,
        unsure=unsure,
        plain=plain,
        wanted=wanted,
        recent=recent,
    )


def an_envelope(*notes: ClaimedNote, text: str = "<b>Tin mới</b>") -> Envelope:
    notes = notes or (a_note(),)
    return Envelope(address=notes[0].address, notes=notes, rendered=Rendered(text=text))


def a_stored(number: int = 1, **fields: object) -> StoredItem:
    values: dict[str, object] = {
        "source_id": "tdkt",
        "keys": (f"guid:{number}",),
        "title": f"Tin số {number}",
        "url": f"https://tinh.example.gov.vn/tin-{number}.html",
    }
    return StoredItem(id=number, item=Item(**(values | fields)), first_seen_at=NOON)  # type: ignore[arg-type]
