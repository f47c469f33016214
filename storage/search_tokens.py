"""The words that the index makes up besides those of the text: what every document has, its source, short cuts."""

import tomllib
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from bot.core.document import BREAK

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


def origin_of(plain_parts: tuple[str, ...], source: int) -> str:
    """The made-up words of a document whose title and text have these plain keys."""
    tokens = [EVERY, source_token(source)]
    common = _common()
    for part in plain_parts:
        words = part.split()
        tokens += filter(None, map(_beginning_of, set(words)))
        tokens += {f"{a}·{b}" for a, b in pairwise(words) if a in common and b in common}
    return " ".join(tokens)


@lru_cache(maxsize=16_384)
def _beginning_of(plain: str) -> str:
    return beginning_token(plain) if len(plain) > BEGINNING else ""


def toned_column(toned: str) -> str:
    """The toned keys as their column holds them."""
    return " ".join([key if not key.isascii() else BARE for key in toned.split()])


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    data = tomllib.loads(Path(__file__).with_name("search_common.toml").read_text("utf-8"))
    return frozenset(" ".join(data["plain"]).split()) - {BREAK}
