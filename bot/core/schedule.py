"""When a source is read again. *chance* is a random number in [0, 1): many sources must not fall into step."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model import Memory, Source, Trouble

BACK_OFF = (1, 3, 15, 90, 600, 4000)
"""Multiples of a source's interval after its first, second ... failure in a row.

Steep on purpose: at an interval of one second a source that fails all day costs under 30 requests, while a short
stumble is over within seconds.
"""
LONGEST_BACK_OFF = timedelta(hours=1)
LONGEST_RETRY_AFTER = timedelta(days=1)
LONGEST_FRESHNESS = timedelta(minutes=15)
"""How far a portal's Cache-Control is followed beyond the interval where `interval_max` gives no other bound: many a
portal gives its feed the same month of freshness as its pictures."""
JITTER = 0.2
TOLD_AFTER = 3
"""Failures in a row after which the operators are told, once."""


def after_success(
    source: Source, memory: Memory, now: datetime, chance: float, fresh_for: timedelta = timedelta()
) -> datetime:
    """The next reading after a good one: the interval, stretched up to `every_most` for a source that is quiet.

    A tenth of the time since its last item is a fair guess at how soon the next may come. Nor is a portal asked again
    while it says itself that its answer is fresh, within the same bounds.
    """
    wait, most = source.every, source.every_most
    if most is not None and memory.last_item_at is not None:
        wait = max(wait, min(most, (now - memory.last_item_at) / 10) * (1 - JITTER * chance))
    return now + max(wait, min(fresh_for, most or max(source.every, LONGEST_FRESHNESS)))


def after_trouble(source: Source, failures: int, trouble: Trouble, now: datetime, chance: float) -> datetime:
    """The next try after the *failures*-th failure in a row; a Retry-After is honoured up to a day."""
    step = BACK_OFF[min(failures, len(BACK_OFF)) - 1]
    wait = min(max(LONGEST_BACK_OFF, source.every), source.every * step)
    if trouble.retry_after is not None:
        wait = max(wait, min(trouble.retry_after, LONGEST_RETRY_AFTER))
    return now + wait * (1 + JITTER * chance)
