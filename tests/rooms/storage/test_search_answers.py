"""Whose days a query means, and what is offered first where nothing matches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.store import Store
from tests.builders import an_item
from tests.fakes import HandClock
from tests.rooms.storage.test_search import archive, search, titles


async def test_days_in_a_query_are_those_of_the_configured_zone(tmp_path: Path, clock: HandClock) -> None:
    late = an_item(1, title="Tin đêm", published_at=datetime(2026, 3, 1, 20, 0, tzinfo=UTC))
    for zone, day in (("Asia/Ho_Chi_Minh", "2/3/2026"), ("UTC", "1/3/2026")):
        store = await Store.open(f"sqlite:///{tmp_path}/{day[0]}.db", timezone=zone)
        try:
            await archive(store, clock, late)
            assert await titles(store, clock, f"tin tu:{day} den:{day}") == ["Tin đêm"], zone
        finally:
            await store.close()


async def test_the_nearest_has_the_marks_as_typed_where_it_can(store: Store, clock: HandClock) -> None:
    await archive(store, clock, an_item(1, title="Đường về xã", published_at=clock() - timedelta(days=9)))
    await archive(store, clock, an_item(2, title="Tuyên dương về xã"))
    page = await search(store, clock, "đường về quê")
    assert [found.stored.item.title for found in page.nearest] == ["Đường về xã", "Tuyên dương về xã"]
