"""What a source in trouble costs its portal in a day, and what a host that never answers costs the others.

    make bench NAME=bench_trouble

The day is simulated: the real reader asks a real portal over HTTP, by a clock that is moved from one try to the next.
The pushes are real: the whole bot, a healthy portal, and hosts that accept a connection and never answer.
"""

from __future__ import annotations

import asyncio
import logging
import random
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bot.jobs.poll import poll
from bot.jobs.stories import StoryBook
from bot.jobs.watching import WatchBook
from bot.model import Source
from bot.simulator import PretendPortal, PretendTelegram
from bot.sources.fetch import Fetcher, FetchRules
from bot.sources.reader import PortalReader
from storage.store import Store
from tests.bench._portals import Portals
from tests.fakes import HandClock
from tests.journeys.house import Loa

READER = 5001
DAY = timedelta(days=1)
RULES = FetchRules(allow_private=True, timeout=timedelta(milliseconds=300))
TROUBLES = ("500", "503", "404", "410", "403", "html", "broken_xml", "empty", "drop", "hang")
INTERVALS = (timedelta(seconds=1), timedelta(seconds=30), timedelta(minutes=5))
SILENT_HOSTS = 100


async def main() -> None:
    logging.disable(logging.WARNING)
    worst = 0
    print(f"{'requests of a day':22}" + "".join(f"{f'every {every.total_seconds():g} s':>14}" for every in INTERVALS))
    for kind in TROUBLES:
        spent = [max([await a_day(kind, every, chance) for chance in chances()]) for every in INTERVALS]
        worst = max(worst, *spent)
        print(f"{kind:22}" + "".join(f"{count:14}" for count in spent))
    print(f"at most {worst} requests of a source that fails for a day (30 allowed)\n")
    for silent in (0, 1, SILENT_HOSTS):
        waits = await pushes(silent)
        print(
            f"{silent:3} hosts that accept and never answer: a push arrives after "
            f"{sum(waits) / len(waits):.2f} s, {max(waits):.2f} s at most"
        )


def chances() -> tuple[Callable[[], float], ...]:
    """No jitter at all, which asks most often, and some."""
    return (lambda: 0.0), random.Random(6).random


async def a_day(kind: str, every: timedelta, chance: Callable[[], float]) -> int:
    """How often a portal with that trouble is asked for anything within a day after a good reading."""
    with tempfile.TemporaryDirectory() as made:
        store = await Store.open(f"sqlite:///{made}/loa.db")
        clock = HandClock()
        fetcher = Fetcher(RULES, clock)
        try:
            async with PretendPortal() as portal:
                source = Source(id="tdkt", title="Tin", url=f"{portal.url}/rss", every=every)
                reader = PortalReader(fetcher, clock)
                book = WatchBook(clock, source.timezone)

                async def ask() -> None:
                    await poll(
                        source,
                        reader=reader,
                        store=store,
                        watches=book,
                        stories=StoryBook(clock),
                        clock=clock,
                        chance=chance,
                    )
                    memory = await store.sources.memory(source.id)
                    assert memory.next_poll_at is not None
                    clock.now = max(clock.now, memory.next_poll_at)

                await ask()
                portal.break_with(kind)  # type: ignore[arg-type]
                before, end = sum(portal.hits.values()), clock.now + DAY
                while clock.now < end:
                    await ask()
                return sum(portal.hits.values()) - before
        finally:
            await fetcher.close()
            await store.close()


async def pushes(silent: int, count: int = 8) -> list[float]:
    """Seconds from publishing to the push, while *silent* other sources hang."""
    waits = []
    async with PretendPortal() as portal, Portals() as stalled, PretendTelegram() as telegram:
        urls = [f"{portal.url}/rss", *(stalled.url(n).replace("/rss", "/stall") for n in range(silent))]
        with tempfile.TemporaryDirectory() as made:
            loa = Loa(
                folder=Path(made), api_root=telegram.url, token=telegram.token, sources=[{"url": url} for url in urls]
            )
            async with loa:
                await telegram.wait_listening(timeout=60)
                await telegram.ask(READER, "/start")
                await telegram.ask(READER, "/dangky tdkt")
                await asyncio.sleep(2)
                for number in range(count):
                    after = telegram.sent(READER)[-1]["message_id"]
                    published = time.monotonic()
                    portal.publish(f"Tin đo số {number}", "Tóm tắt")
                    await telegram.wait_sent(READER, after=after, timeout=60)
                    waits.append(time.monotonic() - published)
                    await asyncio.sleep(2.5 + random.random())
    return waits


if __name__ == "__main__":
    asyncio.run(main())
