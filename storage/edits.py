"""What sent messages owe: to show their items as they are now. They leave like notes, after them.

One edit is outstanding for each message, however often its items change meanwhile. What changed while an edit or the
push itself was on its way is owed when that is written down, in the same transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from sqlite3 import Row
from typing import Any, Final, assert_never

from aiosqlite import Connection

from bot.model import (
    Act,
    Address,
    Cancelled,
    ClaimedEdit,
    Dead,
    Listed,
    Outcome,
    Posted,
    Retry,
    Sent,
    StoredItem,
)
from storage.busy import Busy
from storage.claims import note_of
from storage.corrections import digest_of
from storage.database import Database
from storage.instants import from_ms, span_ms, to_ms
from storage.rows import as_json, chat_of
from storage.statements import rows, statements, visiting_statements

MOST_EDITS: Final = 3
EDITED_FOR: Final = timedelta(days=7)
NO_LIMIT: Final = 1_000
LOOKED_AT: Final = 8
"""Due edits that are looked at for each that is claimed: several of one chat come one after the other."""


class Edits:
    """The shelf of edits."""

    def __init__(self, db: Database, busy: Busy) -> None:
        self._db = db
        self._busy = busy
        self._sql = statements("edits")
        self._visiting = visiting_statements("edits")

    async def claim(
        self, now: datetime, lease_until: datetime, boot: str, most: int, busy: Collection[int]
    ) -> tuple[ClaimedEdit, ...]:
        """Take at most *most* due edits under lease, one of a chat, none of a chat that is owed something new."""
        out = frozenset(busy)

        def lease(conn: sqlite3.Connection) -> tuple[ClaimedEdit, ...]:
            self._busy.note(conn, out)
            looked = self._visiting.due_edits(
                conn, now=to_ms(now), since=to_ms(now - EDITED_FOR), most=LOOKED_AT * most
            )
            due = self._without_old(conn, list(looked), now)
            ids = list({row["chat_id"]: row["message_id"] for row in reversed(due)}.values())[::-1][:most]
            self._visiting.lease_edits(conn, ids=as_json(ids), lease_until=to_ms(lease_until), boot=boot)
            return self._load(conn, ids)

        claimed = await self._db.unit(lease)
        self._busy.commit(out)
        return claimed

    async def mark_sending(self, message_ids: Collection[int]) -> tuple[ClaimedEdit, ...]:
        """Note that these leave now, and what they are to show at this moment; others are not due any more."""

        def mark(conn: sqlite3.Connection) -> tuple[ClaimedEdit, ...]:
            marked = list(self._visiting.mark_editing(conn, ids=as_json(message_ids)))
            return self._load(conn, [row["message_id"] for row in marked])

        return await self._db.unit(mark)

    async def release(self, message_ids: Collection[int]) -> None:
        """Give claimed edits back as they were."""
        async with self._db.write() as conn:
            await self._sql.release_edits(conn, ids=as_json(message_ids))

    async def count(self) -> int:
        """How many messages do not show yet what is known."""
        async with self._db.read() as conn:
            number: int = await self._sql.count_edits(conn)
        return number

    async def owe(self, conn: Connection, item_ids: Iterable[int], now: datetime) -> None:
        """These items changed: their messages owe an edit, for seven days and three times; the ledger has the rest."""
        await self._owe(conn, item_ids, now, to_ms(now - EDITED_FOR), MOST_EDITS)

    async def owe_all(self, conn: Connection, item_ids: Iterable[int], now: datetime) -> None:
        """An operator takes these items back: all their messages owe it, whatever their age."""
        await self._owe(conn, item_ids, now, 0, NO_LIMIT)

    async def reword(self, conn: Connection, before: StoredItem, after: StoredItem) -> None:
        """An item has another wording: messages that show it already, from before a change that came back, owe none."""
        for stored in (before, after):
            await self._sql.remember_wording(
                conn, item_id=stored.id, revision=stored.revision, digest=digest_of(stored)
            )
        said = {"item_id": after.id, "revision": after.revision, "digest": digest_of(after)}
        if await self._sql.worded_before(conn, **said):
            await self._sql.show_same(conn, **said)
            await self._sql.drop_needless(conn, item_id=after.id)

    def owe_outdated(self, conn: sqlite3.Connection, message_ids: Iterable[int], now: datetime) -> None:
        """Messages that were just sent or edited owe what changed meanwhile."""
        self._visiting.owe_outdated(conn, messages=as_json(message_ids), now=to_ms(now), most=MOST_EDITS)

    def record(self, conn: sqlite3.Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Settle edits and enter them into the ledger, for each note that they were about."""
        if not outcomes:
            return
        at = to_ms(now)
        entries = [_entry(outcome, at) for outcome in outcomes]
        told = [line for outcome, entry in zip(outcomes, entries, strict=True) for line in _told(outcome, entry)]
        self._visiting.enter_edits(conn, told)
        self._visiting.show_notes(conn, [line for line in told if line["state"] == "done"])
        self._visiting.settle_edits(conn, entries)
        done = [entry["message_id"] for entry in entries if entry["state"] == "done"]
        if done:
            self.owe_outdated(conn, done, now)
            self._visiting.enter_worn(conn, messages=as_json(done), now=at, most=MOST_EDITS)
        if left := [line for line in told if line["state"] == "left"]:
            self._visiting.owe_overtaken(conn, left)

    async def recover(self, conn: Connection, boot: str, now: datetime) -> tuple[int, int]:
        """After a crash: how many edits were merely leased, and how many were on their way; all are due."""
        leased: int = await self._sql.end_edit_leases(conn, boot=boot)
        sending: int = await self._sql.recover_edits(conn, now=to_ms(now))
        return leased, sending

    async def shift(self, conn: Connection, delta: timedelta, now: datetime) -> None:
        """The wall clock jumped by *delta* and says *now*."""
        jump = span_ms(delta)
        await self._sql.shift_edits(conn, delta=jump, was=to_ms(now) - jump, now=to_ms(now))

    async def since(self, conn: Connection, since: datetime) -> list[Row]:
        """Chat, its kind and the instant of each edit since then."""
        return await rows(self._sql.edited_since(conn, since=to_ms(since)))

    async def _owe(self, conn: Connection, item_ids: Iterable[int], now: datetime, since: int, most: int) -> None:
        items, at = as_json(item_ids), to_ms(now)
        if items != "[]":
            await self._sql.owe_edits(conn, items=items, now=at, since=since, most=most)
            await self._sql.enter_left(conn, items=items, now=at, since=since)

    def _without_old(self, conn: sqlite3.Connection, due: Sequence[Row], now: datetime) -> list[Row]:
        """Leave what became too old while its chat or Loa was away."""
        if old := [row["message_id"] for row in due if row["too_old"]]:
            self._visiting.leave_edits(conn, ids=as_json(old), now=to_ms(now))
            self._visiting.enter_too_old(conn, ids=as_json(old), now=to_ms(now))
        return [row for row in due if not row["too_old"]]

    def _load(self, conn: sqlite3.Connection, ids: Sequence[int]) -> tuple[ClaimedEdit, ...]:
        wanted = as_json(ids)
        told: dict[int, list[Row]] = {}
        for row in self._visiting.notes_in(conn, ids=wanted):
            told.setdefault(row["message_id"], []).append(row)
        return tuple(_edit(row, told.get(row["message_id"], [])) for row in self._visiting.posted(conn, ids=wanted))


def _edit(row: Row, notes: Sequence[Row]) -> ClaimedEdit:
    chat = chat_of(row)
    address = Address(chat_id=chat.id, telegram_id=chat.telegram_id, kind=chat.kind, thread=row["thread"])
    posted = Posted(
        id=row["message_id"],
        message_id=row["telegram_message_id"],
        others=tuple(json.loads(row["others"])),
        sent_at=from_ms(row["sent_at"]),
        listed=listed_of(row["listed"]),
        attempt=row["edit_attempt"],
        plain=bool(row["edit_plain"]),
    )
    told = tuple(replace(note_of(each, chat, address), plain=posted.plain) for each in notes)
    return ClaimedEdit(posted=posted, address=address, chat=chat, notes=told)


def listed_text(listed: Listed | None) -> str:
    """A list's part as its column keeps it."""
    return "" if listed is None else as_json((listed.count, listed.part, listed.parts))


def listed_of(text: str) -> Listed | None:
    """The inverse of `listed_text`."""
    if not text:
        return None
    count, part, parts = json.loads(text)
    return Listed(count=count, part=part, parts=parts)


def _entry(outcome: Outcome, at: int) -> dict[str, Any]:
    posted = outcome.envelope.posted
    if posted is None:
        raise ValueError("an edit without a message")
    entry = {
        "message_id": posted.id,
        "now": at,
        "due_at": None,
        "made": 0,
        "plain": 0,
        "why": "",
        "attempt": posted.attempt,
    }
    match outcome.verdict:
        case Sent():
            word = "deleted" if outcome.envelope.act is Act.DELETE else "edited"
            return entry | {"state": "done", "verdict": word, "made": 1}
        case Retry(due_at=due_at, why=why, plain=plain):
            return entry | {
                "state": "due",
                "verdict": "edit_retry",
                "why": why,
                "due_at": to_ms(due_at),
                "plain": int(plain),
            }
        case Cancelled(why=why) if outcome.pause:
            # The chat is away, and may come back.
            return entry | {"state": "due", "verdict": "left", "why": why}
        case Dead(why=why) | Cancelled(why=why):
            return entry | {"state": "left", "verdict": "left", "why": why}
        case _:
            assert_never(outcome.verdict)


def _told(outcome: Outcome, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """A line for each note of the message, those that ride with others too."""
    lines = [(note.id, note.revision) for note in outcome.envelope.notes]
    lines += [(rider.note_id, rider.revision) for note in outcome.envelope.notes for rider in note.riders]
    return [entry | {"note_id": note_id, "revision": revision} for note_id, revision in lines]
