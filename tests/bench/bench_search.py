"""What search costs on generated Vietnamese notices of about 40 syllables.

python -m tests.bench.bench_search [ITEMS] [HOSTILE QUERIES] [FOLDER]     1,000,000 and 2,000; FOLDER keeps the archive
"""

from __future__ import annotations

import asyncio
import gc
import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter

from bot.app.upkeep import settle
from bot.cli.importing import AT_ONCE, MANY_OBJECTS
from bot.core.letters import Word, words_of
from bot.model import Item, StoredItem
from storage.database import Database
from storage.rows import row_of
from storage.search import Order, SearchIndex
from storage.search_folding import Folded, Folding
from storage.statements import statements
from tests.bench.hostile import hostile_queries
from tests.bench.vietnamese import Language, language, notices

SEED = 2026
NOW = datetime(2026, 11, 25, tzinfo=UTC)
SPAN = timedelta(days=20 * 365)
SOURCES = tuple(f"nguon-{number}" for number in range(8))


def items(count: int, first: int = 1) -> Iterator[StoredItem]:
    """Notices of twenty years, oldest first."""
    for number, (title, summary) in enumerate(islice(notices(SEED, count), count), start=first):
        at = NOW - SPAN * (1 - (number - first) / count)
        item = Item(
            source_id=SOURCES[number % len(SOURCES)], keys=(), title=title, summary=summary, published_at=at, url="x"
        )
        yield StoredItem(id=number, item=item, first_seen_at=NOW)


async def fill(db: Database, count: int) -> None:
    """Index *count* items as an import does: a process of its own folds the next ones meanwhile."""
    gc.set_threshold(MANY_OBJECTS)
    index, sources, shelf, spent = SearchIndex(db), statements("sources"), statements("items"), 0.0
    await db.prepare_bulk()
    async with db.write() as conn:
        for source in SOURCES:
            await sources.put_archive(conn, id=source)
    made = items(count)
    with folder_apart() as apart:
        batch = list(islice(made, AT_ONCE))
        begun = perf_counter()
        texts = await asyncio.to_thread(folded, apart, batch, ())
        await index.learn_compounds(texts)
        compounds = await index.compounds()
        spent += perf_counter() - begun
        async with index.bulk():
            while batch:
                ahead = list(islice(made, AT_ONCE))
                reading = asyncio.create_task(asyncio.to_thread(folded, apart, ahead, compounds))
                async with db.write() as conn:
                    await shelf.insert_items(conn, [row_of(each, "import") for each in batch])
                    begun = perf_counter()
                    await index.add(conn, batch, texts)
                texts = await reading
                spent += perf_counter() - begun  # the commit writes the items too: that is counted against the index
                batch = ahead
    print(f"indexing: {count / spent:,.0f} items/s ({count:,} in {spent:.1f} s, in transactions of {AT_ONCE:,})")


def folded(apart: Connection, batch: Sequence[StoredItem], compounds: tuple[str, ...]) -> list[Folded]:
    """What the other process makes of a batch."""
    apart.send((texts_of(batch), compounds))
    answer: list[Folded] = apart.recv()
    return answer


def texts_of(batch: Sequence[StoredItem]) -> list[tuple[str, str | None]]:
    return [(each.item.title, each.item.summary) for each in batch]


@contextmanager
def folder_apart() -> Iterator[Connection]:
    """A process that is sent `texts_of` a batch and sends back what `Folding.fold` makes of it."""
    method = get_context("spawn")
    ours, theirs = method.Pipe()
    folder = method.Process(target=fold_for, args=(theirs,), daemon=True)
    folder.start()
    theirs.close()
    ours.send(([], ()))
    ours.recv()  # it has begun
    try:
        yield ours
    finally:
        folder.terminate()
        folder.join()


def fold_for(asker: Connection) -> None:
    """What the other process does."""
    gc.disable()  # what is made here is gone with its answer
    folding = Folding()
    while True:
        texts, compounds = asker.recv()
        if compounds != folding.compounds:
            folding = Folding(compounds)
        met: set[bytes] = set()
        asker.send([folding.fold(title, summary, None, met) for title, summary in texts])


def sizes(path: Path) -> None:
    """What lies on the disk."""
    with sqlite3.connect(path) as conn:
        found = dict(conn.execute("SELECT substr(name, 1, 12), sum(pgsize) FROM dbstat GROUP BY 1"))
    index = sum(size for name, size in found.items() if name.startswith("search"))
    print(f"size: {path.stat().st_size / 1e6:,.0f} MB, of it for search {index / 1e6:,.0f} MB")


def percentile(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1000


def shown(times: Sequence[float]) -> str:
    """Median, 95th percentile and worst."""
    return " ".join(
        f"{name} {percentile(times, share):7.2f} ms" for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1))
    )


async def ask(index: SearchIndex, name: str, queries: Sequence[str], order: Order = "newest") -> float:
    """Print and return the 95th percentile in ms."""
    times, totals = [], 0
    for query in queries:
        begun = perf_counter()
        page = await index.search(query, now=NOW, order=order)
        times.append(perf_counter() - begun)
        assert not page.trouble, (query, page.trouble)
        totals += page.total
    print(f"{name:34} {shown(times)}   hits {totals / len(queries):6.0f}")
    return percentile(times, 0.95)


class Asker:
    """Queries with the words and phrases of the language, as often as they are natural."""

    def __init__(self, spoken: Language, chance: random.Random) -> None:
        self._spoken, self._chance = spoken, chance

    def _word(self) -> str:
        return self._chance.choice(self._spoken.word(self._chance).split())

    def _words_together(self) -> list[Word]:
        while len(words := words_of(self._spoken.word(self._chance))) < 2:
            pass
        return words

    def kinds(self, count: int) -> dict[str, list[str]]:
        """The kinds of the targets, and some more."""
        times = range(count)
        return {
            "one word": [self._word() for _ in times],
            "one word without marks": [words_of(self._word())[0].plain for _ in times],
            "two words": [f"{self._word()} {self._word()}" for _ in times],
            "three words": [f"{self._word()} {self._word()} {self._word()}" for _ in times],
            "phrase": [f'"{self._spoken_phrase()}"' for _ in times],
            "phrase without marks": [f'"{" ".join(w.plain for w in self._words_together())}"' for _ in times],
            "3-letter prefix": [f"{words_of(self._word())[0].plain[:3]}*" for _ in times],
            "word and exclusion": [f"{self._word()} -{self._word()}" for _ in times],
            "one word of one source": [f"{self._word()} nguon:{self._chance.choice(SOURCES)}" for _ in times],
            "one word of one year": [f"{self._word()} tu:2015 den:2015" for _ in times],
        }

    def _spoken_phrase(self) -> str:
        while " " not in (phrase := self._spoken.word(self._chance)):
            pass
        return phrase


def compare(path: Path, words: Sequence[str]) -> None:
    """The ways not taken: LIKE over the texts, and bm25 over all hits."""
    with sqlite3.connect(path) as conn:
        for name, sql, parameters in (
            (
                "LIKE, newest first",
                "SELECT id FROM items WHERE title LIKE ? OR summary LIKE ? ORDER BY sort_at DESC LIMIT 1001",
                lambda word: (f"%{word}%", f"%{word}%"),
            ),
            (
                "unbounded bm25",
                "SELECT rowid FROM search_index WHERE search_index MATCH ? ORDER BY bm25(search_index) LIMIT 5",
                lambda word: (f'"{words_of(word)[0].key}"',),
            ),
        ):
            times = []
            for word in words:
                begun = perf_counter()
                conn.execute(sql, parameters(word)).fetchall()
                times.append(perf_counter() - begun)
            print(f"{name:34} {shown(times)}")


async def insert_one_by_one(db: Database, index: SearchIndex, first: int, count: int) -> None:
    """One item a transaction, as a poll brings them."""
    shelf, times = statements("items"), []
    for stored in items(count, first):
        begun = perf_counter()
        async with db.write() as conn:
            await shelf.insert_items(conn, [row_of(stored, "poll")])
            await index.add(conn, [stored])
        times.append(perf_counter() - begun)
    print(f"{'one insertion, committed':34} {shown(times)}")


async def stream(db: Database, index: SearchIndex, first: int) -> None:
    """1,000 items a second, in transactions of 20, until cancelled."""
    shelf = statements("items")
    made = items(200_000, first)
    begun, written = perf_counter(), 0
    while batch := list(islice(made, 20)):
        async with db.write() as conn:
            await shelf.insert_items(conn, [row_of(each, "poll") for each in batch])
            await index.add(conn, batch)
        written += len(batch)
        await asyncio.sleep(max(0.0, written / 1000 - (perf_counter() - begun)))


async def attack(index: SearchIndex, count: int) -> None:
    """Hostile queries: none may raise, none may take long."""
    times: list[tuple[float, str]] = []
    for number, query in enumerate(hostile_queries(SEED, count)):
        if number % 1_000 == 0:
            await settle()  # about as often as `loa run` does
        begun = perf_counter()
        await index.search(query, now=NOW)
        times.append((perf_counter() - begun, query))
    slowest = max(times)[1]
    print(f"{f'{count:,} hostile queries':34} {shown([seconds for seconds, _ in times])}: {slowest[:60]!r}")


async def measure(db: Database, index: SearchIndex, title: str) -> None:
    asker = Asker(language(SEED), random.Random(SEED))
    print(f"-- {title}")
    kinds = asker.kinds(300)
    for name, queries in kinds.items():
        await ask(index, name, queries)
    await ask(index, "best match, one word", kinds["one word"], order="best")
    await ask(index, "best match, two words", kinds["two words"], order="best")


async def filled(path: Path, count: int) -> None:
    db = await Database.open(f"sqlite:///{path}")
    try:
        await fill(db, count)
    finally:
        await db.close()


async def main(count: int, hostile: int, folder: Path) -> None:
    path = folder / "search.db"
    kept = path.exists()
    if not kept:
        await filled(path, count)
    db = await Database.open(f"sqlite:///{path}")
    try:
        index = SearchIndex(db)
        if not kept:
            await measure(db, index, "as the import leaves it")
            begun = perf_counter()
            while await index.tidy():
                pass
            print(f"tidying: {perf_counter() - begun:.1f} s")
        sizes(path)
        await measure(db, index, "tidied")
        compare(path, Asker(language(SEED), random.Random(1)).kinds(20)["one word"])
        await insert_one_by_one(db, index, count + 1_000_001, 200)
        writing = asyncio.create_task(stream(db, index, count + 2_000_001))
        await measure(db, index, "while 1,000 items a second are inserted")
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing
        await attack(index, hostile)
    finally:
        await db.close()


if __name__ == "__main__":
    wished = [*sys.argv[1:], *("1000000", "2000", "")[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(main(int(wished[0]), int(wished[1]), Path(wished[2] or temporary)))
