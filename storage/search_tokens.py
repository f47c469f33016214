"""The words that the index makes up besides those of the text: what every document has, its source, short cuts."""

import tomllib
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from bot.core.document import BREAK
from bot.core.letters import plain_of

EVERY: Final = "∀"
"""Stands in every document, for queries that only leave out."""
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


def plain_and_made_up(toned: str) -> tuple[str, str]:
    """Return the plain keys of a text of toned ones, and the words that are made up from them."""
    keys = toned.split()
    if not keys:
        return "", ""
    plain, beginnings, common = zip(*map(_facets, keys), strict=True)
    pairs = {f"{a}·{b}" for a, b in pairwise(common) if a and b}
    return " ".join(plain), " ".join((*filter(None, beginnings), *pairs))


@lru_cache(maxsize=32_768)
def _facets(toned: str) -> tuple[str, str, str]:
    """A word's plain key, its beginning if that is less than all of it, its plain key again if it is common."""
    plain = plain_of(toned)
    return plain, beginning_token(plain) if len(plain) > BEGINNING else "", plain if is_common(plain) else ""


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    data = tomllib.loads(Path(__file__).with_name("search_common.toml").read_text("utf-8"))
    return frozenset(" ".join(data["plain"]).split()) - {BREAK}
