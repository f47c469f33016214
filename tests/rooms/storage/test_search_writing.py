"""What the index is told of items, and that it can be told to forget them, whichever edition told it."""

from __future__ import annotations

import random
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

import pytest

from bot.core.document import fold_item
from bot.model import StoredItem
from storage.search_tokens import common_beginnings, fold_again, fold_for_index
from storage.store import Store
from tests.builders import an_item
from tests.fakes import HandClock
from tests.queries_at_random import texts


def test_the_index_is_told_what_a_query_sees_and_can_be_told_the_same_again() -> None:
    for seed in range(200):
        title, summary, body = texts(random.Random(seed))
        item = an_item(1, title=f"{title} - 12/03/2019 UBND-HĐND", summary=summary, body=body)
        now = datetime(2026, 3, 1, tzinfo=UTC)
        folded, seen = (
            fold_for_index(item.title, summary, body),
            fold_item(StoredItem(id=1, item=item, first_seen_at=now)),
        )
        assert folded.toned.split() == seen.toned.split(), seed
        assert f"{folded.title_plain} ¶ {folded.text_plain}".split() == seen.plain.split(), seed
        again = fold_again(folded.toned)
        assert again[:4] == folded[:4], seed
        assert sorted(again.made_up.split()) == sorted(folded.made_up.split()), seed


async def archive(store: Store, clock: HandClock, *titles: str) -> None:
    await store.sources.make_archive("tdkt")
    items = [an_item(crc32(title.encode()), title=title) for title in titles]
    await store.items.add_archive("tdkt", items, clock(), "import")


async def found(store: Store, clock: HandClock, text: str) -> list[str]:
    return [each.stored.item.title for each in (await store.search.search(text, now=clock())).results]


async def test_a_document_of_the_first_edition_is_found_and_forgotten_whole(
    store: Store, clock: HandClock, tmp_path: Path
) -> None:
    await archive(store, clock, "Tuyên truyền phòng chống bão")
    as_the_first_edition_told_it(tmp_path / "loa.db")
    for prefix in ("tuy*", "tru*", "ph*", "bao"):
        assert await found(store, clock, prefix) == ["Tuyên truyền phòng chống bão"], prefix
    (recalled,) = (await store.search.search("bão", now=clock())).results
    await store.recalls.recall(recalled.stored, "delete", clock())
    for prefix in ("tuy*", "tru*", "ph*", "bao"):
        assert await found(store, clock, prefix) == [], prefix
    assert await store.check() == "ok"


def as_the_first_edition_told_it(path: Path) -> None:
    """Take the only document out of the index and put it back with the beginnings of common words."""
    with sqlite3.connect(path) as conn:
        search_id, source, toned = conn.execute("SELECT search_id, source, toned FROM search_documents").fetchone()
        folded = fold_again(toned)
        columns = "rowid, title_plain, title_toned, text_plain, text_toned, origin"
        row = (search_id, *folded[:4], f"∀ §{source} {folded.made_up}")
        more = common_beginnings(toned)
        assert more
        conn.execute(f"INSERT INTO search_index (search_index, {columns}) VALUES ('delete', ?, ?, ?, ?, ?, ?)", row)
        conn.execute(f"INSERT INTO search_index ({columns}) VALUES (?, ?, ?, ?, ?, ?)", (*row[:5], f"{row[5]} {more}"))
        conn.execute("UPDATE search_documents SET edition = 1")


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
    assert usual == {"automerge": 4, "crisismerge": 16}
    assert len(await found(store, clock, "tin")) == 5


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
