"""The loops of a process, each a task: they live together, and end together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Loops:
    """Starts loops, watches over them, and asks them to end; a loop that fails ends the life of all."""

    def __init__(self) -> None:
        self._loops: dict[asyncio.Task[None], Callable[[], object]] = {}

    def start(self, name: str, loop: Coroutine[Any, Any, None], *, end: Callable[[], object] | None = None) -> None:
        """Run *loop*; *end* asks it to come to its end, where being cancelled is not the way."""
        task = asyncio.create_task(loop, name=name)
        self._loops[task] = end or task.cancel

    async def until(self, stop: asyncio.Event) -> None:
        """Return once *stop* is set; raise what a loop failed with, at once. A loop may also simply be done."""
        stopping = asyncio.create_task(stop.wait())
        try:
            watched: set[asyncio.Task[Any]] = {stopping, *self._loops}
            while not stopping.done():
                done, watched = await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            stopping.cancel()

    def ask_to_end(self) -> None:
        """Ask every loop to end; waits for none."""
        for task, end in self._loops.items():
            if not task.done():
                end()

    async def ended(self) -> None:
        """Wait until every loop has ended. What one failed with on its way out is told, and stops nobody."""
        tasks, self._loops = tuple(self._loops), {}
        for task, outcome in zip(tasks, await asyncio.gather(*tasks, return_exceptions=True), strict=True):
            if isinstance(outcome, Exception):
                log.warning("loop.failed name=%s why=%s: %s", task.get_name(), type(outcome).__name__, outcome)
