"""How long something took, counted in buckets, for whoever exports figures."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds in seconds; what takes longer than the last counts in the sum only."""


class Latency:
    """Counts durations; `counts` has one place for each of BUCKETS_S and one for what is longer."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS_S) + 1)
        self.total_s = 0.0

    @contextmanager
    def measured(self, stopwatch: Callable[[], float]) -> Iterator[None]:
        """Count how long the block takes, failed or not."""
        begun = stopwatch()
        try:
            yield
        finally:
            took = stopwatch() - begun
            self.counts[bisect_left(BUCKETS_S, took)] += 1
            self.total_s += took
