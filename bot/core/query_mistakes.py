"""Mistakes in a query, as values that point at their place."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Final

from bot.model import Language

_SHOWN: Final = 40


class MistakeKind(StrEnum):
    """What can be wrong with a query; each has its sentences in query_mistakes.toml."""

    NOTHING = "nothing"
    ONLY_EXCLUSIONS = "only_exclusions"
    EXCLUSION_BESIDE_OR = "exclusion_beside_or"
    TOO_LONG = "too_long"
    TOO_MANY_WORDS = "too_many_words"
    TOO_MANY_STARS = "too_many_stars"
    TOO_DEEP = "too_deep"
    UNCLOSED_QUOTE = "unclosed_quote"
    UNCLOSED_PARENTHESIS = "unclosed_parenthesis"
    STRAY_PARENTHESIS = "stray_parenthesis"
    LONE_OR = "lone_or"
    STAR_FIRST = "star_first"
    FILTER_EMPTY = "filter_empty"
    FILTER_PLACE = "filter_place"
    BAD_SOURCE = "bad_source"
    FILTER_STAR = "filter_star"
    DAY_LEFT_OUT = "day_left_out"
    BAD_DATE = "bad_date"
    NO_SUCH_DAY = "no_such_day"
    DATES_CROSSED = "dates_crossed"


class Misread(Exception):
    """The sign at `place` makes no sense; it never leaves `parse`, whose caller gets a `QueryMistake`."""

    def __init__(self, kind: MistakeKind, place: int, length: int) -> None:
        super().__init__(kind)
        self.kind, self.place, self.length = kind, place, max(length, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryMistake:
    """Why a query cannot be understood; `position` counts characters of `text` (normalised) from 0."""

    kind: MistakeKind
    text: str
    position: int
    length: int = 1

    def explain(self, language: Language) -> str:
        """Return one line that shows the place between arrows and says what is wrong there."""
        sentence = _sentences()[self.kind][language]
        if not self.text:
            return sentence
        before = self.text[max(0, self.position - _SHOWN) : self.position]
        there = self.text[self.position : self.position + self.length][:_SHOWN]
        behind = self.text[self.position + self.length :][:_SHOWN]
        shown = f"{before}»{there}«{behind}" if there.strip() else f"{before.rstrip()}»«"
        return f"{' '.join(shown.split())}: {sentence}"


@lru_cache(maxsize=1)
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("bot.core").joinpath("query_mistakes.toml").read_text(encoding="utf-8"))
