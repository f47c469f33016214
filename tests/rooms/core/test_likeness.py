"""One story or two: measured on labelled pairs, half of them hard negatives."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.likeness import THRESHOLD, likeness, outline
from bot.core.likeness_index import LikenessIndex, Told
from tests.fakes import START

PAIRS = tomllib.loads((Path(__file__).parents[2] / "data" / "pairs.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How the pairs were judged: likeness and label."""

    alike: tuple[float, ...]
    unlike: tuple[float, ...]

    def precision(self, threshold: float) -> float:
        """How many of those called one story are one."""
        right, wrong = self.found(threshold), sum(each >= threshold for each in self.unlike)
        return right / (right + wrong)

    def recall(self, threshold: float) -> float:
        """How many of the stories are found."""
        return self.found(threshold) / len(self.alike)

    def found(self, threshold: float) -> int:
        return sum(each >= threshold for each in self.alike)


def measured() -> Measured:
    same, other = (
        tuple(likeness(outline(*left), outline(*right)) for left, right in PAIRS[label]) for label in ("same", "other")
    )
    return Measured(alike=same, unlike=other)


def test_the_pairs_are_enough_and_half_of_them_hard_negatives() -> None:
    assert len(PAIRS["same"]) + len(PAIRS["other"]) >= 100
    assert len(PAIRS["other"]) >= len(PAIRS["same"])


def test_no_hard_negative_is_taken_for_one_story_and_nine_of_ten_stories_are_found() -> None:
    figures = measured()
    assert figures.precision(THRESHOLD) == 1.0
    assert figures.recall(THRESHOLD) >= 0.9


def test_the_threshold_lies_where_the_pairs_part() -> None:
    figures = measured()
    assert max(figures.unlike) < THRESHOLD
    assert figures.precision(THRESHOLD - 0.05) < 1.0 or figures.recall(THRESHOLD + 0.05) < figures.recall(THRESHOLD)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Quyết định số 410/QĐ-UBND về thu hồi đất khu Đông Hải",
            "Quyết định số 412/QĐ-UBND về thu hồi đất khu Đông Hải",
        ),
        ("Hội nghị tổng kết thi đua tỉnh Thanh Hóa năm 2026", "Hội nghị tổng kết thi đua tỉnh Nghệ An năm 2026"),
        ("Bảng giá vật liệu xây dựng quý III năm 2026", "Bảng giá vật liệu xây dựng quý IV năm 2026"),
    ],
)
def test_another_number_or_place_makes_two_stories(one: str, other: str) -> None:
    assert likeness(outline(one, None), outline(other, None)) < THRESHOLD


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hướng dẫn trước kỳ nghỉ lễ", "Hướng dẫn sau kỳ nghỉ lễ"),
        ("Tin tức mới nhất của câu lạc bộ cờ vua", "Tin tức mới nhất của câu lạc bộ cờ tướng"),
    ],
)
def test_titles_that_differ_in_one_word_are_two_stories_under_a_lead_that_a_portal_writes_everywhere(
    one: str, other: str
) -> None:
    everywhere = "Nội dung chi tiết đang được cập nhật, mời bạn đọc theo dõi trên cổng thông tin"
    assert likeness(outline(one, everywhere), outline(other, everywhere)) < THRESHOLD


@pytest.mark.parametrize(
    ("announced", "turned"),
    [
        ("Khai mạc Lễ hội Hoa Ban tại quảng trường 7-5", "Hoãn khai mạc Lễ hội Hoa Ban tại quảng trường 7-5"),
        ("Quyết định số 88/QĐ-UBND về bảng giá đất", "Đính chính Quyết định số 88/QĐ-UBND về bảng giá đất"),
        ("Quy định tạm thời về họp chợ trên vỉa hè", "Bãi bỏ quy định tạm thời về họp chợ trên vỉa hè"),
    ],
)
def test_what_is_put_off_corrected_or_lifted_is_another_story(announced: str, turned: str) -> None:
    assert likeness(outline(announced, None), outline(turned, None)) < THRESHOLD
    assert likeness(outline(turned, None), outline(turned, None)) == pytest.approx(1.0)
    assert likeness(outline(announced, turned), outline(turned, announced)) >= THRESHOLD


@pytest.mark.parametrize(
    ("one", "other"), [("lần thứ XIII", "lần thứ 13"), ("quý III", "quý 3"), ("hạng Nhì", "hạng 2")]
)
def test_a_number_is_the_same_in_roman_letters(one: str, other: str) -> None:
    texts = [f"Kết quả xét tặng giải thưởng báo chí tỉnh {number}" for number in (one, other)]
    assert likeness(outline(texts[0], None), outline(texts[1], None)) == pytest.approx(1.0)


def test_likeness_is_the_same_both_ways() -> None:
    for left, right in PAIRS["same"] + PAIRS["other"]:
        assert likeness(outline(*left), outline(*right)) == pytest.approx(likeness(outline(*right), outline(*left)))


def test_the_index_finds_what_a_comparison_with_all_would_find() -> None:
    index = LikenessIndex()
    for number, (left, _) in enumerate(PAIRS["same"] + PAIRS["other"]):
        index.add(told(number, *left))
    for left, right in PAIRS["same"] + PAIRS["other"]:
        wanted = outline(*right)
        best = max(likeness(wanted, outline(*each)) for each, _ in PAIRS["same"] + PAIRS["other"])
        found = index.nearest(wanted, besides="tinh", at=START)
        assert (found[1] if found else None) == (pytest.approx(best) if best >= THRESHOLD else None), (left, right)


def test_the_own_source_and_what_is_too_old_are_passed_over() -> None:
    index = LikenessIndex()
    title = "Khánh thành cầu Hòa Lộc bắc qua sông Mã"
    index.add(told(1, title))
    assert index.nearest(outline(title, None), besides="huyen", at=START) is None
    assert index.nearest(outline(title, None), besides="tinh", at=START) is not None
    assert index.nearest(outline(title, None), besides="tinh", at=START + timedelta(days=4)) is None
    index.expire(START + timedelta(seconds=1))
    assert index.nearest(outline(title, None), besides="tinh", at=START) is None
    assert len(index) == 0


def told(number: int, title: str, lead: str = "") -> Told:
    return Told(item_id=number, source_id="huyen", at=START, outline=outline(title, lead), story=number)
