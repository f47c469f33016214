"""What is wrong with a query, pointed at in one line."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.query import parse
from bot.core.query_mistakes import MistakeKind, QueryMistake

TODAY = datetime(2026, 3, 14, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("", MistakeKind.NOTHING, 0),
        ("  *  ", MistakeKind.NOTHING, 0),
        ("😀 – !", MistakeKind.NOTHING, 0),
        ('""', MistakeKind.NOTHING, 0),
        ("-bão", MistakeKind.ONLY_EXCLUSIONS, 0),
        ("lũ OR -bão", MistakeKind.EXCLUSION_BESIDE_OR, 6),
        ('lũ "quét', MistakeKind.UNCLOSED_QUOTE, 3),
        ("lũ (bão", MistakeKind.UNCLOSED_PARENTHESIS, 3),
        ("lũ) bão", MistakeKind.STRAY_PARENTHESIS, 2),
        ("OR lũ", MistakeKind.LONE_OR, 0),
        ("lũ OR", MistakeKind.LONE_OR, 3),
        ("lũ *quét", MistakeKind.STAR_FIRST, 3),
        ("lũ tu:homkia", MistakeKind.BAD_DATE, 6),
        ("lũ tu:31/02/2020", MistakeKind.NO_SUCH_DAY, 6),
        ("lũ den: 2019-13", MistakeKind.NO_SUCH_DAY, 8),
        ("lũ từ: hà nội", MistakeKind.BAD_DATE, 7),
        ("lũ tu: den:2019", MistakeKind.FILTER_EMPTY, 3),
        ("lũ nguon:Hà", MistakeKind.BAD_SOURCE, 9),
        ("lũ nguon:td*", MistakeKind.FILTER_STAR, 3),
        ("nguon:a OR nguon:b", MistakeKind.FILTER_PLACE, 8),
        ("lũ OR tu:2019", MistakeKind.FILTER_PLACE, 3),
        ("l*ũ", MistakeKind.STAR_FIRST, 1),
        ("-lũ -bão", MistakeKind.ONLY_EXCLUSIONS, 0),
        ("lũ nguon:", MistakeKind.FILTER_EMPTY, 3),
        ("(lũ nguon:a)", MistakeKind.FILTER_PLACE, 4),
        ("lũ -tu:2019", MistakeKind.DAY_LEFT_OUT, 4),
        ("lũ tu:2020 den:2019", MistakeKind.DATES_CROSSED, 11),
        ("(" * 9 + "lũ", MistakeKind.TOO_DEEP, 8),
        ("lũ " * 65, MistakeKind.TOO_MANY_WORDS, 192),
        ("a* b* c* d* e*", MistakeKind.TOO_MANY_STARS, 12),
        ("lũlụt" * 300, MistakeKind.TOO_LONG, 512),
    ],
)
def test_a_mistake_is_pointed_at(text: str, kind: MistakeKind, place: int) -> None:
    mistake = parse(text, TODAY)
    assert isinstance(mistake, QueryMistake)
    assert (mistake.kind, mistake.position) == (kind, place)
    for language in ("vi", "en"):
        line = mistake.explain(language)
        assert "\n" not in line
        assert "»" in line or not text


def test_the_line_shows_the_place_between_arrows() -> None:
    mistake = parse('hội nghị "tổng kết', TODAY)
    assert isinstance(mistake, QueryMistake)
    assert mistake.explain("vi") == 'hội nghị »"«tổng kết: thiếu dấu ngoặc kép đóng'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "chưa có từ nào để tìm"),
        ("AND", "»AND«: chưa có từ nào để tìm"),
        ("NOT bão -lũ", "»NOT« bão -lũ: cần ít nhất một từ để tìm, ngoài các từ loại trừ"),
        ("lũ tu:30/02/2019", "lũ tu:»30/02/2019«: không có ngày này trong lịch"),
        ("lũ -den:2019", "lũ -»den:2019«: không loại trừ được theo ngày; hãy chọn khoảng ngày bằng tu: và den:"),
        ("tu:2020 đến: 2019", "tu:2020 »đến: 2019«: ngày bắt đầu (tu:) không được sau ngày kết thúc (den:)"),
    ],
)
def test_the_whole_of_what_is_wrong_stands_between_the_arrows(text: str, line: str) -> None:
    mistake = parse(text, TODAY)
    assert isinstance(mistake, QueryMistake)
    assert mistake.explain("vi") == line
