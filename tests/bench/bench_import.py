"""An archive of 1,000,000 items in and out: how fast, in how much memory, and whether search finds the same after.

make bench NAME=bench_import ARGS="1000000"
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bot.model import SearchPage
from storage.database import Database
from storage.search import SearchIndex
from storage.store import Store
from tests.bench.vietnamese import notices
from tests.journeys.house import ROOT, Loa

SEED = 6
SPAN = timedelta(days=20 * 365)
NOW = datetime(2026, 11, 25, tzinfo=UTC)
SOURCES = 8


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd() / "var" if (Path.cwd() / "var").is_dir() else None) as made:
        folder = Path(made)
        first, second = house(folder / "first"), house(folder / "second")
        given = folder / "in.jsonl"
        written = write(given, count)
        print(f"{count:,} items, {written / 1e6:,.0f} MB of JSON lines")
        await timed("import", first, "import", str(given), count=count)
        await timed("export", first, "export", count=count, out=folder / "out.jsonl")
        await timed("import of the export", second, "import", str(folder / "out.jsonl"), count=count)
        size = (folder / "first" / "loa.db").stat().st_size
        print(f"database: {size / 1e6:,.0f} MB, {size / count:,.0f} bytes an item")
        await compared(first, second, count)


def house(folder: Path) -> Loa:
    return Loa(folder=folder, api_root="http://127.0.0.1:9", token="1234567:nobody")


def write(file: Path, count: int) -> int:
    """Notices of twenty years, some without a date, some without a guid."""
    with file.open("w", encoding="utf-8") as out:
        for number, (title, summary) in enumerate(islice(notices(SEED, count), count)):
            at = NOW - SPAN * (number / count)
            line = {
                "source": f"nguon-{number % SOURCES}",
                "title": title,
                "url": f"https://nguon-{number % SOURCES}.example/tin-tuc/bai-viet-{number}.html",
                "summary": summary,
                "published_at": None if number % 50 == 7 else at.isoformat(timespec="seconds"),
                "first_seen_at": at.isoformat(timespec="seconds"),
            }
            if number % 3:
                line["guid"] = f"tin_{number}"
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return file.stat().st_size


async def timed(name: str, loa: Loa, *words: str, count: int, out: Path | None = None) -> None:
    """Run a command to its end and print what it took."""
    begun, before = time.monotonic(), processor()
    with (out or Path("/dev/null")).open("wb") as sink:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words), cwd=ROOT, env=loa._environment(), stdout=sink
        )
        peaks: dict[int, int] = {}
        waiting = asyncio.create_task(process.wait())
        while not waiting.done():
            peaks |= {pid: max(peaks.get(pid, 0), memory_of(pid)) for pid in family_of(process.pid)}
            await asyncio.wait([waiting], timeout=0.2)
    took, spent = time.monotonic() - begun, processor() - before
    print(
        f"{name}: {count / took:,.0f} items/s ({took:.0f} s, processor {spent:.0f} s), "
        f"{sum(peaks.values()) >> 20} MB at most in {len(peaks)} processes, exit {process.returncode}"
    )


def processor() -> float:
    """Seconds that the commands so far have worked, with what they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def family_of(pid: int) -> tuple[int, ...]:
    """A process and all that it started."""
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return (pid, *(each for child in children for each in family_of(int(child))))
    return (pid,)


def memory_of(pid: int) -> int:
    """The most that a process ever had; what it shares with others is counted with each of them."""
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0]) * 1024
    return 0


async def compared(first: Loa, second: Loa, count: int) -> None:
    """The same questions to both archives, by a stopwatch that stands still.

    A laborious query is cut by the stopwatch, at another place each time: that would tell how busy the machine was.
    """
    urls = [f"sqlite:///{loa.folder}/loa.db" for loa in (first, second)]
    opened = [await Database.open(url) for url in urls]
    try:
        indexes = [SearchIndex(db, stopwatch=lambda: 0.0) for db in opened]
        asked = different = hits = 0
        for query in queries(count):
            for offset in (0, 5):
                pages = [await index.search(query, now=NOW, offset=offset, limit=5) for index in indexes]
                asked += 1
                hits += pages[0].total
                if shown(pages[0]) != shown(pages[1]):
                    different += 1
                    print(f"differs: {query!r}")
    finally:
        for db in opened:
            await db.close()
    print(f"{asked} pages of answers with {hits:,} hits compared, none of them cut by time: {different} differ")
    print(f"newest 1,000 the same: {await newest(urls[0]) == await newest(urls[1])}")


async def newest(url: str) -> list[str]:
    """The titles of what an archive calls its newest."""
    store = await Store.open(url)
    try:
        return [each.item.title for each in await store.items.newest(1000)]
    finally:
        await store.close()


def shown(page: SearchPage) -> tuple[object, ...]:
    """All of an answer that a reader sees."""

    def lines(found: Iterable[object]) -> list[tuple[object, ...]]:
        items = [each.stored.item for each in found]  # type: ignore[attr-defined]
        return [(item.source_id, item.title, item.url, item.summary, item.published_at) for item in items]

    return page.total, page.more, lines(page.results), lines(page.nearest), page.trouble


def queries(count: int) -> Iterator[str]:
    """Words, phrases, exclusions and days, from the texts themselves."""
    chance = random.Random(SEED)
    for title, summary in islice(notices(SEED, min(count, 300)), 300):
        words = f"{title} {summary}".strip(".").split()
        at = chance.randrange(len(words) - 3)
        yield " ".join(words[at : at + 2])
        if chance.random() < 0.3:
            yield f'"{" ".join(words[at : at + 3])}"'
        if chance.random() < 0.2:
            yield f"{words[at]} -{words[at + 2]}"
        if chance.random() < 0.2:
            yield f"{words[at]} tu:01/03/{chance.randint(2008, 2025)}"


if __name__ == "__main__":
    asyncio.run(main(int((sys.argv[1:] or ["1000000"])[0])))
