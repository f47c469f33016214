"""What Vietnamese readers type: every kind that is promised, through the real index and as an alert."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from bot.core.document import fold_item
from bot.core.query import Query
from storage.store import Store
from tests.builders import an_item
from tests.fakes import HandClock

CASES: Final = tomllib.loads(Path(__file__).with_name("search_cases.toml").read_text("utf-8"))
AT: Final = datetime(2026, 3, 14, 2, tzinfo=UTC)
NOW: Final = datetime(2026, 3, 20, 2, tzinfo=UTC)


@pytest.mark.parametrize("kind", CASES["kinds"])
async def test_a_query_finds_what_it_means_and_its_alert_says_the_same(
    store: Store, clock: HandClock, kind: str
) -> None:
    await store.sources.make_archive("tdkt")
    cases = CASES["kinds"][kind]
    titles = dict.fromkeys(title for _, found, missed in cases for title in (*found, *missed))
    items = [an_item(number, title=title, published_at=AT) for number, title in enumerate(titles)]
    numbers = {title: item.url for title, item in zip(titles, items, strict=True)}
    await store.items.add_archive("tdkt", items, NOW, "import")
    stored = [one async for one in store.items.export()]
    for text, found, missed in cases:
        query = await store.search.parse(text, NOW)
        assert isinstance(query, Query), (text, query)
        page = await store.search.search(text, now=NOW, limit=100)
        hits = {each.stored.item.url for each in page.results}
        assert {title for title in found if numbers[title] not in hits} == set(), text
        assert {title for title in missed if numbers[title] in hits} == set(), text
        assert {one.item.url for one in stored if query.matches(fold_item(one))} == hits, text


@pytest.mark.parametrize("case", CASES["mistakes"], ids=lambda case: case["query"])
async def test_a_mistake_is_pointed_at(store: Store, case: dict[str, str | int]) -> None:
    page = await store.search.search(str(case["query"]), now=NOW)
    assert page.trouble
    assert page.trouble_at == case["at"]
    assert page.results == page.nearest == ()


def test_there_are_cases_enough_of_every_kind() -> None:
    assert all(len(cases) >= 3 for cases in CASES["kinds"].values())
    assert sum(map(len, CASES["kinds"].values())) + len(CASES["mistakes"]) >= 60
