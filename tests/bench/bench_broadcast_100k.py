"""100,000 chats follow a source: how soon their rows are durable, what it does to the loop, to answers, to memory.

python -m tests.bench.bench_broadcast_100k [CHATS [SEARCHES]]
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from statistics import quantiles

from bot.simulator import PretendTelegram
from tests.bench.ground import Ground, a_ground, run
from tests.bench.stalls import stalled

READERS = 50
"""People who search while the broadcast goes on, none of them faster than a person's allowance."""
FIRST_READER = 5_000


async def main() -> None:
    """Print the seconds to durable rows, the longest stall, the answers' times and the memory."""
    chats = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    searches = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    async with a_ground() as ground:
        await ground.subscribe(chats)
        await ground.start()
        await search(ground.telegram, FIRST_READER, "bão")
        async with stalled(ground) as visitor:
            await asyncio.sleep(2.0)
            idle = await visitor.longest()
            ground.portal.publish("Tin cho mọi người", "Một tin gửi tới tất cả.")
            durable = await until_owed(ground, chats)
            print(f"{chats:,} chats: rows durable {durable:.2f} s after the portal's answer")
            owing = await visitor.longest()
            waits = await searching(ground, searches)
            longest = await visitor.longest()
        *_, last = quantiles(waits, n=100)
        print(
            f"  {len(waits)} searches meanwhile: median {1000 * sorted(waits)[len(waits) // 2]:.0f} ms,"
            f" 99th percentile {1000 * last:.0f} ms, worst {1000 * max(waits):.0f} ms"
        )
        tally = ground.telegram.world.tally
        print(f"  sent meanwhile {tally.accepted:,}, most within one second {tally.most_in_one_second}")
        print(f"  longest wait for the loop: idle {idle}")
        print(f"    until all was owed {owing}")
        print(f"    in all {longest}")
        print(f"  memory {ground.memory():.0f} MB")


async def until_owed(ground: Ground, chats: int) -> float:
    """Seconds from the portal's answer that held the item to the commit of every row."""
    hits = ground.portal.hits["/rss"]
    await ground.telegram.wait_until(lambda: ground.portal.hits["/rss"] > hits, what="a poll")
    began = time.monotonic()
    with sqlite3.connect(f"file:{ground.folder}/loa.db?mode=ro", uri=True) as conn:
        while conn.execute("SELECT count(*) FROM notes").fetchone()[0] < chats:
            await asyncio.sleep(0.02)
            if time.monotonic() - began > 60:
                raise TimeoutError("the rows are not there")
    return time.monotonic() - began


async def searching(ground: Ground, searches: int) -> list[float]:
    """Seconds that each of *searches* took, a few a second by different people."""
    waits = []
    for number in range(searches):
        waits.append(await search(ground.telegram, FIRST_READER + number % READERS, "nông thôn mới"))
        await asyncio.sleep(0.1)
    return waits


async def search(telegram: PretendTelegram, person: int, words: str) -> float:
    """Seconds from the question to the answer in the chat."""
    telegram.chat(person)
    began = time.monotonic()
    await telegram.ask(person, f"/search {words}")
    return time.monotonic() - began


if __name__ == "__main__":
    run(main)
