"""The search index is put in order: at night, a little at a time, and nothing is lost by it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.letters import plain_of, toned_keys
from bot.jobs.tidying import STEPS_OF_A_TURN, put_in_order, renew, tidy, tidy_at_night
from storage.migrate import migrations
from storage.search_writing import FARTHEST
from storage.store import Store
from tests.builders import an_item
from tests.fakes import HandClock

NIGHT = datetime(2026, 11, 25, 20, tzinfo=UTC)
"""Three o'clock in Hà Nội."""


async def filled(store: Store, clock: HandClock) -> None:
    await store.sources.make_archive("tdkt")
    for number in range(12):
        await store.items.add_archive("tdkt", [an_item(number, title=f"Lũ số {number}")], clock(), "import")


async def test_tidying_ends_and_what_is_tidy_stays_so(store: Store, clock: HandClock) -> None:
    await filled(store, clock)
    assert await tidy(store) > 0
    assert await tidy(store) == 0
    assert (await store.search.search("lũ", now=clock())).total == 12


async def test_it_takes_no_more_steps_than_it_may(store: Store, clock: HandClock) -> None:
    await filled(store, clock)
    assert await tidy(store, 0) == 0
    assert await tidy(store, 1) == 1


async def test_an_archive_of_an_older_loa_is_found_whole_after_renewing(clock: HandClock, tmp_path: Path) -> None:
    as_an_older_loa_left_it(tmp_path / "old.db", "Lũ về bản", "Lũ rút ở Łódź")
    store = await Store.open(f"sqlite:///{tmp_path}/old.db")
    try:
        before = await store.search.search("lũ", now=clock())
        assert (before.total, before.more) == (0, True)
        by_day = NIGHT.replace(hour=8)
        assert await put_in_order(store, by_day, "Asia/Ho_Chi_Minh") == 1
        assert await put_in_order(store, by_day, "Asia/Ho_Chi_Minh") == 0
        with closing(sqlite3.connect(tmp_path / "old.db")) as other, other:
            other.execute("BEGIN IMMEDIATE")  # where nothing waits, nobody who writes is waited for
            assert await renew(store) == 0
        page = await store.search.search('"lu ve"', now=clock())
        assert [found.stored.item.title for found in page.results] == ["Lũ về bản"]
        assert not page.more
        assert (await store.search.search("lodz", now=clock())).total == 1
        assert (await store.search.search("lod*", now=clock())).total == 1
        assert await store.check() == "ok"
    finally:
        await store.close()


def as_an_older_loa_left_it(path: Path, *titles: str) -> None:
    """A database of the schema before, with its index."""
    with sqlite3.connect(path) as conn:
        for step in migrations()[:8]:
            conn.executescript(step.script)
        conn.executescript("CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT, applied_at BIGINT)")
        conn.executemany("INSERT INTO migrations VALUES (?, '', 0)", [(number,) for number in range(1, 9)])
        conn.execute("INSERT INTO sources (id) VALUES ('tdkt')")
        conn.execute("INSERT INTO search_sources VALUES (1, 'tdkt')")
        for number, title in enumerate(titles, start=1):
            toned = f" {toned_keys(title)} ¶  ¶  "
            conn.execute(
                "INSERT INTO items (id, source_id, title, first_seen_at, sort_at) VALUES (?, 'tdkt', ?, 0, 0)",
                (number, title),
            )
            conn.execute(
                "INSERT INTO search_documents (search_id, item_id, source, toned, edition) VALUES (?, ?, 1, ?, 2)",
                (FARTHEST - number, number, toned),
            )
            conn.execute(
                "INSERT INTO search_index (rowid, text_toned, origin) VALUES (?, ?, '∀ §1')", (FARTHEST - number, toned)
            )
            words = [(word, "łodz" if "ł" in word else plain_of(word)) for word in toned.replace("¶", "").split()]
            conn.executemany("INSERT OR IGNORE INTO search_words VALUES (?, ?, 1)", words)


@pytest.mark.parametrize("hour", [8, 14, 18, 22])
async def test_by_day_the_index_is_left_alone(store: Store, clock: HandClock, hour: int) -> None:
    await filled(store, clock)
    assert await tidy_at_night(store, NIGHT.replace(hour=hour), "Asia/Ho_Chi_Minh") == 0
    assert 0 < await tidy_at_night(store, NIGHT, "Asia/Ho_Chi_Minh") <= STEPS_OF_A_TURN
