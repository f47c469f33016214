"""What may be sent now of what one chat's topic is owed: the present settings decide, not those of when it was owed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.model import Chat, ClaimedNote, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Notes that go together: one alone, or a burst collected into one list (which may need several messages)."""

    notes: tuple[ClaimedNote, ...]
    collected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Notes that must not arrive before `until`."""

    note_ids: tuple[int, ...]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Notes that nobody wants any more, and why."""

    note_ids: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of the claimed notes; every one of them is in exactly one place. `bundles` go in their order."""

    bundles: tuple[Bundle, ...] = ()
    deferred: tuple[Deferred, ...] = ()
    dropped: tuple[Dropped, ...] = ()


def decide(notes: Sequence[ClaimedNote], now: datetime, collect_above: int) -> Decision:
    """What to do now with the due notes of one chat and topic.

    More than *collect_above* of them within ten seconds (those that were just sent count) become one list. Urgent
    ones go first and pass quiet hours; a note whose fate was unknown once, or that must go plain, goes as it went.
    """
    if not notes:
        return Decision()
    chat = notes[0].chat
    if chat.paused:
        return Decision(dropped=(_dropped(notes, f"the chat is paused: {chat.paused}"),))
    unwanted = [note for note in notes if not note.wanted]
    wanted = [note for note in notes if note.wanted]
    end = quiet_until(chat, now)
    asleep = [note for note in wanted if end is not None and note.priority is not Priority.URGENT]
    awake = [note for note in wanted if end is None or note.priority is Priority.URGENT]
    return Decision(
        bundles=tuple(_bundles(awake, collect_above)),
        deferred=(Deferred(note_ids=_ids(asleep), until=end),) if asleep and end is not None else (),
        dropped=(_dropped(unwanted, "no longer followed or watched"),) if unwanted else (),
    )


def quiet_until(chat: Chat, now: datetime) -> datetime | None:
    """When the chat's quiet hours end, in UTC; None outside them. They may span midnight."""
    quiet = chat.quiet
    if quiet is None or quiet.start == quiet.end:
        return None
    local = now.astimezone(ZoneInfo(chat.timezone))
    minute = local.hour * 60 + local.minute
    spans_midnight = quiet.start > quiet.end
    inside = minute >= quiet.start or minute < quiet.end if spans_midnight else quiet.start <= minute < quiet.end
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if spans_midnight and minute >= quiet.start else 0)
    end = datetime(day.year, day.month, day.day, quiet.end // 60 % 24, quiet.end % 60, tzinfo=local.tzinfo)
    return end.astimezone(now.tzinfo)


def _bundles(notes: Iterable[ClaimedNote], collect_above: int) -> Iterable[Bundle]:
    """A note that was sent before is never put together with fresh ones, or they would share its last chance."""
    for (_, _, plain), group in groupby(sorted(notes, key=_order), key=_together):
        together = tuple(group)
        if not plain and len(together) > 1 and len(together) + together[0].recent > collect_above:
            yield Bundle(notes=together, collected=True)
        else:
            yield from (Bundle(notes=(note,)) for note in together)


def _order(note: ClaimedNote) -> tuple[int, int, bool, datetime, int]:
    return (*_together(note), note.due_at, note.id)


def _together(note: ClaimedNote) -> tuple[int, int, bool]:
    return (note.priority, -note.unsure, note.plain)


def _dropped(notes: Sequence[ClaimedNote], why: str) -> Dropped:
    return Dropped(note_ids=_ids(notes), why=why)


def _ids(notes: Sequence[ClaimedNote]) -> tuple[int, ...]:
    return tuple(note.id for note in notes)
