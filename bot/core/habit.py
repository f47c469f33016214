"""How often a source has something to say, and whether it is silent for longer than is its habit. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

FEWEST: Final = 8
"""Items that show a habit; fewer may be chance."""
TIMES: Final = 3
"""The longest pause so far, so many times over, is no pause any more."""
SHORTEST: Final = timedelta(days=4)
"""A weekend with a day on either side is silence at no office."""


def silent_since(times: Sequence[datetime], now: datetime) -> datetime | None:
    """The time of the last item where the silence since is against the source's habit; None where all is as usual.

    *times* are those of the newest items, the newest first.
    """
    past = sorted({at for at in times if at <= now}, reverse=True)
    if len(past) < FEWEST:
        return None
    longest = max(later - earlier for later, earlier in pairwise(past))
    return past[0] if now - past[0] > max(TIMES * longest, SHORTEST) else None
