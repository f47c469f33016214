"""An event loop whose clock runs faster than the wall's: what takes a day in life takes minutes in a test."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _HurriedSelector(selectors.DefaultSelector):
    """Waits a fraction of what it is told to."""

    factor: float = 1.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self.factor if timeout is not None and timeout > 0 else timeout)


class HurriedLoop(asyncio.SelectorEventLoop):
    """A loop whose seconds are *factor* times shorter; threads and sockets keep their real speed."""

    def __init__(self, factor: float) -> None:
        selector = _HurriedSelector()
        selector.factor = self.factor = factor
        super().__init__(selector)

    def time(self) -> float:
        return super().time() * self.factor


def hurried(factor: float, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run *main* on a loop that is so many times faster."""
    with asyncio.Runner(loop_factory=lambda: HurriedLoop(factor)) as runner:
        return runner.run(main())
