"""`loa run`: the house, alive, until somebody ends it."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from bot.app.house import House, built
from bot.app.listening import Listener, Payload
from bot.app.presence import Doorway, Presence, doorway
from bot.chats.application import ALLOWED_UPDATES
from bot.chats.updates import Door
from bot.config import Config
from bot.web.vitals import Vitals

log = logging.getLogger(__name__)

FINISHING: Final = 2.0
"""Seconds that open answers and readings get at the end; delivery takes its own, all at the same time."""
INTRODUCTION: Final = 1.0
"""Seconds for which all else waits, so that the first poll leaves before the machine is busy with the rest."""


async def run_until_stopped(config: Config) -> None:
    """Live until SIGTERM or SIGINT, then end cleanly within 10 s. Raises LoaError where life is over before."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end(name: str) -> None:
        log.info("process.stopping signal=%s", name)
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)  # a second Ctrl-C waits for nobody

    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, end, one.name)
    async with built(config) as house:
        await Life(house).live(stop)
    log.info("process.stopped")


@dataclass(slots=True)
class Life:
    """The loops of a house, each a task. A task that ends by itself ends the life; its error is raised."""

    house: House
    vitals: Vitals = field(init=False)
    presence: Presence = field(init=False)
    listener: Listener = field(init=False)
    doorway: Doorway | None = field(init=False)
    _door: Door = field(init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        house, telegram = self.house, self.house.config.telegram
        self.vitals = Vitals(started=house.timing.monotonic())
        self.presence = Presence(house.application, self.vitals, house.timing.monotonic)
        self.doorway = doorway(telegram) if telegram.mode == "webhook" else None
        self._door = Door(house.application)
        self.listener = Listener(
            house.ears,
            f"{telegram.api_root}/bot{telegram.token}",
            allowed=ALLOWED_UPDATES,
            take=self.take,
            vitals=self.vitals,
            monotonic=house.timing.monotonic,
        )

    async def take(self, update: Payload) -> None:
        """Handle one raw update, once it is known who we are."""
        await self.presence.known.wait()
        await self._door.take(update)

    async def live(self, stop: asyncio.Event) -> None:
        """Everything that goes on until *stop*; then all of it ends, within 10 s."""
        delivering = asyncio.create_task(self.house.delivery.run(), name="deliver")
        if self.doorway is None:
            self._start("listen", self.listener.listen())
            self._start("appear", self._appear())
            with suppress(TimeoutError):
                await asyncio.wait_for(self.presence.known.wait(), INTRODUCTION)
        try:
            from bot.app.windows import opened_windows

            async with opened_windows(self.house, self.vitals, self.take, self.doorway):
                if self.doorway is not None:
                    self._start("appear", self._appear())
                    self._start("watch", self.presence.watch())
                gc.freeze()  # what start-up made stays; collecting need not look at it again
                gc.enable()
                await self._until(stop, delivering)
        finally:
            await self._end(delivering)

    async def _appear(self) -> None:
        await self.presence.appear(self.doorway)
        await asyncio.Event().wait()

    async def _until(self, stop: asyncio.Event, delivering: asyncio.Task[None]) -> None:
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({stopping, delivering, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()

    async def _end(self, delivering: asyncio.Task[None]) -> None:
        """Hear no more, deliver no more; raises what ended the life, if something did."""
        ended = [task for task in (delivering, *self._tasks) if task.done() and not task.cancelled()]
        for task in self._tasks:
            task.cancel()
        self.house.delivery.stop()
        await asyncio.gather(*self._tasks, delivering, self.listener.finish(FINISHING), return_exceptions=True)
        with suppress(RuntimeError):  # never initialized: Telegram was out of reach all the time
            await self.house.application.shutdown()
        for task in ended:
            task.result()

    def _start(self, name: str, loop: Coroutine[Any, Any, None]) -> None:
        self._tasks.add(asyncio.create_task(loop, name=name))
