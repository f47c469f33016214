"""For operators: who got an item and who did not, and the way to take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row
from typing import Literal, TypeAlias

from bot.model import StoredItem
from storage.archive import Archive
from storage.chat_changes import ChatChanges
from storage.database import Database
from storage.edits import Edits
from storage.instants import maybe_instant, to_ms
from storage.rows import as_json
from storage.statements import rows, statements

RecallWay: TypeAlias = Literal["mark", "delete"]
DeliveredState: TypeAlias = Literal["due", "retry", "sending", "sent", "editing", "left", "joined", "cancelled", "dead"]
RECALLED = "an operator took it back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How an item's notes stand; `joined` are told with another item of the story."""

    sent: int = 0
    due: int = 0
    sending: int = 0
    joined: int = 0
    cancelled: int = 0
    dead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One chat and an item: what became of the note, when, which revision it shows, why not, or why no newer one."""

    chat: str
    telegram_id: int | None
    thread: int
    state: DeliveredState
    at: datetime | None
    shown: int | None
    why: str


class Recalls:
    """The shelf of items as operators look at them."""

    def __init__(self, db: Database, archive: Archive, changes: ChatChanges, edits: Edits) -> None:
        self._db = db
        self._archive = archive
        self._changes = changes
        self._edits = edits
        self._sql = statements("recalls")

    async def tally(self, item_id: int) -> Tally:
        """How many of its notes are in which state."""
        async with self._db.read() as conn:
            found = await rows(self._sql.tally_of(conn, item_id=item_id))
        return Tally(**{row["state"]: row["many"] for row in found})

    async def deliveries(self, item_id: int, most: int, offset: int = 0) -> tuple[Delivered, ...]:
        """A page of the item's notes, in the order in which they were owed."""
        async with self._db.read() as conn:
            found = await rows(self._sql.notes_of_item(conn, item_id=item_id, most=most, offset=offset))
        return tuple(
            Delivered(
                chat=row["title"] or "",
                telegram_id=row["telegram_id"],
                thread=row["thread"],
                state=_state(row),
                at=maybe_instant(row["at"]),
                shown=row["shown"],
                why=_why(row),
            )
            for row in found
        )

    async def recall(self, stored: StoredItem, how: RecallWay, now: datetime) -> bool:
        """Take an item back from every chat: what is due is not sent, what was sent owes it. False: it was before."""
        at = to_ms(now)
        async with self._db.write() as conn:
            if not await self._sql.recall(conn, item_id=stored.id, how=how, now=at):
                return False
            ended = await rows(self._sql.cancel_recalled(conn, item_id=stored.id, why=RECALLED, now=at))
            await self._changes.enter(conn, ended, now)
            await self._sql.set_down(conn, ids=as_json(row["id"] for row in ended), now=at)
            await self._edits.owe_all(conn, [stored.id], now)
            if not stored.held:
                await self._archive.index.remove(conn, [stored.id])
        return True


def _state(row: Row) -> DeliveredState:
    """The note's state, or what tells two of one state apart: told with another, tried again, not edited (yet)."""
    if row["joins"]:
        return "joined"
    if row["state"] == "due" and row["why"]:
        return "retry"
    if row["edit_due"] and not row["paused"]:
        return "editing"
    return "left" if row["left_why"] or row["edit_due"] else row["state"]


def _why(row: Row) -> str:
    """Why not, or why no newer revision."""
    if row["edit_due"] and row["paused"]:
        return f"the chat is paused: {row['paused']}"
    return row["left_why"] or row["why"] or ""
