"""Tells pages and waiting tests at once what changed in a chat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something a person sees: a message with that id came, changed or went; or a toast with `text`."""

    kind: Literal["message", "edit", "delete", "toast", "typing"]
    message_id: int = 0
    text: str = ""


class Changes:
    """Listeners by chat, and waiters for anything at all. Costs nothing while nobody listens."""

    def __init__(self) -> None:
        self._queues: dict[int, set[asyncio.Queue[Change]]] = {}
        self._waiters: set[asyncio.Future[None]] = set()

    def tell(self, chat_id: int, change: Change) -> None:
        """Hand the change to all who listen to that chat, and wake all who wait."""
        for queue in self._queues.get(chat_id, ()):
            queue.put_nowait(change)
        self.wake()

    def wake(self) -> None:
        """Let everybody who waits look again."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def listen(self, chat_id: int) -> asyncio.Queue[Change]:
        """A queue of all later changes of that chat; give it back with `leave`."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._queues.setdefault(chat_id, set()).add(queue)
        return queue

    def leave(self, chat_id: int, queue: asyncio.Queue[Change]) -> None:
        """End a listener."""
        queues = self._queues.get(chat_id, set())
        queues.discard(queue)
        if not queues:
            self._queues.pop(chat_id, None)

    async def wait_until(self, ready: Callable[[], object], *, timeout: float, what: str) -> None:  # noqa: ASYNC109
        """Return once `ready()` is true; TimeoutError that names *what* after *timeout* seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not ready():
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiters.add(waiter)
            try:
                # Time alone may make it true as well: look again every 50 ms.
                await asyncio.wait([waiter], timeout=min(0.05, max(0.0, end - loop.time())))
            finally:
                self._waiters.discard(waiter)
            if loop.time() >= end and not ready():
                raise TimeoutError(f"{what}: not within {timeout:g} s")
