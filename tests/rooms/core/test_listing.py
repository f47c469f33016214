"""What is news in a list is decided by what is known, and by where it stands; never by its date."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.listing import reads_on, resurfaced
from bot.model import Item

NEWEST = datetime(2026, 3, 14, 9, tzinfo=UTC)


def listed(*ages_in_days: int) -> tuple[Item, ...]:
    """Items that are so many days old."""
    return tuple(
        Item(source_id="tdkt", keys=(f"id:{age}",), title=f"Tin {age}", published_at=NEWEST - timedelta(days=age))
        for age in ages_in_days
    )


def test_a_page_of_unknown_items_is_read_on() -> None:
    assert reads_on([None, None, None])


def test_pinned_known_items_at_the_top_do_not_end_the_walk() -> None:
    assert reads_on([7, 3, None, None])


def test_a_known_item_below_a_new_one_ends_the_walk() -> None:
    assert not reads_on([None, None, 7])


def test_a_page_without_news_ends_the_walk() -> None:
    assert not reads_on([9, 8, 7])
    assert not reads_on([])


def test_an_old_item_that_fills_the_place_of_a_withdrawn_one_is_no_news() -> None:
    assert resurfaced(listed(0, 2, 3), [10, 8, None], listed=[10, 9, 8]) == {2}


def test_a_backdated_item_in_the_middle_is_news() -> None:
    assert resurfaced(listed(0, 5, 1), [10, None, 9], listed=[10, 9, 8]) == frozenset()


def test_new_items_that_push_old_ones_out_leave_no_filler() -> None:
    assert resurfaced(listed(0, 1, 2), [None, 10, 9], listed=[10, 9, 8]) == frozenset()


def test_a_list_that_grew_at_its_end_has_no_filler() -> None:
    assert resurfaced(listed(0, 1, 2, 3), [10, 9, 8, None], listed=[10, 9, 8]) == frozenset()


def test_a_list_from_old_to_new_gains_its_news_at_the_end() -> None:
    assert resurfaced(listed(3, 2, 1), [9, 10, None], listed=[8, 9, 10]) == frozenset()


def test_an_item_at_the_end_that_is_newer_than_all_known_ones_is_news() -> None:
    items = (*listed(4, 5), replace(listed(0)[0], keys=("id:new",)))
    assert resurfaced(items, [10, 8, None], listed=[10, 9, 8]) == frozenset()


def test_undated_fillers_are_told_by_their_place() -> None:
    undated = tuple(replace(item, published_at=None) for item in listed(0, 2, 3))
    assert resurfaced(undated, [10, 8, None], listed=[10, 9, 8]) == {2}


def test_a_list_without_a_known_item_is_all_news() -> None:
    assert resurfaced(listed(0, 1), [None, None], listed=[10, 9]) == frozenset()
