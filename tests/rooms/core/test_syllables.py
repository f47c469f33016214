"""What a Vietnamese syllable is."""

import pytest

from bot.core.syllables import Spelling, is_syllable, spelling_of

SYLLABLES = (
    "nghiêng", "Khuỷu", "quýt", "giếng", "gìn", "huỳnh", "ngoằn", "thuở", "boong", "ươm", "yểu", "oằn", "uyển", "hòa",
    "hoà", "thuý", "Đặng",
)  # fmt: skip


@pytest.mark.parametrize("word", SYLLABLES)
def test_a_syllable_is_known(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["nghÞ", "th­ëng", "Hoäi", "á»™i", "naïve", "façade", "Köln", "wộ", "hộộ", "thưởngg", "ngh"]
)
def test_what_only_looks_like_one_is_not(word: str) -> None:
    assert not is_syllable(word)


def test_a_text_is_measured_by_its_marked_words() -> None:
    assert spelling_of("Hội nghị tổng kết 2026, Hội nghị Köln") == Spelling(marked=5, vietnamese=4)
    assert spelling_of("plain ASCII").share == 1.0
