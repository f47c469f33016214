"""What the index is told of items, and that it can be told to forget them, whichever edition told it."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import pytest

from bot.core.document import BREAK, fold_item
from bot.core.query import Query
from bot.model import StoredItem
from storage.database import Database
from storage.rows import row_of
from storage.search import SearchIndex
from storage.search_folding import Folding
from storage.search_tokens import pair_token
from storage.statements import statements
from storage.store import Store
from tests.builders import an_item
from tests.fakes import HandClock
from tests.queries_at_random import texts


def test_the_index_is_told_what_a_query_sees_and_can_be_told_the_same_again() -> None:
    for seed in range(200):
        title, summary, body = texts(random.Random(seed))
        item = an_item(1, title=f"{title} - 12/03/2019 UBND-HĐND", summary=summary, body=body)
        now = datetime(2026, 3, 1, tzinfo=UTC)
        folded = Folding().fold(item.title, summary, body)
        seen = fold_item(StoredItem(id=1, item=item, first_seen_at=now))
        assert folded.toned.decode().split() == seen.toned.split(), seed
        told = set(folded.words.decode().split())
        assert seen.keys <= told, seed
        beside = {pair_token(a, b) for part in seen.plain.split(BREAK) for a, b in pairwise(part.split())}
        assert beside <= told, seed
        again = Folding().fold_again(folded.toned.decode())
        assert again.toned == folded.toned, seed
        assert set(again.words.decode().split()) == told, seed


async def archive(store: Store, clock: HandClock, *titles: str) -> None:
    await store.sources.make_archive("tdkt")
    items = [an_item(crc32(title.encode()), title=title) for title in titles]
    await store.items.add_archive("tdkt", items, clock(), "import")


async def found(store: Store, clock: HandClock, text: str) -> list[str]:
    return [each.stored.item.title for each in (await store.search.search(text, now=clock())).results]


async def test_documents_of_an_older_edition_wait_the_newest_first_and_are_forgotten_before_and_behind(
    store: Store, clock: HandClock, tmp_path: Path
) -> None:
    titles = [f"Tuyên truyền phòng chống bão số {number}" for number in range(502)]
    for title in titles:
        clock.advance(timedelta(minutes=1))
        await archive(store, clock, title)
    as_an_older_edition_left_it(tmp_path / "loa.db")
    page = await store.search.search("bão", now=clock())
    assert (page.total, page.more) == (0, True)
    assert await store.search.renew()
    page = await store.search.search("tuy*", now=clock())
    assert (page.total, page.more) == (500, True)
    assert page.results[0].stored.item.title == titles[-1]
    for each in await store.items.many([1, 502]):  # one that waits, and one that is in the new index
        await store.recalls.recall(each, "delete", clock())
    assert [await store.search.renew() for _ in range(2)] == [True, False]
    page = await store.search.search('"chong bao" phòng', now=clock())
    assert (page.total, page.more) == (500, False)
    assert await store.check() == "ok"


def as_an_older_edition_left_it(path: Path) -> None:
    """What the migration leaves: an empty index and documents that are not in it."""
    with sqlite3.connect(path) as conn:
        conn.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
        conn.execute("UPDATE search_documents SET edition = 2")


async def test_a_word_is_known_from_the_first_time_and_counted_about(store: Store, clock: HandClock) -> None:
    for number in range(64):
        await archive(store, clock, f"Tin số {number}")
    seen = await store.search.commonest(100)
    assert seen["62"] == 1
    assert 32 <= seen["tin"] <= 128


@pytest.mark.parametrize("way", ["to its end", "killed"])
async def test_an_import_leaves_merging_to_the_tidying_and_as_usual_behind_it(
    store: Store, clock: HandClock, tmp_path: Path, way: str
) -> None:
    if way == "killed":
        with sqlite3.connect(tmp_path / "loa.db") as conn:
            conn.execute("INSERT INTO search_index (search_index, rank) VALUES ('automerge', 0), ('crisismerge', 1900)")
        for number in range(40):
            await archive(store, clock, f"Tin số {number}")
        pieces = pieces_of(tmp_path / "loa.db")
    else:
        async with store.bulk():
            for number in range(40):
                await archive(store, clock, f"Tin số {number}")
            pieces = pieces_of(tmp_path / "loa.db")
    assert pieces == 40
    while await store.search.tidy():
        pass
    assert pieces_of(tmp_path / "loa.db") == 1
    with sqlite3.connect(tmp_path / "loa.db") as conn:
        usual = dict(conn.execute("SELECT k, v FROM search_index_config WHERE k LIKE '%merge'"))
    assert usual == {"automerge": 4, "crisismerge": 1000}
    assert len(await found(store, clock, "tin")) == 5


async def test_the_whole_index_is_never_merged_in_one_commit(store: Store, clock: HandClock, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "loa.db") as conn:
        conn.execute("INSERT INTO search_index (search_index, rank) VALUES ('automerge', 0)")  # as if it lagged behind
    for number in range(40):
        await archive(store, clock, f"Tin số {number}")
    assert pieces_of(tmp_path / "loa.db") == 40


def pieces_of(path: Path) -> int:
    """In how many pieces the index lies."""
    with sqlite3.connect(path) as conn:
        return int(conn.execute("SELECT count(DISTINCT segid) FROM search_index_idx").fetchone()[0])


@pytest.mark.parametrize("bare", ["co", "ma"])
async def test_a_bare_word_in_a_phrase_is_any_of_its_spellings_side_by_side(
    store: Store, clock: HandClock, bare: str
) -> None:
    spellings = [f"{bare[:-1]}{vowel}" for vowel in {"co": "oóòỏõọôốồổỗộơ", "ma": "aáàảãạâấầẩẫậă"}[bare]]
    together = [f"Nơi {spelling} trường kia" for spelling in spellings]
    await archive(store, clock, *together, *(f"Trường {spelling} của trường" for spelling in spellings))
    await archive(store, clock, *(f"Nơi {spelling} trưởng kia, trường nọ" for spelling in spellings))
    page = await store.search.search(f'"{bare} trường"', now=clock(), limit=50)
    assert sorted(each.stored.item.title for each in page.results) == sorted(together)
    assert not page.more


@pytest.mark.parametrize("asked", ['"ma trường"', '"mã trường"', '"mã truong"', '"ma truong"', '"mã trường" số'])
async def test_a_phrase_that_hundreds_have_in_several_spellings_is_found_in_each(
    store: Store, clock: HandClock, asked: str
) -> None:
    for number in range(60):
        await archive(
            store,
            clock,
            *(
                f"Nơi {ma} {truong} kia số {number}"
                for ma in ("má", "mã", "ma", "mạ", "mà")
                for truong in ("trường", "trưởng")
            ),
            *(f"Trường {ma} của trường số {number}" for ma in ("má", "mã")),
        )
    query = await store.search.parse(asked, clock())
    assert isinstance(query, Query)
    have = {each.id async for each in store.items.export() if query.matches(fold_item(each))}
    assert len(have) >= 60
    page = await store.search.search(query, now=clock(), limit=1_000)
    assert {each.stored.id for each in page.results} == have
    assert not page.more


async def test_a_word_that_was_met_in_a_transaction_that_failed_is_met_again(
    store_url: str, store: Store, clock: HandClock
) -> None:
    await archive(store, clock, "Tin đầu")
    again = StoredItem(id=2, item=replace(an_item(2, title="Ngoạn mục"), source_id="tdkt"), first_seen_at=clock())
    db = await Database.open(store_url)
    try:
        index = SearchIndex(db)

        async def keep(*, trouble: bool) -> None:
            async with db.write() as conn:
                await statements("items").insert_items(conn, [row_of(again, "import")])
                await index.add(conn, [again])
                if trouble:
                    raise RuntimeError

        with pytest.raises(RuntimeError):
            await keep(trouble=True)
        await keep(trouble=False)
        assert (await index.search("ngoa*", now=clock())).total == 1
    finally:
        await db.close()
