"""The words of a notice as they are compared, and which of them are figures or names of places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import islice, pairwise
from typing import Final

from bot.core.letters import normalise, words_with_places

LONGEST_NAME: Final = 3
_ROMAN = re.compile(r"[ivx]+")
_VALUES: Final = {"i": 1, "v": 5, "x": 10}
_DIGIT = re.compile("[0-9]")
_BREAK = re.compile(r"[^\w\s]")


@dataclass(frozen=True, slots=True)
class Said:
    """A word: its toned key, whether it begins with a capital, whether punctuation stands before it."""

    key: str
    capital: bool
    begins: bool


def said(text: str, most: int | None = None) -> list[Said]:
    """The first *most* words of *text* (None: all). Of a text in capitals no word counts as one with a capital."""
    text = normalise(text)
    shouted = text == text.upper()
    words, end = [], 0
    for word, start, behind in islice(words_with_places(text), most):
        capital = not shouted and text[start].isupper() and not (behind - start > 1 and text[start:behind].isupper())
        words.append(Said(word.toned, capital, bool(_BREAK.search(text, end, start))))
        end = behind
    return words


def numbered(words: Sequence[Said]) -> list[Said]:
    """The same words with figures where they are counted: "quý III" is "quý 3", "hạng Nhì" is "hạng 2"."""
    before = _lists()["counted"]
    return [
        replace(word, key=_figure(word.key)) if place and words[place - 1].key in before else word
        for place, word in enumerate(words)
    ]


def figures_in(words: Sequence[Said]) -> frozenset[str]:
    """Numbers, and what holds one: "lô A12"."""
    return frozenset(word.key for word in words if _DIGIT.search(word.key))


def turns_in(words: Sequence[Said]) -> frozenset[str]:
    """What turns a notice into another one: a decision is one, its correction ("đính chính") is a second."""
    keys, turning = [word.key for word in words], _lists()["turning"]
    return turning.intersection((*keys, *map(" ".join, pairwise(keys))))


def places_in(words: Sequence[Said]) -> frozenset[str]:
    """Names of places: those that are known, and what is written with capitals after a word such as "huyện"."""
    return frozenset(_places(words))


def function_words() -> frozenset[str]:
    """Words that come and go without saying anything."""
    return _lists()["function"]


def _places(words: Sequence[Said]) -> Iterator[str]:
    names, before = _lists()["names"], _lists()["before"]
    keys = [word.key for word in words]
    for place, word in enumerate(words):
        if not word.capital:
            continue
        for length in range(LONGEST_NAME, 0, -1):
            if (name := " ".join(keys[place : place + length])) in names:
                yield name
                break
        if any(" ".join(keys[max(0, place - length) : place]) in before for length in range(1, LONGEST_NAME + 1)):
            yield _name_at(words, place)


def _name_at(words: Sequence[Said], place: int) -> str:
    """The capitals from *place* on: "Quảng Xương", "Đào Duy Từ"; punctuation ends a name."""
    name = [words[place].key]
    for word in words[place + 1 : place + LONGEST_NAME]:
        if not word.capital or word.begins:
            break
        name.append(word.key)
    return " ".join(name)


def _figure(key: str) -> str:
    """A Roman number up to the thirties, or a number in letters, as a figure; any other word as it is."""
    if key in (spelled := _spelled()):
        return str(spelled.index(key) + 1)
    if not _ROMAN.fullmatch(key):
        return key
    values = [_VALUES[letter] for letter in key]
    return str(sum(-value if value < after else value for value, after in zip(values, (*values[1:], 0), strict=True)))


@cache
def _spelled() -> tuple[str, ...]:
    """The numbers in letters from one on, in their order."""
    return tuple(said(entry)[0].key for entry in _read()["spelled"])


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    """The lists of places.toml, folded."""
    return {
        name: frozenset(" ".join(word.key for word in said(entry)) for entry in entries)
        for name, entries in _read().items()
    }


@cache
def _read() -> Mapping[str, Sequence[str]]:
    return tomllib.loads(resources.files("bot.core").joinpath("places.toml").read_text("utf-8"))
