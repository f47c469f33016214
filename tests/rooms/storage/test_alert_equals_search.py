"""What search finds, the alert would have pushed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from bot.core.document import fold_item
from bot.core.query import Query
from bot.core.watches import WatchIndex
from bot.jobs.tidying import tell_again
from storage.store import Store
from tests.fakes import HandClock
from tests.queries_at_random import SOURCES, a_query_text, a_random_item
from tests.rooms.storage.test_search import archive, search


async def test_the_alert_equals_the_search(
    store: Store, clock: HandClock, record_property: Callable[[str, object], None]
) -> None:
    """At least 10,000 pairs: a query finds an item exactly where it matches it, and where its watch would have.

    Of the archive's compounds all documents are told in the end; before that some are, others not.
    """
    seed = random.randrange(10**9)
    record_property("seed", seed)
    chance = random.Random(seed)
    for source_id in SOURCES:
        items = [replace(a_random_item(chance, clock(), number), source_id=source_id) for number in range(50)]
        await archive(store, clock, *items, source_id=source_id)
        await store.search.learn_compounds(enough=50, least=2)
    assert len(await store.search.compounds()) > 50
    stored = [one async for one in store.items.export()]
    documents = {one.id: fold_item(one) for one in stored}
    index, pairs = WatchIndex({}), 0
    asked: dict[int, set[int]] = {}
    while pairs < 12_000:
        text = a_query_text(chance, clock())
        query = await store.search.parse(text, clock())
        if not isinstance(query, Query):
            continue
        found = {each.stored.id for each in (await search(store, clock, text, limit=1000)).results}
        expected = {item_id for item_id, document in documents.items() if query.matches(document)}
        assert found == expected, text
        asked[len(asked)] = found
        index.add(len(asked) - 1, query)
        pairs += len(documents)
        if pairs > 6_000:
            await tell_again(store)
    for item_id, document in documents.items():
        assert list(index.match(document)) == [watch for watch, found in asked.items() if item_id in found]
