"""Telex and VNI typed while the input method was off."""

from __future__ import annotations

import pytest

from bot.core.telex import read_short_vni, read_telex


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("thuowrng", "thưởng"), ("ddaij", "đại"), ("nghij", "nghị"), ("quyeets", "quyết"), ("nuwowcs", "nước"),
        ("hoaf", "hòa"), ("uwowcs", "ước"), ("gias", "giá"), ("huyeejn", "huyện"), ("tieengs", "tiếng"),
    ],
)  # fmt: skip
def test_telex_is_read(typed: str, meant: str) -> None:
    assert read_telex(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hoi5", "họi"), ("ho65i", "hội"), ("ho6i5", "hội"), ("hoi65", "hội"), ("nghi5", "nghị"), ("d9ua", "đua"),
        ("d9oi63", "đổi"), ("chuye63n", "chuyển"), ("thu7o73ng", "thưởng"), ("thuong73", "thưởng"), ("nga2y", "ngày"),
        ("na8m", "năm"), ("nu7o7c1", "nước"), ("D9A5i", "đại"), ("mo6n", "môn"),
    ],
)  # fmt: skip
def test_vni_is_read(typed: str, meant: str) -> None:
    assert read_telex(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        "a1",
        "co2",
        "f0",
        "u17",
        "u23",
        "a321",
        "h5n1",
        "o2o",
        "covid19",
        "mp3",
        "5g",
        "q1",
        "hoi10",
        "hoi55",
        "12",
        "",
        "bus7",
        "ga17",
        "xoo2",
    ],
)
def test_what_is_no_vni_is_left_alone(word: str) -> None:
    assert read_telex(word) is None


@pytest.mark.parametrize("word", ["ban", "thi", "bus", "gas", "ddos", "google", "covid", "text", "foot", "xoong", "as"])
def test_what_is_no_telex_is_left_alone(word: str) -> None:
    assert read_telex(word) is None


def test_two_letters_and_a_figure_may_be_vni_or_a_number() -> None:
    assert read_telex("vu5") is None
    assert read_short_vni("vu5") == "vụ"
    assert read_short_vni("hoi5") is None
