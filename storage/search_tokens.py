"""The words that the index makes up besides those of the text: what every document has, its source, short cuts."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from bot.core.document import BREAK
from bot.core.letters import plain_of

EVERY: Final = "∀"
"""Stands in every document, for queries that only leave out."""
BARE: Final = "·"
"""Keeps the place of a word without marks among the toned words: it is found by its plain key."""
BEGINNING: Final = 3
"""Of each longer word so many letters are indexed as its beginning."""


def source_token(number: int) -> str:
    """The word that stands in every document of a source."""
    return f"§{number}"


def beginning_token(plain: str) -> str:
    """The word that stands in every document with a longer word that begins like *plain*."""
    return f"…{plain[:BEGINNING]}"


def pair_token(first: str, second: str) -> str:
    """The word that stands in every document where these two common words are side by side."""
    return f"{first}·{second}"


def is_common(*plains: str) -> bool:
    """Whether all these words are so common that they are indexed in pairs."""
    return _common().issuperset(plains)


@dataclass(frozen=True, slots=True)
class Columns:
    """A text as the index holds it: its words plain and toned, and the words that are made up from them."""

    plain: str
    toned: str
    made_up: str


def columns_of(toned: str) -> Columns:
    """Return how a text of toned keys is indexed."""
    keys = toned.split()
    if not keys:
        return Columns("", "", "")
    plain, marked, beginnings, common = zip(*map(_facets, keys), strict=True)
    pairs = {f"{a}·{b}" for a, b in pairwise(common) if a and b}
    return Columns(" ".join(plain), " ".join(marked), " ".join((*filter(None, beginnings), *pairs)))


@lru_cache(maxsize=32_768)
def _facets(toned: str) -> tuple[str, str, str, str]:
    """A word's plain key, what stands for it among the toned ones, its beginning, its plain key if it is common."""
    plain = plain_of(toned)
    marked = BARE if toned.isascii() else toned
    return plain, marked, beginning_token(plain) if len(plain) > BEGINNING else "", plain if is_common(plain) else ""


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    data = tomllib.loads(Path(__file__).with_name("search_common.toml").read_text("utf-8"))
    return frozenset(" ".join(data["plain"]).split()) - {BREAK}
