"""Where a query hits a text, the piece that shows it, how well it answers, and what comes near it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.document import fold_document
from bot.core.hits import hits_of, snippet_of
from bot.core.letters import fold_word
from bot.core.nearest import looser
from bot.core.query import Query, parse
from bot.core.rank import rank_of

NOW = datetime(2026, 3, 14, tzinfo=UTC)


def a_query(text: str) -> Query:
    query = parse(text, NOW)
    assert isinstance(query, Query), query
    return query


@pytest.mark.parametrize(
    ("query", "text", "hits"),
    [
        ("lu quet", "Chống lũ, quét dọn; Lũ quét!", ["lũ", "quét", "Lũ quét"]),
        ('"lũ quét"', "Chống lũ, bão; LŨ QUÉT!", ["LŨ QUÉT"]),
        ("bão -lũ", "Bão và lũ", ["Bão"]),
        ("th*", "Khen thưởng, thi đua", ["thưởng", "thi"]),
        ("ubnd", "Ủy ban nhân dân tỉnh", ["Ủy ban nhân dân"]),
        ("hội đồng nhân dân", "HĐND tỉnh", ["HĐND"]),
        ("13/2023", "Nghị định 13/2023/NĐ-CP", ["13/2023"]),
        ("nguon:tdkt", "Bão", []),
        ("cháy", "chạy", []),
    ],
)
def test_hits_are_what_was_asked_for(query: str, text: str, hits: list[str]) -> None:
    assert [text[start:end] for start, end in hits_of(text, a_query(query))] == hits


def test_a_snippet_is_cut_where_the_hits_are_densest() -> None:
    text = "Lũ ở xa. " + "Chuyện khác. " * 30 + "Đêm qua lũ quét, lũ ống về bản. " + "Chuyện nữa. " * 30
    snippet = snippet_of(text, a_query("lũ OR quét OR ống"), 80)
    assert [snippet.text[start:end] for start, end in snippet.spans] == ["lũ quét", "lũ ống"]
    assert snippet.text.startswith("…")
    assert snippet.text.endswith("…")


def test_a_short_text_is_its_own_snippet() -> None:
    assert snippet_of("Lũ\n quét", a_query("xa"), 80).text == "Lũ quét"


@given(
    st.lists(st.sampled_from(["lũ", "quét", "bão", "dài-dằng-dặc-không-dứt", "a", "đến!", "(lũ)"]), max_size=60),
    st.integers(20, 120),
)
def test_a_snippet_keeps_its_length_and_its_hits(words: list[str], most: int) -> None:
    text = " ".join(words)
    snippet = snippet_of(text, a_query("lũ quét"), most)
    assert len(snippet.text) <= max(most, 0) or snippet.text == text
    assert {snippet.text[start:end] for start, end in snippet.spans} <= {
        "lũ",
        "quét",
        "lũ quét",
        "lũ lũ",
        "quét quét",
    } | {hit for start, end in hits_of(text, a_query("lũ quét")) for hit in [text[start:end]]}
    if "lũ" in text:
        assert snippet.spans or most < 30


def test_the_rank_is_title_over_text_and_marks_over_none() -> None:
    query = a_query("thi dua")
    order = ["Thi dua", "Phong trào thi đua", "Thị trường đua", "Tin thi", "Tin"]
    ranks = [
        rank_of(query, fold_document(source="a", at=NOW, title=title, summary="thi đua", body=None).toned)
        for title in order
    ]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)


def test_looser_queries_go_from_close_to_far() -> None:
    query = a_query('"lũ quết" bản -bão nguon:tdkt')
    meant = {fold_word("quết"): fold_word("quét")}
    found = list(looser(query, meant))
    titles = ["Lu quet o ban", "Lũ quét ở bản", "Lũ quét", "Ở bản"]
    documents = [fold_document(source="tdkt", at=NOW, title=title, summary=None, body=None) for title in titles]
    first = [next(place for place, loose in enumerate(found) if loose.matches(document)) for document in documents]
    assert first == sorted(first)
    assert all(
        not loose.matches(fold_document(source="tdkt", at=NOW, title="bão lũ", summary=None, body=None))
        for loose in found
    )
    assert all(loose.sources == {"tdkt"} for loose in found)
