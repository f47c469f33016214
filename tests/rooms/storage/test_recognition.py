"""Which entries of a list are which notices."""

from dataclasses import replace

from bot.model import Item
from storage.recognition import ids_in_order, recognise, strongest_first


def entry(*keys: str, title: str = "Thông báo", url: str | None = None) -> Item:
    return Item(source_id="tdkt", keys=keys, title=title, url=url)


def test_an_item_without_known_keys_is_unknown() -> None:
    assert ids_in_order([entry("guid:2", "url:x/2")], {"guid:1": 1}) == (None,)


def test_any_known_strong_key_is_enough() -> None:
    assert ids_in_order([entry("guid:9", "url:x/1")], {"url:x/1": 1}) == (1,)


def test_the_strongest_known_key_decides_where_two_name_different_items() -> None:
    (found,) = recognise([entry("guid:1", "url:x/2")], {"guid:1": 1, "url:x/2": 2})
    assert found.item_id == 1


def test_two_entries_that_share_a_strong_key_are_one_notice() -> None:
    items = [entry("guid:1", "url:x/1"), entry("url:x/1"), entry("guid:2")]
    assert [each.places for each in recognise(items, {})] == [(0, 1), (2,)]


def test_a_chain_of_entries_carries_keys_from_one_to_the_next() -> None:
    (found,) = recognise([entry("guid:1", "url:x/1"), entry("url:x/1", "id:7"), entry("id:7")], {})
    assert set(found.keys) == {"guid:1", "url:x/1", "id:7"}


def test_a_weak_key_decides_where_no_strong_one_is_known() -> None:
    assert ids_in_order([entry("guid:2", "same:a")], {"guid:1": 1, "same:a": 1}) == (1,)


def test_a_strong_key_decides_against_the_weak_one() -> None:
    assert ids_in_order([entry("guid:2", "same:a")], {"guid:2": 2, "same:a": 1}) == (2,)


def test_two_guids_in_one_list_are_two_notices_however_alike() -> None:
    items = [entry("guid:1", "same:a", url="https://x/1"), entry("guid:2", "same:a", url="https://x/2")]
    assert ids_in_order(items, {"guid:1": 1, "same:a": 1}) == (1, None)
    assert len(recognise(items, {})) == 2


def test_two_guids_in_one_list_that_lead_to_the_same_address_are_one_notice() -> None:
    items = [entry("guid:1", "same:a", url="https://x/1"), entry("guid:2", "same:a", url="https://x/1")]
    assert ids_in_order(items, {"guid:1": 1, "same:a": 1}) == (1, 1)


def test_entries_that_look_alike_and_have_keys_of_different_kinds_are_one_notice() -> None:
    items = [entry("guid:1", "same:a"), entry("url:x/1", "same:a")]
    assert len(recognise(items, {})) == 1


def test_a_known_item_that_comes_later_in_the_list_still_claims_its_lookalike_apart() -> None:
    items = [entry("guid:2", "same:a", url="https://x/2"), entry("guid:1", "same:a", url="https://x/1")]
    assert ids_in_order(items, {"guid:1": 1, "same:a": 1}) == (None, 1)


def test_only_places_with_a_strong_key_speak_for_a_stored_item() -> None:
    items = [entry("same:a"), entry("guid:1", "same:a")]
    (found,) = recognise(items, {"guid:1": 1, "same:a": 1})
    assert (found.places, found.sure) == ((0, 1), (1,))


def test_notices_come_in_the_order_of_the_list() -> None:
    items = [entry("guid:3"), entry("guid:1"), entry("guid:2")]
    assert [each.item_id for each in recognise(items, {"guid:1": 1})] == [None, 1, None]


def test_items_without_any_key_stay_apart() -> None:
    assert len(recognise([entry(), replace(entry(), title="Khác")], {})) == 2


def test_weak_keys_come_last() -> None:
    assert strongest_first(["url:x", "same:a", "guid:1", "id:2"]) == ("guid:1", "id:2", "url:x", "same:a")
