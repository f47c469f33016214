"""Full-text search on a real database: what it finds, in which order, and what it offers instead."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Item, SearchPage
from storage.database import Database
from storage.search import SearchIndex
from storage.store import Store
from tests.builders import a_baseline, a_reading, a_source, an_item
from tests.fakes import HandClock
from tests.queries_at_random import a_query_text, a_random_item


async def archive(store: Store, clock: HandClock, *items: Item, source_id: str = "tdkt") -> None:
    await store.sources.make_archive(source_id)
    await store.items.add_archive(source_id, items, clock(), "import")


async def titles(store: Store, clock: HandClock, text: str, **more: object) -> list[str]:
    page = await store.search.search(text, now=clock(), **more)  # type: ignore[arg-type]
    return [found.stored.item.title for found in page.results]


async def search(store: Store, clock: HandClock, text: str, **more: object) -> SearchPage:
    return await store.search.search(text, now=clock(), **more)  # type: ignore[arg-type]


async def test_the_newest_publication_comes_first_after_a_backfill_of_the_past_too(
    store: Store, clock: HandClock
) -> None:
    for number, days in enumerate((3, 1, 400, 2, 90), start=1):
        item = an_item(number, title=f"Lũ về {days} ngày trước", published_at=clock() - timedelta(days=days))
        await archive(store, clock, item)
    found = await titles(store, clock, "lũ")
    assert found == [f"Lũ về {days} ngày trước" for days in (1, 2, 3, 90, 400)]


async def test_items_of_one_second_are_all_found_the_later_arrival_first(store: Store, clock: HandClock) -> None:
    many = [an_item(number, title=f"Lũ số {number}", published_at=clock()) for number in range(600)]
    for start in range(0, 600, 200):
        await archive(store, clock, *many[start : start + 200])
    page = await search(store, clock, "lũ", limit=600)
    assert page.total == 600
    assert len({found.stored.id for found in page.results}) == 600


async def test_pages_follow_one_another_and_the_total_is_exact(store: Store, clock: HandClock) -> None:
    items = [an_item(n, title=f"Lũ số {n}", published_at=clock() - timedelta(minutes=n)) for n in range(1, 14)]
    await archive(store, clock, *items)
    pages = [await search(store, clock, "lũ", offset=offset) for offset in (0, 5, 10, 15)]
    assert [[found.stored.item.title for found in page.results] for page in pages] == [
        [f"Lũ số {n}" for n in range(first, min(first + 5, 14))] for first in (1, 6, 11, 16)
    ]
    assert {(page.total, page.more) for page in pages} == {(13, False)}


async def test_the_total_is_exact_to_a_thousand(store: Store, clock: HandClock) -> None:
    await archive(store, clock, *(an_item(n, title=f"Lũ số {n}") for n in range(1000)))
    page = await search(store, clock, "lũ")
    assert (page.total, page.more) == (1000, False)
    await archive(store, clock, an_item(1000, title="Lũ nữa"))
    page = await search(store, clock, "lũ")
    assert (page.total, page.more) == (1000, True)


async def test_the_best_match_has_the_words_in_its_title_with_their_marks(store: Store, clock: HandClock) -> None:
    await archive(
        store,
        clock,
        an_item(1, title="Hội chợ", summary="Bên lề: thi đua khen thưởng", published_at=clock()),
        an_item(2, title="Thị trường đua nhau", published_at=clock() - timedelta(days=1)),
        an_item(3, title="Phong trào thi đua", published_at=clock() - timedelta(days=2)),
    )
    assert await titles(store, clock, "thi dua", order="best") == [
        "Phong trào thi đua",
        "Thị trường đua nhau",
        "Hội chợ",
    ]
    assert (await titles(store, clock, "thi dua"))[0] == "Hội chợ"


async def test_the_snippet_shows_the_hits(store: Store, clock: HandClock) -> None:
    summary = "Mở đầu dài dòng. " * 30 + "Đêm qua lũ quét về bản. " + "Phần cuối. " * 40
    await archive(store, clock, an_item(1, title="Tin", summary=summary))
    (found,) = (await search(store, clock, '"lu quet"')).results
    assert [found.snippet[start:end] for start, end in found.spans] == ["lũ quét"]
    assert len(found.snippet) <= 240
    assert found.snippet.startswith("…")


async def test_a_hit_in_the_body_alone_is_shown_from_the_body(store: Store, clock: HandClock) -> None:
    await archive(store, clock, an_item(1, title="Tin", summary="Tóm tắt.", body="Sáng nay sạt lở ở đèo."))
    (found,) = (await search(store, clock, "sat lo")).results
    assert found.snippet == "Sáng nay sạt lở ở đèo."


async def test_where_nothing_matches_the_nearest_are_offered_apart(
    store_url: str, store: Store, clock: HandClock
) -> None:
    await archive(store, clock, an_item(1, title="Trao khen thưởng"), an_item(2, title="Hội nghị tổng kết năm"))
    db = await Database.open(store_url)
    try:
        patient = SearchIndex(db, stopwatch=lambda: 0.0)
        for text, offered in [
            ("khen thường", "Trao khen thưởng"),
            ("khen thưởg", "Trao khen thưởng"),
            ("hội nghị sơ kết", "Hội nghị tổng kết năm"),
            ('"kết tổng"', "Hội nghị tổng kết năm"),
        ]:
            page = await patient.search(text, now=clock())
            assert page.results == ()
            assert page.total == 0
            assert [found.stored.item.title for found in page.nearest] == [offered]
        assert (await patient.search("xyzzy", now=clock())).nearest == ()
        assert (await patient.search("khen", now=clock())).nearest == ()
    finally:
        await db.close()


async def test_a_mistake_comes_back_in_the_language_asked(store: Store, clock: HandClock) -> None:
    page = await search(store, clock, 'lũ "quét')
    assert (page.trouble, page.trouble_at) == ('lũ »"«quét: thiếu dấu ngoặc kép đóng', 3)
    assert "not closed" in (await search(store, clock, 'lũ "quét', language="en")).trouble


async def test_sources_narrow_the_search_and_a_renamed_source_keeps_its_items(store: Store, clock: HandClock) -> None:
    for source_id in ("cu", "moi", "khac"):
        item = replace(an_item(1, title=f"Lũ ở {source_id}"), source_id=source_id)
        await archive(store, clock, item, source_id=source_id)
    assert await titles(store, clock, "lũ", sources=["cu"]) == ["Lũ ở cu"]
    assert await titles(store, clock, "lũ nguon:cu", sources=["khac"]) == []
    assert await titles(store, clock, "lũ nguon:nowhere") == []
    await store.sources.ensure([a_source("moi", was="cu")])
    assert set(await titles(store, clock, "lũ nguon:moi")) == {"Lũ ở cu", "Lũ ở moi"}
    await store.sources.ensure([a_source("nua", was="khac")])
    assert await titles(store, clock, "lũ -nguon:moi") == ["Lũ ở khac"]
    assert await titles(store, clock, "lũ", sources=["nua"]) == ["Lũ ở khac"]


async def test_a_correction_is_found_by_its_new_words_only(store: Store, clock: HandClock) -> None:
    item = an_item(1, title="Lũ lớn ở huyện")
    await a_baseline(store, clock, "tdkt", item)
    corrected = replace(item, title="Bão lớn ở tỉnh")
    async with store.poll("tdkt", clock()) as tx:
        await tx.keep(a_reading(corrected), [], baseline=False)
    assert await titles(store, clock, "bão tỉnh") == ["Bão lớn ở tỉnh"]
    assert await titles(store, clock, "lũ") == []
    assert await titles(store, clock, "huyện") == []
    assert await store.check() == "ok"


async def test_a_held_item_is_not_found_until_it_is_released(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock, "tdkt")
    item = an_item(1, title="Lũ lớn", doubt="foreign_host")
    async with store.poll("tdkt", clock()) as tx:
        await tx.keep(a_reading(item), [item], baseline=False)
    assert await titles(store, clock, "lũ") == []
    (held,) = await store.items.held()
    async with store.poll("tdkt", clock()) as tx:
        await tx.release(held.id)
    assert await titles(store, clock, "lũ") == ["Lũ lớn"]


async def test_telex_is_understood_where_the_word_is_unknown(store: Store, clock: HandClock) -> None:
    await archive(store, clock, an_item(1, title="Phong trào thi đua"), an_item(2, title="Hãng Ddua khai trương"))
    assert await titles(store, clock, "khai truwowng") == ["Hãng Ddua khai trương"]
    assert await titles(store, clock, "ddua") == ["Hãng Ddua khai trương"]


async def test_the_last_word_is_a_beginning_while_somebody_types(store: Store, clock: HandClock) -> None:
    await archive(store, clock, an_item(1, title="Trao khen thưởng"))
    for typed in ("t", "tr", "tra", "khen th", "khen thưở", "khen thươn", '"khen th', "TRAO KHEN THƯỞ"):
        assert await titles(store, clock, typed, prefix_last=True) == ["Trao khen thưởng"]
    assert await titles(store, clock, "khen th") == []


async def test_words_that_are_unknown_get_hints(store: Store, clock: HandClock) -> None:
    await archive(store, clock, an_item(1, title="Trao khen thưởng"))
    assert await store.search.hints(["thưỡng", "khen"]) == {"thưỡng": ("thưởng",)}
    assert (await store.search.commonest(100))["khen"] == 1


async def test_merging_ends_and_loses_nothing(store: Store, clock: HandClock) -> None:
    for number in range(12):
        await archive(store, clock, an_item(number, title=f"Lũ số {number}"))
    steps = 0
    while await store.search.tidy():
        steps += 1
        assert steps < 50
    assert (await search(store, clock, "lũ")).total == 12


@pytest.mark.parametrize(
    "text", ['"', "NEAR(a b)", "title_plain:lũ", "lũ^2", "a + b", "lũ; DROP TABLE items", "{a}: b", "¶", "∀", "§1"]
)
async def test_raw_text_never_reaches_the_engine(store: Store, clock: HandClock, text: str) -> None:
    await archive(store, clock, an_item(1, title="Trao khen thưởng"))
    assert (await search(store, clock, text)).results == ()


async def test_of_many_common_words_every_one_counts(store: Store, clock: HandClock) -> None:
    everyday = "không có là và của các người được"
    await archive(
        store,
        clock,
        an_item(1, title=everyday),
        an_item(2, title=everyday.removesuffix(" được")),
        an_item(3, title="có"),
    )
    assert await titles(store, clock, everyday) == [everyday]
    assert await titles(store, clock, f"{everyday} -lũ") == [everyday]


async def test_what_is_wanted_and_left_out_at_once_is_nowhere(store: Store, clock: HandClock) -> None:
    await archive(store, clock, an_item(1, title="Lũ ở hạ lưu"))
    assert await titles(store, clock, "lũ -lũ") == []
    assert await titles(store, clock, "lu* -lu* ha") == []


async def test_a_large_archive_is_asked_in_parts_that_lose_nothing(
    store_url: str, store: Store, clock: HandClock
) -> None:
    chance = random.Random(20261125)
    items = [a_random_item(chance, clock(), number) for number in range(200)]
    await archive(store, clock, *items)
    db = await Database.open(store_url)
    try:
        in_parts = SearchIndex(db, stopwatch=lambda: 0.0, small=0)
        for _ in range(150):
            text = a_query_text(chance, clock())
            whole = await search(store, clock, text, limit=500)
            asked = await in_parts.search(text, now=clock(), limit=500)
            assert (asked.results, asked.total, asked.more) == (whole.results, whole.total, whole.more)
    finally:
        await db.close()


async def test_a_laborious_query_is_cut_and_says_that_there_may_be_more(
    store_url: str, store: Store, clock: HandClock
) -> None:
    items = [an_item(n, title=f"Lũ số {n}", published_at=clock() - timedelta(days=n)) for n in range(400)]
    await archive(store, clock, *items)
    db = await Database.open(store_url)
    try:
        seconds = itertools.count()
        hurried = SearchIndex(db, stopwatch=lambda: next(seconds) / 100, small=0)
        page = await hurried.search("(lũ OR bão) -cháy -mưa", now=clock())
        assert page.more
        assert 0 < page.total < 400
        assert page.results[0].stored.item.title == "Lũ số 0"
        assert not (await hurried.search("lũ", now=clock())).more
    finally:
        await db.close()
