"""What an answer of Telegram means for the notes of an envelope. `chance` is a random number in [0, 1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, assert_never

from bot.model import (
    Accepted,
    Answer,
    Cancelled,
    Dead,
    Envelope,
    Malformed,
    Moved,
    Outcome,
    Parked,
    Refused,
    Retry,
    Sent,
    Slowed,
    Unauthorized,
    Unreachable,
    Unsure,
    Verdict,
)

UNSURE_RETRIES: Final = (timedelta(seconds=2), timedelta(seconds=10))
"""Waits before a message that may have arrived is sent again; after the last one it is given up.

Each retry may be a duplicate, for Telegram has no idempotency key; no retry at all would lose what a server error ate.
"""
FIRST_BACK_OFF: Final = timedelta(seconds=1)
LONGEST_BACK_OFF: Final = timedelta(minutes=1)
SLOWED_MARGIN: Final = timedelta(milliseconds=100)
"""Added to retry_after, which counts from when the server wrote it."""
AT_LEAST_SLOWED: Final = timedelta(seconds=1)


def verdict(envelope: Envelope, answer: Answer, now: datetime, chance: float) -> Outcome:
    """What is to be written down after *answer*, and what becomes of the chat."""
    match answer:
        case Accepted(message_id=message_id):
            return _outcome(envelope, answer, Sent(message_id=message_id))
        case Slowed():
            return _slowed(envelope, answer, now)
        case Moved(new_telegram_id=new_telegram_id):
            why = f"the group became the supergroup {new_telegram_id}"
            return _outcome(envelope, answer, Retry(due_at=now, why=why), move_to=new_telegram_id)
        case Refused(why=why, pause=pause, topic=topic):
            return _outcome(envelope, answer, Cancelled(why=why), pause="" if topic else pause, close_thread=topic)
        case _:
            return _outcome(envelope, answer, _failed(envelope, answer, now, chance))


def parked_chat(chat_id: int, until: datetime) -> Parked:
    """The scope of one chat."""
    return Parked(scope=f"chat:{chat_id}", until=until)


def parked_all(until: datetime) -> Parked:
    """The scope of everything."""
    return Parked(scope="global", until=until)


def back_off(failures: int, chance: float) -> timedelta:
    """The wait after so many failures in a row (1: the first): doubling, capped, spread by up to a half."""
    steps = min(max(failures, 1) - 1, 16)
    return min(LONGEST_BACK_OFF, FIRST_BACK_OFF * (1 << steps)) * (1 + chance / 2)


def _outcome(
    envelope: Envelope,
    answer: Answer,
    what: Verdict,
    *,
    pause: str = "",
    close_thread: bool = False,
    move_to: int | None = None,
    park: Parked | None = None,
) -> Outcome:
    return Outcome(
        envelope=envelope,
        answer=answer,
        verdict=what,
        pause=pause,
        close_thread=close_thread,
        move_to=move_to,
        park=park,
    )


def _slowed(envelope: Envelope, answer: Slowed, now: datetime) -> Outcome:
    until = now + max(answer.retry_after, AT_LEAST_SLOWED) + SLOWED_MARGIN
    retry = Retry(due_at=until, why=f"429: retry after {answer.retry_after.total_seconds():g} s ({answer.scope})")
    park = parked_all(until) if answer.scope == "global" else parked_chat(envelope.address.chat_id, until)
    return _outcome(envelope, answer, retry, park=park)


def _failed(
    envelope: Envelope, answer: Malformed | Unreachable | Unsure | Unauthorized, now: datetime, chance: float
) -> Verdict:
    match answer:
        case Malformed(why=why, markup=True) if not all(note.plain for note in envelope.notes):
            return Retry(due_at=now, why=why, plain=True)
        case Malformed(why=why):
            return Dead(why=why)
        case Unreachable(why=why):
            attempts = max(note.attempt for note in envelope.notes)
            return Retry(due_at=now + back_off(attempts + 1, chance), why=why)
        case Unsure(why=why):
            retried = max(note.unsure for note in envelope.notes)
            if retried >= len(UNSURE_RETRIES):
                return Dead(why=f"unsure {retried + 1} times: {why}")
            return Retry(due_at=now + UNSURE_RETRIES[retried] * (1 + chance / 2), why=why, unsure=True)
        case Unauthorized(why=why):
            return Retry(due_at=now, why=why)
        case _:
            assert_never(answer)
