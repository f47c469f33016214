"""What an archive has often together is indexed as words of their own; what is found stays the same."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.core.document import BREAK, fold_item
from bot.core.letters import plain_of, toned_keys
from bot.core.query import Query
from bot.jobs.tidying import put_in_order, renew, tell_again
from bot.model import StoredItem
from storage.database import Database
from storage.rows import row_of
from storage.search import SearchIndex
from storage.search_compounds import ENOUGH, MOST_LETTERS, learned_from
from storage.search_folding import Folding
from storage.search_tokens import compound_token, other_marks_token, pair_token
from storage.statements import statements
from storage.store import Store
from tests.builders import an_item
from tests.fakes import HandClock
from tests.queries_at_random import texts

TITLES = ("Phong trào thi đua yêu nước", "Thi đua yêu nước", "Nước thi đua", "Thí dụ về đua ghe", "Thì đua nhau đi")
ASKED = (
    '"thi đua"',
    '"thi dua"',
    '"thì đua"',
    '"thì dua"',
    '"thi đua yêu"',
    '"thi dua yeu"',
    '"đua yêu nước"',
    '"thi đ*"',
)


def test_compounds_are_what_stands_together_as_often_as_asked() -> None:
    often = [f" {toned_keys('thi đua yêu nước')} {BREAK} {toned_keys('hội nghị')} "] * 3
    assert learned_from([*often, " bão lũ "], least=3) == tuple(
        sorted(map(toned_keys, ("thi đua", "đua yêu", "yêu nước", "thi đua yêu", "đua yêu nước", "hội nghị")))
    )


def test_where_nothing_is_often_it_is_the_commonest() -> None:
    assert learned_from([" a b ", " c d ", " a b "], least=3) == ("a b",)
    assert learned_from([" a ", " c "], least=3) == ()


def test_of_long_documents_fewer_are_looked_at() -> None:
    long = f" {'a ' * (MOST_LETTERS // 4)}"
    assert learned_from([long, " b c ", long, *[" d e "] * 4], least=2) == ("a a", "a a a")


def test_a_text_is_told_by_compounds_and_by_shared_words_where_there_are_none() -> None:
    for seed in range(100):
        chance = random.Random(seed)
        title, summary, body = texts(chance)
        seen = Folding().fold(title, summary, body).toned.decode()
        beside = [pair for part in seen.split(BREAK) for pair in pairwise(part.split())]
        three = [
            three
            for words in map(str.split, seen.split(BREAK))
            for three in zip(words, words[1:], words[2:], strict=False)
        ]
        compounds = {" ".join(pair) for pair in beside if chance.random() < 0.5}
        compounds |= {" ".join(each) for each in three if {" ".join(each[:2]), " ".join(each[1:])} <= compounds}
        folded = Folding(sorted(compounds)).fold(title, summary, body)
        told = set(folded.words.decode().split())
        made = {word for word in told if "·" in word or "¦" in word}
        assert {toned for pair in beside for toned in pair} <= told, seed
        others = {tuple(map(plain_of, pair)) for pair in beside if " ".join(pair) not in compounds}
        marked = {tuple(map(plain_of, each.split())) for each in compounds}
        assert made == {compound_token(each) for each in compounds} | {
            other_marks_token(*pair) if pair in marked else pair_token(*pair) for pair in others
        }, seed
        assert set(Folding(sorted(compounds)).fold_again(seen).words.decode().split()) == told, seed


async def archive(store: Store, clock: HandClock, *titles: str, first: int = 0) -> None:
    await store.sources.make_archive("tdkt")
    for number, title in enumerate(titles, start=first):
        clock.advance(timedelta(minutes=1))
        await store.items.add_archive("tdkt", [an_item(number, title=f"{title} {number}")], clock(), "import")


@pytest.fixture
async def patient(store: Store, store_url: str) -> AsyncIterator[SearchIndex]:
    """The store's index, asked without haste."""
    db = await Database.open(store_url)
    try:
        yield SearchIndex(db, stopwatch=lambda: 0.0)
    finally:
        await db.close()


async def all_is_found(store: Store, patient: SearchIndex, clock: HandClock, *gone: int) -> None:
    """Each query finds what it matches, and nothing else."""
    stored = [each async for each in store.items.export() if each.id not in gone]
    for text in ASKED:
        query = await patient.parse(text, clock())
        assert isinstance(query, Query)
        page = await patient.search(query, now=clock(), limit=1_000)
        found = {each.stored.id for each in page.results}
        assert found == {each.id for each in stored if query.matches(fold_item(each))}, text
        assert (page.total, page.more) == (len(found), False)


async def test_all_is_found_before_and_while_and_after_documents_are_told_of_compounds(
    store: Store, patient: SearchIndex, clock: HandClock
) -> None:
    await archive(store, clock, *TITLES * 110)
    await archive(store, clock, "Thi đùa vui yêu", "Thị đua yêu", first=900)
    await all_is_found(store, patient, clock)
    assert not await store.search.learn_compounds(enough=553)
    assert await store.search.learn_compounds(enough=552)
    assert toned_keys("thi đua yêu") in await store.search.compounds()
    await archive(store, clock, *TITLES, first=550)
    await all_is_found(store, patient, clock)
    assert await store.search.tell_again()
    await all_is_found(store, patient, clock)
    gone = (1, 550, 555)  # not told again, told again, told at once
    for each in await store.items.many(gone):
        await store.recalls.recall(each, "delete", clock())
    await all_is_found(store, patient, clock, *gone)
    assert await tell_again(store) == 1
    await all_is_found(store, patient, clock, *gone)
    assert not await store.search.tell_again()
    assert not await store.search.learn_compounds(enough=1)
    assert await store.check() == "ok"


async def test_a_compound_is_found_without_a_look_into_documents(
    store: Store, clock: HandClock, tmp_path: Path
) -> None:
    await archive(store, clock, *TITLES * 4)
    await store.search.learn_compounds(enough=20)
    await tell_again(store)
    with sqlite3.connect(tmp_path / "loa.db") as conn:
        conn.execute("UPDATE search_documents SET toned = ' '")
    for asked, count in (('"thi đua yêu nước"', 0), ('"thi đua yêu"', 8), ('"đua yêu"', 8), ('"yeu nuoc"', 8)):
        assert (await store.search.search(asked, now=clock())).total == count, asked


async def test_what_is_told_again_is_not_told_twice(store: Store, clock: HandClock, tmp_path: Path) -> None:
    await archive(store, clock, *TITLES * 4)
    await store.search.learn_compounds(enough=20)
    with sqlite3.connect(tmp_path / "loa.db") as conn:
        told = "SELECT count(*) FROM search_index WHERE search_index MATCH ?"
        assert conn.execute(told, (f'"{pair_token("thi", "dua")}"',)).fetchone() == (16,)
        await tell_again(store)
        assert conn.execute(told, (f'"{pair_token("thi", "dua")}"',)).fetchone() == (0,)
        assert conn.execute(told, (f'"{compound_token(toned_keys("thi đua"))}"',)).fetchone() == (12,)


async def test_an_import_learns_from_its_first_batch_and_nothing_is_told_twice(
    store: Store, store_url: str, clock: HandClock
) -> None:
    await store.sources.make_archive("tdkt")
    items = [an_item(number, title=f"{TITLES[number % 5]} {number}") for number in range(ENOUGH)]
    folded = [Folding().fold(item.title, item.summary, item.body) for item in items]
    stored = [StoredItem(id=number, item=item, first_seen_at=clock()) for number, item in enumerate(items, start=1)]
    db = await Database.open(store_url)
    try:
        index = SearchIndex(db)
        assert await index.learn_compounds(folded)
        async with db.write() as conn:
            await statements("items").insert_items(conn, [row_of(each, "import") for each in stored])
            await index.add(conn, stored, folded)
    finally:
        await db.close()
    assert toned_keys("thi đua") in await store.search.compounds()
    assert not await store.search.tell_again()
    page = await store.search.search('"thi đua yêu"', now=clock())
    assert (page.total, page.more) == (1_000, True)


async def test_documents_are_told_of_compounds_by_day_too_and_before_the_index_is_tidied(
    store: Store, clock: HandClock
) -> None:
    await archive(store, clock, *TITLES * 4)
    await store.search.learn_compounds(enough=20)
    assert await put_in_order(store, clock(), "Asia/Ho_Chi_Minh") == 1
    assert not await store.search.tell_again()


async def test_a_large_archive_of_an_older_loa_is_indexed_with_compounds_at_once(
    store: Store, clock: HandClock, tmp_path: Path
) -> None:
    await archive(store, clock, *TITLES)
    with sqlite3.connect(tmp_path / "loa.db") as conn:
        text = f" {toned_keys(TITLES[0])} "
        waiting = [(number, -number, text) for number in range(1, ENOUGH)]
        conn.executemany(
            "INSERT INTO search_documents (search_id, item_id, source, toned, edition) VALUES (?, ?, 1, ?, 2)", waiting
        )
    assert await renew(store, 1) == 1
    with sqlite3.connect(tmp_path / "loa.db") as conn:
        found = "SELECT count(*) FROM search_index WHERE search_index MATCH ?"
        assert conn.execute(found, (f'"{compound_token(toned_keys("thi đua"))}"',)).fetchone() == (500,)


async def test_where_nothing_waits_renewing_learns_nothing_and_waits_for_nobody(
    store: Store, clock: HandClock, tmp_path: Path
) -> None:
    await archive(store, clock, *TITLES)
    with closing(sqlite3.connect(tmp_path / "loa.db")) as other, other:
        other.executemany(
            "INSERT INTO search_documents (search_id, item_id, source, toned, edition) VALUES (?, ?, 1, ' a b ', 4)",
            [(number, -number) for number in range(1, ENOUGH)],
        )
        other.commit()
        other.execute("BEGIN IMMEDIATE")
        assert await renew(store) == 0
    assert await store.search.compounds() == ()
