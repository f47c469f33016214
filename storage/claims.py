"""Rows of the outbox into what the delivery and an export read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Row

from bot.model import Address, Chat, ClaimedNote, Priority, Reason, Rider
from storage.instants import from_ms
from storage.rows import chat_of, reason_of


def claimed(leased: Sequence[Row]) -> tuple[ClaimedNote, ...]:
    """The rows of `leased`; notes of one chat share its noun."""
    chats: dict[int, Chat] = {}
    addresses: dict[tuple[int, int], Address] = {}
    notes = []
    for row in leased:
        chat_id, thread = row["chat_id"], row["thread"]
        chat = chats.get(chat_id) or chats.setdefault(chat_id, chat_of(row))
        address = addresses.get((chat_id, thread)) or addresses.setdefault(
            (chat_id, thread), Address(chat_id=chat_id, telegram_id=chat.telegram_id, kind=chat.kind, thread=thread)
        )
        notes.append(note_of(row, chat, address, recent=row["recent"]))
    return tuple(notes)


def note_of(row: Row, chat: Chat, address: Address, *, recent: int = 0) -> ClaimedNote:
    """A row with a note's columns, its item's `revision`, and its `riders` as JSON [[note, item, revision]...].

    `live_reason` is the note's own reason where that holds now, `live_further` a JSON list of the others that do; where
    none holds, the note is not wanted, and says what brought it.
    """
    own, further = row["live_reason"], reasons_of(row["live_further"])
    if own is None and further:
        reason, further = further[0], further[1:]
    else:
        reason = reason_of(row["reason"])
    return ClaimedNote(
        id=row["note_id"],
        address=address,
        chat=chat,
        item_id=row["item_id"],
        revision=row["revision"],
        reason=reason,
        further=further,
        priority=Priority(row["priority"]),
        owed_at=from_ms(row["owed_at"]),
        due_at=from_ms(row["due_at"]),
        attempt=row["attempt"],
        unsure=row["unsure"],
        plain=bool(row["plain"]),
        riders=riders_of(row["riders"]),
        wanted=own is not None or row["live_further"] != "[]",
        recent=recent,
    )


def riders_of(text: str) -> tuple[Rider, ...]:
    """The notes that ride with another one, from JSON."""
    if text == "[]":
        return ()
    return tuple(Rider(note_id=note, item_id=item, revision=revision) for note, item, revision in json.loads(text))


def reasons_of(text: str) -> tuple[Reason, ...]:
    """Reasons from a JSON list of their texts."""
    return () if text == "[]" else tuple(reason_of(each) for each in json.loads(text))


def ledger_line(row: Row) -> dict[str, object]:
    """A row of `ledger_after`, as an export tells it; instants are ISO 8601, the chat is Telegram's id or None."""
    return {
        "at": from_ms(row["at"]).isoformat(),
        "note": row["note_id"],
        "chat": row["telegram_id"],
        "kind": row["kind"],
        "thread": row["thread"],
        "source": row["source_id"],
        "item": row["item_id"],
        "title": row["title"],
        "url": row["url"],
        "reason": row["reason"],
        "owed_at": from_ms(row["owed_at"]).isoformat(),
        "attempt": row["attempt"],
        "verdict": row["verdict"],
        "why": row["why"],
        "state": row["state"],
        "unsure": row["unsure"],
        "message": row["telegram_message_id"],
    }
