"""Writes down what became of the envelopes: all of a batch in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, assert_never

from bot.model import Accepted, Cancelled, Dead, NoteState, Outcome, Retry, Sent, Verdict
from storage.chat_changes import ChatChanges
from storage.connection import Connection
from storage.edits import Edits, listed_text
from storage.instants import maybe_ms, to_ms
from storage.rows import as_json
from storage.statements import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What a verdict writes to each note of its envelope, and the word that the ledger has for it."""

    state: NoteState
    word: str
    why: str = ""
    due_at: datetime | None = None
    unsure: int = 0
    plain: int = 0


class Verdicts:
    """Turns outcomes into rows."""

    def __init__(self, changes: ChatChanges, edits: Edits, sql: Any, visiting: Any) -> None:
        self._changes = changes
        self._edits = edits
        self._sql = sql
        self._visiting = visiting

    async def record(self, conn: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Settle every note of *outcomes*, with its message and its ledger line, and do to the chats what follows."""
        again = await conn.visit(partial(self._settle, outcomes=outcomes, now=now))
        for outcome in outcomes:
            await self._follow_up(conn, outcome, now)
        if again:
            lost = await rows(self._sql.cancel_homeless(conn, ids=as_json(again), now=to_ms(now)))
            await self._changes.enter(conn, lost, now)

    def _settle(self, conn: sqlite3.Connection, *, outcomes: Sequence[Outcome], now: datetime) -> list[int]:
        """Write down pushes and edits; gives the notes that are due again."""
        at = to_ms(now)
        messages: list[dict[str, Any]] = []
        settled: list[dict[str, Any]] = []
        top: int = self._visiting.top_message_id(conn)
        for outcome in outcomes:
            if outcome.envelope.posted is None:
                message_id = top + len(messages) + 1
                messages += _messages(outcome, message_id, at)
                settled += _settlements(outcome, _entry(outcome.verdict), message_id, at)
        if messages:
            self._visiting.insert_messages(conn, messages=as_json(messages))
        if settled:
            self._visiting.enter_verdicts(conn, settled=as_json(settled))
            self._visiting.settle(conn, settled=as_json(settled))
        if messages:
            self._edits.owe_outdated(conn, [each["id"] for each in messages], now)
        self._edits.record(conn, [each for each in outcomes if each.envelope.posted is not None], now)
        return [each["note_id"] for each in settled if each["state"] == NoteState.DUE]

    async def _follow_up(self, conn: Connection, outcome: Outcome, now: datetime) -> None:
        """Pause, move or park what the outcome names."""
        if outcome.park is not None:
            await self._sql.drop_parking(conn, now=to_ms(now))
            await self._sql.put_parking(conn, scope=outcome.park.scope, until=to_ms(outcome.park.until))
        if not (outcome.pause or outcome.close_thread or outcome.move_to is not None):
            return
        address, first = outcome.envelope.address, outcome.envelope.notes[0].id
        chat_id = await self._sql.chat_of_note(conn, id=first, telegram_id=address.telegram_id)
        if chat_id is None:
            return
        if outcome.move_to is not None:
            await self._changes.move(conn, chat_id, outcome.move_to, now)
        if outcome.pause:
            await self._changes.pause(conn, chat_id, outcome.pause, now)
        if outcome.close_thread:
            await self._changes.close_thread(conn, chat_id, address.thread, "the topic is closed", now)


def _entry(verdict: Verdict) -> _Entry:
    match verdict:
        case Sent():
            return _Entry(state=NoteState.SENT, word="sent")
        case Retry(due_at=due_at, why=why, unsure=unsure, plain=plain):
            word = "unsure" if unsure else "retry"
            return _Entry(state=NoteState.DUE, word=word, why=why, due_at=due_at, unsure=int(unsure), plain=int(plain))
        case Dead(why=why):
            return _Entry(state=NoteState.DEAD, word="dead", why=why)
        case Cancelled(why=why):
            return _Entry(state=NoteState.CANCELLED, word="cancelled", why=why)
        case _:
            assert_never(verdict)


def _messages(outcome: Outcome, first: int, at: int) -> list[dict[str, Any]]:
    """The rows of what was sent: one, or one for each picture of an album; the notes point to the first."""
    if not isinstance(outcome.verdict, Sent):
        return []
    others = outcome.answer.others if isinstance(outcome.answer, Accepted) else ()
    return [
        {
            "id": first + place,
            "note_id": outcome.envelope.notes[0].id,
            "telegram_message_id": telegram_id,
            "now": at,
            "listed": listed_text(outcome.envelope.listed),
        }
        for place, telegram_id in enumerate((outcome.verdict.message_id, *others))
    ]


def _settlements(outcome: Outcome, entry: _Entry, message_id: int, at: int) -> list[dict[str, Any]]:
    sent = entry.state is NoteState.SENT
    told = [(note.id, note.revision) for note in outcome.envelope.notes]
    if sent:
        told += [(rider.note_id, rider.revision) for note in outcome.envelope.notes for rider in note.riders]
    return [
        {
            "note_id": note_id,
            "now": at,
            "verdict": entry.word,
            "state": entry.state,
            "why": entry.why,
            "due_at": maybe_ms(entry.due_at),
            "unsure": entry.unsure,
            "plain": entry.plain,
            "shown": revision if sent else None,
            "message_id": message_id if sent else None,
            "decided_at": None if entry.state is NoteState.DUE else at,
        }
        for note_id, revision in told
    ]
