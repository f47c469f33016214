"""The search index is put in order: at night, a little at a time, and nothing is lost by it."""

from datetime import UTC, datetime

import pytest

from bot.jobs.tidying import STEPS_OF_A_TURN, tidy, tidy_at_night
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


@pytest.mark.parametrize("hour", [8, 14, 18, 22])
async def test_by_day_the_index_is_left_alone(store: Store, clock: HandClock, hour: int) -> None:
    await filled(store, clock)
    assert await tidy_at_night(store, NIGHT.replace(hour=hour), "Asia/Ho_Chi_Minh") == 0
    assert 0 < await tidy_at_night(store, NIGHT, "Asia/Ho_Chi_Minh") <= STEPS_OF_A_TURN
