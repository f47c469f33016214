"""The index of watches: it says of every item what asking each query in turn would say."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.core.document import fold_document
from bot.core.query import Query, parse
from bot.core.watches import WatchIndex
from tests.queries_at_random import SOURCES, a_notice, a_query_text

NOW = datetime(2026, 3, 14, 9, tzinfo=UTC)


def a_query(text: str) -> Query:
    query = parse(text, NOW)
    assert isinstance(query, Query), query
    return query


def an_index(**texts: str) -> WatchIndex:
    index = WatchIndex({})
    for name, text in texts.items():
        index.add(int(name.removeprefix("w")), a_query(text))
    return index


def matched(index: WatchIndex, title: str, source: str = "tdkt") -> tuple[int, ...]:
    return index.match(fold_document(source=source, at=NOW, title=title, summary=None, body=None))


def test_every_watch_that_matches_is_found_in_order_of_its_id() -> None:
    index = an_index(w3="lũ quét", w1="lũ", w2="lũ -quét", w4='"lũ quét" OR cháy', w5="qu*", w6="bão")
    assert matched(index, "Phòng chống lũ quét") == (1, 3, 4, 5)
    assert matched(index, "Cháy rừng") == (4,)
    assert matched(index, "Tin khác") == ()


def test_a_watch_of_some_sources_leaves_the_others_alone() -> None:
    index = WatchIndex({})
    index.add(1, a_query("lũ"), ("so_xd",))
    index.add(2, a_query("lũ"))
    index.add(3, a_query("nguon:tdkt"))
    assert matched(index, "Lũ", "so_xd") == (1, 2)
    assert matched(index, "Lũ", "tdkt") == (2, 3)


def test_changes_count_at_once() -> None:
    index = an_index(w1="lũ", w2="lũ", w3="cháy")
    index.remove(1)
    index.add(3, a_query("lũ"))
    index.remove(99)
    assert matched(index, "Lũ quét") == (2, 3)
    assert matched(index, "Cháy rừng") == ()
    index.remove(2)
    index.remove(3)
    assert matched(index, "Lũ quét") == ()
    assert len(index) == 0


def test_a_query_waits_under_its_rarest_word_and_equal_queries_are_asked_once() -> None:
    asked: list[str] = []

    class Counting(dict[str, int]):
        def get(self, key: str, default: int = 0) -> int:  # type: ignore[override]
            asked.append(key)
            return {"cua": 900, "lu⁴": 3}.get(key, default)

    index = WatchIndex(Counting())
    for watch in range(50):
        index.add(watch, a_query("của lũ"))
    looked_up = len(asked)
    index.add(50, a_query("CỦA  LŨ"))
    assert len(asked) == looked_up
    assert matched(index, "Của lũ") == tuple(range(51))


@pytest.mark.parametrize("known", [{}, {"thi": 90, "dua": 5, "bao": 70, "3": 1, "ban": 2}])
def test_the_index_says_what_every_query_would_say(
    known: dict[str, int], record_property: Callable[[str, object], None]
) -> None:
    seed = random.randrange(10**9)
    record_property("seed", seed)
    chance = random.Random(seed)
    index, saved = WatchIndex(known), {}
    for watch in range(300):
        query = parse(a_query_text(chance, NOW), NOW)
        sources = tuple(chance.sample(SOURCES, chance.choice((0, 0, 1, 2))))
        if isinstance(query, Query):
            saved[watch] = (query, sources)
            index.add(watch, query, sources)
    for watch in chance.sample(sorted(saved), 40):
        del saved[watch]
        index.remove(watch)
    for _ in range(60):
        document = a_notice(chance, NOW)
        expected = [
            watch
            for watch, (query, sources) in saved.items()
            if query.matches(document) and (not sources or document.source in sources)
        ]
        assert list(index.match(document)) == expected
