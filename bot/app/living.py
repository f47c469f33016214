"""The house inhabited: everything besides the ear, which listens already."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.app.house import House, built
from bot.app.listening import Payload, Take
from bot.app.loops import Loops
from bot.app.presence import Presence, doorway
from bot.app.windows import opened_page, running_clock, watchman_of
from bot.chats.desk import Reload
from bot.chats.transport import AiohttpRequest
from bot.chats.updates import Door
from bot.config import Config
from bot.web.metrics import Metrics
from bot.web.vitals import Vitals
from bot.web.webhook import LetterBox


@asynccontextmanager
async def inhabited(
    config: Config, ears: AiohttpRequest, vitals: Vitals, loops: Loops, door: asyncio.Future[Take], reload: Reload
) -> AsyncIterator[None]:
    """People are answered, news is read and delivered, the page is open, while the block runs.

    *door* learns who handles updates. At the end the loops are asked to end first, then everything closes around
    them; delivery's last seconds run meanwhile. Raises StoreError and ConfigError where the house cannot be built.
    """
    async with built(config, ears, reload) as house:
        presence = Presence(house.application, vitals, house.cellar.timing.monotonic)
        entry = Door(house.application)

        async def take(update: Payload) -> None:
            await presence.known.wait()
            await entry.take(update)

        webhook = doorway(config.telegram) if config.telegram.mode == "webhook" else None
        letter_box = LetterBox(path=webhook.path, secret=webhook.secret, take=take) if webhook else None
        metrics, watchman = Metrics(house.delivery.tally, house.cellar.store.search.latency), watchman_of(house, vitals)
        door.set_result(take)
        try:
            async with opened_page(house, watchman, metrics, letter_box):
                loops.start("deliver", house.delivery.run(), end=house.delivery.stop)
                loops.start("appear", presence.appear(webhook))
                if webhook is not None:
                    loops.start("watch", presence.watch())
                async with running_clock(house, watchman, metrics):
                    try:
                        yield
                    finally:
                        loops.ask_to_end()
        finally:
            loops.ask_to_end()
            await loops.ended()
            await _leave(house)


async def _leave(house: House) -> None:
    with suppress(RuntimeError):  # Telegram was out of reach all the time, and the application never began
        await house.application.shutdown()
