"""The query language: what finds what, and how its mistakes are pointed at."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.document import FoldedDocument, fold_document
from bot.core.letters import fold_word
from bot.core.query import Query, parse, telex_suspects
from bot.core.query_marks import open_last_word
from bot.core.query_mistakes import QueryMistake
from bot.core.spell import hints_for, near_misses, spelled

TODAY = datetime(2026, 3, 14, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def a_query(text: str, known: frozenset[str] = frozenset()) -> Query:
    query = parse(text, TODAY, known)
    assert isinstance(query, Query), query
    return query


def a_document(
    title: str, summary: str = "", *, body: str = "", source: str = "tdkt", at: datetime = TODAY
) -> FoldedDocument:
    return fold_document(source=source, at=at, title=title, summary=summary, body=body)


def finds(text: str, title: str, summary: str = "") -> bool:
    return a_query(text).matches(a_document(title, summary))


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("phát động phong trào", "Phong trào “Cả nước chung sức” được phát động"),
        ("PHAT DONG", "Lễ phát động trồng cây"),
        ("hoà bình", "Lễ trao giải vì hòa bình"),
        ("công ti", "Công ty cấp nước thông báo"),
        ("45/2024/qđ-ubnd", "Quyết định số 45/2024/QĐ-UBND về giá đất"),
        ("45 qd ubnd", "Quyết định số 45/2024/QĐ-UBND về giá đất"),
        ("12/3/2019", "Sáng ngày 12/03/2019 tại Huế"),
        ("COVID-19", "Tiêm phòng Covid – 19 mũi ba"),
        ("HĐND", "Kỳ họp Hội đồng nhân dân khóa XI"),
        ("hội đồng nhân dân", "Kỳ họp HĐND tỉnh khóa XI"),
        ("hội đồng nhân dân tỉnh", "Kỳ họp HĐND tỉnh khóa XI"),
        ("TĐKT", "Hội đồng Thi đua - Khen thưởng họp"),
        ("TĐ-KT", "Ban TĐKT tỉnh họp"),
        ("td-kt", "Hội đồng Thi đua - Khen thưởng họp"),
        ('"UBND tỉnh"', "Họp báo của Ủy ban nhân dân tỉnh"),
        ('"HĐND và UBND tỉnh"', "Hội đồng nhân dân và Ủy ban nhân dân tỉnh họp"),
        ("bão OR lũ", "Phòng chống lũ quét"),
        ("(bão OR lũ) quét", "Phòng chống lũ quét"),
        ("lũ -bão", "Phòng chống lũ quét"),
        ("khen thư*", "Trao khen thưởng"),
        ("khen thưở*", "Trao khen thưởng"),
        ("kỳ*", "Kì họp bất thường"),
        ('"khen thư"*', "Trao khen thưởng"),
        ('"khen thư*"', "Trao khen thưởng"),
        ("thuowr OR ddua", "Phong trào thi đua"),
        ("thi ddua", "Phong trào thi đua"),
        ("nhie65m vu5 thu7o72ng tru7c5", "Nhiệm vụ của thường trực"),
        ("co2", "Giảm phát thải CO2"),
        ("TP Huế", "Thành phố Huế mở hội"),
        ("thành phố vinh", "TP. Vinh mở hội"),
        ("TPHCM", "TP Hồ Chí Minh mở hội"),
        ("sở khoa học và công nghệ", "Sở KH&CN họp"),
        ("toà án nhân dân", "TAND tỉnh"),
    ],
)
def test_a_query_finds(query: str, title: str) -> None:
    assert finds(query, title)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("cháy", "Giải chạy vì trẻ em"),
        ("lũ", "Lễ tổng kết"),
        ("thưởng", "Chuyện thường ngày"),
        ("ban", "Hội sách bàng hoàng"),
        ("an", "Ban Dân tộc"),
        ("thưở*", "Bình thường mới"),
        ("kỳ*", "Kinh tế"),
        ('"quét lũ"', "Phòng chống lũ quét"),
        ('"lũ quét"', "Phòng chống lũ, bão; quét dọn"),
        ("45/2024", "Quyết định số 2024/45"),
        ("lũ -quét", "Phòng chống lũ quét"),
        ("lũ -UBND", "Ủy ban nhân dân tỉnh chống lũ"),
        ("CT", "Chủ tịch tỉnh"),
        ("TP", "Tác phẩm mới"),
        ("thành phố", "Bảo đảm ATTP"),
        ("co2", "Đàn cò bay"),
        ("KH", "Kế hoạch năm"),
        ("thúy", "Bị thúi"),
    ],
)
def test_a_query_leaves_alone(query: str, title: str) -> None:
    assert not finds(query, title)


def test_a_phrase_does_not_reach_from_the_title_into_the_summary() -> None:
    assert finds("chống lũ", "Phòng chống", "Lũ về")
    assert not finds('"chống lũ"', "Phòng chống", "Lũ về")


def test_the_body_is_searched_too() -> None:
    assert a_query("sạt lở").matches(a_document("Tin vắn", body="Đêm qua sạt lở ở bản xa."))


def test_filters_narrow_by_source_and_day() -> None:
    query = a_query("lũ nguon:tdkt tu:01/03/2019 den:31/03/2019")
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    for at, found in [
        (datetime(2019, 3, 1, 0, 0, tzinfo=zone), True),
        (datetime(2019, 3, 31, 23, 59, 59, tzinfo=zone), True),
        (datetime(2019, 2, 28, 23, 59, 59, tzinfo=zone), False),
        (datetime(2019, 4, 1, 0, 0, tzinfo=zone), False),
        (datetime(2019, 2, 28, 17, 0, tzinfo=UTC), True),
    ]:
        assert query.matches(a_document("Lũ", at=at)) is found
    assert not query.matches(a_document("Lũ", source="khac", at=datetime(2019, 3, 2, tzinfo=zone)))


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("lũ from:2019", (2019, 1, 1), None),
        ("lũ to:02/2020", None, (2020, 3, 1)),
        ("lũ từ:5/3 đến:2026-03-06", (2026, 3, 5), (2026, 3, 7)),
        ("lũ tu:hom-qua den:homnay", (2026, 3, 13), (2026, 3, 15)),
        ("lũ since:2019/3/1 until:2019-04", (2019, 3, 1), (2019, 5, 1)),
    ],
)
def test_days_are_written_in_many_ways(
    text: str, since: tuple[int, int, int] | None, until: tuple[int, int, int] | None
) -> None:
    query = a_query(text)
    assert query.since == (datetime(*since, tzinfo=TODAY.tzinfo) if since else None)
    assert query.until == (datetime(*until, tzinfo=TODAY.tzinfo) if until else None)


def test_filters_alone_find_everything_of_theirs() -> None:
    assert a_query("nguon:tdkt").matches(a_document("Bất kỳ"))
    assert a_query("-nguon:khac").matches(a_document("Bất kỳ"))
    assert a_query("nguon:tdkt -lũ").matches(a_document("Bất kỳ"))
    assert not a_query("nguon:tdkt -lũ").matches(a_document("Lũ quét"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lũ từ: 1/3/2019 đến: 31/3/2019", "lũ từ:01/03/2019 đến:31/03/2019"),
        ("lũ nguon: tdkt", "lũ nguon:tdkt"),
        ("lũ Nguon:TDKT", "lũ Nguon:tdkt"),
        ("lũ nguồn:a, b", "lũ nguồn:a b"),
        ("lũ nguồn:a,b", "lũ nguồn:a nguồn:b"),
        ("lũ -nguồn:A,b -source: C", "lũ -nguồn:a -nguồn:b -nguồn:c"),
        ('lũ nguon:"a"', "lũ nguon:a"),
        ("since:2019, until:2020, lũ", "from:2019 to:2020 lũ"),
        ("lũ tu:hôm qua", "lũ tu:13/03/2026"),
        ("lũ tu:1/3/97 den:1/3/19", "lũ tu:01/03/1997 den:01/03/2019"),
    ],
)
def test_a_filter_is_taken_however_people_type_it(typed: str, meant: str) -> None:
    assert a_query(typed) == a_query(meant)
    assert a_query(a_query(typed).text) == a_query(typed)


@pytest.mark.parametrize(
    "text",
    [
        'a -b "c d" (e OR f)* g*', "thi ddua -khen", "lũ tu:hom-qua nguon:x -nguon:y", "NOT a b", "a|b  c",
        "TĐ-KT -(a OR -b)", "“trích dẫn” x", "a AND b, c; d", "--a b", "() a", "a NOT :b",
        "nguon: a, b", '"a b"* -"c"*',
    ],
)  # fmt: skip
def test_the_kept_text_means_the_same_whatever_is_known_later(text: str) -> None:
    for known in (frozenset[str](), frozenset({"ddua"})):
        query = a_query(text, known)
        assert a_query(query.text, frozenset({"ddua", "dua"})) == query
        assert a_query(query.text) == query


def test_a_query_that_would_not_be_read_again_is_too_long() -> None:
    assert isinstance(parse(f"nguon:{','.join('ab' * 50)}", TODAY), QueryMistake)
    assert isinstance(parse(f"nguon:{','.join('ab' * 20)}", TODAY), Query)


def test_equal_queries_are_equal_however_they_are_typed() -> None:
    assert a_query("THI  đua") == a_query("thi đua") == a_query("thi AND đua")
    assert hash(a_query("hoà OR bình")) == hash(a_query("hòa | bình"))
    assert a_query('"hội ngh*"') == a_query('"hội ngh"*') == a_query("“hội ngh**”*") == a_query('"hội ngh* "')
    assert a_query("thi đua") != a_query("đua thi")


def test_a_word_that_is_known_is_not_taken_for_telex() -> None:
    assert telex_suspects("thi ddua bão khen thuowrng") == ("ddua", "thuowrng")
    assert a_query("ddua", frozenset({"ddua"})).matches(a_document("Phần mềm DDUA"))
    assert not a_query("ddua", frozenset({"ddua"})).matches(a_document("Thi đua"))
    assert not a_query('"ddua"').matches(a_document("Thi đua"))


def test_the_last_word_can_be_a_beginning() -> None:
    assert open_last_word("khen thư") == "khen thư*"
    assert open_last_word('"khen thư') == '"khen thư"*'
    assert a_query(open_last_word('"khen thư*')) == a_query('"khen thư"*')
    assert open_last_word("lũ nguon:tdkt") == "lũ nguon:tdkt"
    assert open_last_word("(") == ""
    assert open_last_word("|" * 60 + "x") == "|" * 60 + "x*"  # for ever, were it tried in all ways
    for unfinished in ("lũ OR", "lũ | (", "(lũ", "(lũ OR", "lũ -", "lũ NOT", '("lũ'):
        assert a_query(open_last_word(unfinished)) == a_query("lũ*")
    assert a_query(open_last_word("(bão OR (lũ qu")) == a_query("bão OR (lũ qu*)")
    assert a_query(open_last_word('"bão (" lũ')) == a_query("bão lũ*")
    assert a_query(open_last_word("thi đu")).matches(a_document("Thi đua yêu nước"))


def test_a_misspelt_word_is_hinted_at() -> None:
    known = {"thương³": 40, "thương": 9, "thuông⁵": 1, "khen": 50, "đoan²": 7}
    assert hints_for(fold_word("thưỡng"), known)[0] == "thưởng"
    assert hints_for(fold_word("thưởng"), known) == ()
    assert "thuong" in near_misses(fold_word("thưong")) & near_misses(fold_word("thuogn"))
    assert near_misses(fold_word("lũ")) == {"lu"}
    assert spelled("đoan²") == "đoàn"
    assert spelled("hoa²") == "hòa"


HOSTILE = st.text(
    alphabet=st.sampled_from(
        [*'"*()-:|+^~/\\,;', " ", "a", "đ", "ộ", "\u0301", "😀", "\x00", "\u202e", "1", "’", "“", "”"]
    ),
    max_size=120,
)
WORDS = st.lists(
    st.sampled_from(
        ["OR", "AND", "NOT", "NEAR(", "tu:1/1", "den:x", "nguon:a", "(", ")", '"', "lũ*", "-", "-bão", "ddua"]
    ),
    max_size=30,
).map(" ".join)


@given(HOSTILE | WORDS | st.text(max_size=4000))
@settings(max_examples=600, deadline=None)
def test_no_text_raises_and_what_is_read_reads_again(text: str) -> None:
    query = parse(text, TODAY)
    if isinstance(query, Query):
        query.matches(a_document("Thi đua yêu nước", "lũ"))
        assert parse(query.text, TODAY) == query
    else:
        query.explain("vi")
        assert 0 <= query.position <= len(query.text)
