"""What an answer of Telegram means for a message that was to be changed. To change it twice does no harm."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.core.retry import back_off, verdict
from bot.model import Answer, Dead, Envelope, Malformed, Outcome, Retry, Unreachable, Unsure, Verdict

MOST_ATTEMPTS: Final = 12
"""Unanswered or refused; with the growing waits between them that is about ten minutes."""


def verdict_of_edit(envelope: Envelope, answer: Answer, now: datetime, chance: float) -> Outcome:
    """What is to be written down after *answer* to an edit or a deletion, and what becomes of the chat."""
    posted = envelope.posted
    if posted is None:
        raise ValueError("an envelope that changes no message")
    what: Verdict
    match answer:
        case Malformed(why=why, markup=markup):
            # Where the markup was refused a plain text may pass; where the deletion was, an edit that says so.
            again = markup and not posted.plain
            what = Retry(due_at=now, why=why, plain=True) if again else Dead(why=why)
        case Unreachable(why=why) | Unsure(why=why):
            if posted.attempt >= MOST_ATTEMPTS:
                what = Dead(why=f"{posted.attempt} times without an answer: {why}")
            else:
                what = Retry(due_at=now + back_off(posted.attempt, chance), why=why)
        case _:
            return verdict(envelope, answer, now, chance)
    return Outcome(envelope=envelope, answer=answer, verdict=what)
