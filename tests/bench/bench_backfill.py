"""An archive of 3,000 items walked into the store by `loa backfill`, killed three times on its way.

    make bench NAME=bench_backfill

Complete, nothing twice, nothing pushed, and at most one page read twice for each kill.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from bot.simulator import PretendPortal
from tests.journeys.house import ROOT, Loa

ITEMS, PAGE, KILLS = 3_000, 30, 3


async def main(seed: int) -> None:
    chance = random.Random(seed)
    async with PretendPortal(news=False) as portal:
        portal.page_size = PAGE
        for number in range(ITEMS):
            age = timedelta(hours=7 * (ITEMS - number))
            portal.publish(
                f"Tin lưu trữ số {number}: hội nghị tổng kết phong trào",
                f"Tóm tắt của tin số {number}",
                published_at=portal.now() - age,
            )
        with tempfile.TemporaryDirectory() as made:
            source = {"url": f"{portal.url}/tin-tuc", "kind": "page"}
            loa = Loa(folder=Path(made), api_root="http://127.0.0.1:9", token="1234567:nobody", sources=[source])
            begun = time.monotonic()
            for kill in range(1, KILLS + 1):
                until = portal.hits["/tin-tuc"] + chance.randint(5, 25)
                await killed(loa, portal, until, chance.random() * 0.4)
                print(f"kill {kill}: after {portal.hits['/tin-tuc']} pages asked for")
            last = await loa.run("backfill", "tdkt")
            print(last.out.strip(), last.err.strip(), f"(exit {last.code})")
            took = time.monotonic() - begun
            lines = (await loa.run("export")).out.splitlines()
    titles = Counter(json.loads(line)["title"] for line in lines)
    pages = ITEMS // PAGE
    twice = sum(count - 1 for count in titles.values())
    print(f"{len(titles):,} of {ITEMS:,} items stored, {twice} of them twice, in {took:.0f} s with {KILLS} kills")
    asked = portal.hits["/tin-tuc"]
    print(f"{pages} pages were asked for {asked} times: {asked - pages} read twice ({KILLS} allowed)")


async def killed(loa: Loa, portal: PretendPortal, pages: int, then: float) -> None:
    """A walk that is killed *then* seconds after the portal was asked for so many pages."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "backfill", "tdkt"),
        cwd=ROOT,
        env=loa._environment(),
        stdout=asyncio.subprocess.DEVNULL,
    )
    while portal.hits["/tin-tuc"] < pages:
        assert process.returncode is None, "it ended by itself"
        await asyncio.sleep(0.01)
    await asyncio.sleep(then)
    process.kill()
    await process.wait()


if __name__ == "__main__":
    asyncio.run(main(int((sys.argv[1:] or ["6"])[0])))
