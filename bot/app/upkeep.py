"""What goes on beside the polls: operators hear of trouble, silences are noted, hubs asked, a monitor pinged."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bot.app.guard import guarded
from bot.app.house import House
from bot.chats.words import words_for
from bot.jobs.hubs import Subscriber
from bot.jobs.silence import note_silences
from bot.jobs.tell import Herald
from bot.jobs.tidying import put_in_order
from bot.sources.fetch import Fetcher
from bot.web.figures import Watchman
from bot.web.ping import ping
from bot.web.websub import HubKeys

TICK: Final = timedelta(milliseconds=250)
TELL_EVERY: Final = timedelta(seconds=5)
HUBS_EVERY: Final = timedelta(seconds=10)
SILENCE_EVERY: Final = timedelta(minutes=10)
TIDY_EVERY: Final = timedelta(seconds=10)
SETTLE_EVERY: Final = timedelta(seconds=10)
"""Often, so that there is little to look through each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A job that comes again after *every*, one turn at a time."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def do(self) -> None:
        """One turn; its accident ends no other."""
        async with self._turn:
            await guarded(self.name, self.run)

    async def rest(self) -> None:
        """Wait for the turn that is on: one that is cut off would be told as an accident."""
        async with self._turn:
            pass


def duties(house: House, watchman: Watchman, fetcher: Fetcher) -> tuple[Duty, ...]:
    """The duties of this configuration, besides the polls."""
    config, store, clock = house.config, house.cellar.store, house.cellar.timing.clock
    herald = Herald(
        store=store,
        say=house.speaker.say,
        operators=config.telegram.admins,
        sources=house.sources,
        words_for=words_for,
    )

    async def tell() -> object:
        return None if watchman.vitals.telegram_trouble else await herald.tell()

    async def tidy() -> object:
        return await put_in_order(store, clock(), config.schedule.timezone)

    found = [
        Duty(name="tell", every=TELL_EVERY, run=tell),
        Duty(name="silence", every=SILENCE_EVERY, run=lambda: note_silences(store=store, clock=clock)),
        Duty(name="tidy", every=TIDY_EVERY, run=tidy),
        Duty(name="settle", every=SETTLE_EVERY, run=settle),
    ]
    if config.telegram.webhook_url and config.web.listen is not None:
        keys, base = hub_keys(house), config.telegram.webhook_url
        subscriber = Subscriber(
            store=store,
            post=fetcher.post,
            callback=lambda source_id: base + keys.callback(source_id),
            secret=keys.signature,
            clock=clock,
        )
        found.append(Duty(name="hubs", every=HUBS_EVERY, run=subscriber.ask))
    if address := config.watch.ping:
        found.append(Duty(name="ping", every=config.watch.every, run=lambda: ping(address, watchman)))
    return tuple(found)


async def settle() -> None:
    """What lives by now is here to stay: collecting need not walk through it again.

    A full collection among all that thousands of sources and lazily imported libraries leave takes a fifth of a second.
    """
    gc.collect()
    gc.freeze()


def hub_keys(house: House) -> HubKeys:
    """What hubs call and sign with; it follows from the token, as the webhook's path does."""
    return HubKeys(secret=f"loa hubs {house.config.telegram.token}")
