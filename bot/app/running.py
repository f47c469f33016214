"""`loa run`: the house, alive, until somebody ends it.

Telegram is listened to first and the house built around the open poll: most of a start is importing, and nobody who
writes meanwhile has to wait for longer than that.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from typing import Final

from bot.app.listening import Heard, Listener, Payload, Take
from bot.app.lives import Lives, Reload, cannot_reload
from bot.app.loops import Loops
from bot.chats.allowed import ALLOWED_UPDATES
from bot.chats.transport import AiohttpRequest
from bot.config import Config
from bot.errors import LoaError
from bot.web.vitals import Vitals

log = logging.getLogger(__name__)

SHORTEST_SLICE: Final = 0.001
"""Seconds: the loop lets go of the interpreter with every byte that it sends, and a thread that reads a document keeps
it for so long."""
WAITERS: Final = 64
"""Threads that ask name servers: dead ones are waited for, and must hold up no other host's look-up."""


async def run_until_stopped(config: Config, reread: Callable[[], Config]) -> None:
    """Live until SIGTERM or SIGINT, then end cleanly within 10 s. Raises LoaError where life is over before.

    On SIGHUP, and when an operator asks for it, *reread* gives the configuration to go on with; one with mistakes
    (ConfigError) changes nothing.
    """
    lives = Lives(config, reread)
    loop = asyncio.get_running_loop()
    sys.setswitchinterval(SHORTEST_SLICE)
    loop.set_default_executor(ThreadPoolExecutor(WAITERS, thread_name_prefix="wait"))

    def end(name: str) -> None:
        log.info("process.stopping signal=%s", name)
        lives.end()
        loop.remove_signal_handler(signal.SIGINT)  # a second Ctrl-C waits for nobody

    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, end, one.name)
    loop.add_signal_handler(signal.SIGHUP, lives.reload)
    heard = Heard()
    while lives.go_on:
        begun = time.monotonic()
        try:
            await live(lives.config, lives.over, reload=lives.reload, heard=heard)
        except LoaError as error:
            lives.fall_back(error, after=time.monotonic() - begun)
        else:
            lives.follow()
    log.info("process.stopped")


async def live(
    config: Config, stop: asyncio.Event, *, reload: Reload = cannot_reload, heard: Heard | None = None
) -> None:
    """Let all loops run until *stop*, or until one cannot go on; then end them in order."""
    telegram, vitals, loops = config.telegram, Vitals(started=time.monotonic()), Loops()
    door: asyncio.Future[Take] = asyncio.get_running_loop().create_future()

    async def take(update: Payload) -> None:
        handle = await asyncio.shield(door)
        await handle(update)

    ears = AiohttpRequest(connections=2, ca_file=telegram.ca_file)
    address = f"{telegram.api_root}/bot{telegram.token}"
    await ears.initialize()
    try:
        if telegram.mode == "polling":
            listener = Listener(
                ears,
                address,
                allowed=ALLOWED_UPDATES,
                take=take,
                vitals=vitals,
                monotonic=time.monotonic,
                heard=heard,
            )
            loops.start("listen", listener.listen())
        inhabited = await asyncio.to_thread(_the_rest)
        async with inhabited(config, ears, vitals, loops, door, reload):
            gc.freeze()  # what start-up made stays; collecting need not look at it again
            gc.enable()
            await loops.until(stop)
    finally:
        loops.ask_to_end()
        await loops.ended()
        await ears.shutdown()


def _the_rest() -> Callable[..., AbstractAsyncContextManager[None]]:
    """Imported in a thread of its own, so that the first poll leaves meanwhile."""
    from bot.app.living import inhabited

    return inhabited
