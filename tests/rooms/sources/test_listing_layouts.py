"""Twenty layouts of our own, each built another way: the generic reader finds every item of each, and nothing else."""

from datetime import datetime

import pytest

from bot.core.address import canonical
from tests.rooms.sources.pages import PAGES, listed, page, truth

LAYOUTS = sorted(path.stem for path in (PAGES / "listings").glob("*.html"))


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_item_of_a_layout_is_read_in_order_and_nothing_else(name: str) -> None:
    expected = truth(f"listings/{name}")
    reading = listed(page(f"listings/{name}"), expected["url"])
    assert [canonical(item.url or "") for item in reading.items] == [
        canonical(item["url"]) for item in expected["items"]
    ]
    assert [item.title for item in reading.items] == [item["title"] for item in expected["items"]]
    assert reading.trouble is None


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_dates_of_a_layout_are_read_and_none_is_made_up(name: str) -> None:
    expected = truth(f"listings/{name}")
    reading = listed(page(f"listings/{name}"), expected["url"])
    assert [(item.published_at, item.date_only) for item in reading.items] == [
        (item["published_at"] and datetime.fromisoformat(item["published_at"]), item["date_only"])
        for item in expected["items"]
    ]


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_pager_of_a_layout_leads_to_its_next_page(name: str) -> None:
    expected = truth(f"listings/{name}")
    assert listed(page(f"listings/{name}"), expected["url"]).next_page == expected["next_page"]


def test_there_are_enough_layouts_to_speak_of_kinds() -> None:
    assert len(LAYOUTS) >= 12
