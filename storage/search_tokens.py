"""The words of the index that are made up: of two words side by side, of beginnings, of sources.

The index knows no places. That two words stand side by side it is told by a word made up of them. Two or three that the
archive has often are compounds, words of their own with their marks (storage/search_compounds.py). Other pairs are told
without marks: those that would be compounds with other marks by a word of their own, the rest by one of `BUCKETS` that
many share. So a compound finds what has it, any other phrase hardly more than that, and each document found by it is
asked.
"""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final
from zlib import crc32

EVERY: Final = "∀"
"""Stands in every document, for queries that only leave out."""
BEGINNING: Final = 3
"""Of each longer word so many letters are indexed as its beginning."""
BUCKETS: Final = 2048
"""With more of them fewer false documents are asked, but each item is indexed slower; a power of two."""


def source_token(number: int) -> str:
    """The word that stands in every document of a source."""
    return f"§{number}"


def beginning_token(plain: str) -> str:
    """The word that stands in every document with a longer word, no common one, that begins like *plain*."""
    return f"…{plain[:BEGINNING]}"


def compound_token(toned: str) -> str:
    """The word that stands where a compound does, by its toned keys with a blank between, and nowhere else."""
    return toned.replace(" ", "¦")


def other_marks_token(first: str, second: str) -> str:
    """The word that stands where two words, by their plain keys, are no compound but for their marks, and nowhere
    else."""
    return f"{first}·{second}"


def pair_token(first: str, second: str) -> str:
    """The word that stands in every document where these two words, by their plain keys, are side by side as no
    compound with any marks; and in others."""
    return bucket_token((first_number(first) + second_number(second)) % BUCKETS)


def bucket_token(number: int) -> str:
    """The word that pairs share whose numbers, as a first and a second word, make this sum, by `BUCKETS`."""
    return f"·{number:x}"


def first_number(plain: str) -> int:
    """A word's number where it is the first of two."""
    return 3 * second_number(plain)


def second_number(plain: str) -> int:
    """A word's number where it is the second of two."""
    return crc32(plain.encode()) % BUCKETS


def common_beginning_with(letters: str) -> list[str]:
    """The common words, by their plain keys, that are longer than their beginning *letters*."""
    return sorted(word for word in _common() if len(word) > BEGINNING and word.startswith(letters))


def is_common(*plains: str) -> bool:
    """Whether all these words, by their plain keys, are among the commonest."""
    return all(plain in _common() for plain in plains)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    data = tomllib.loads(Path(__file__).with_name("search_common.toml").read_text("utf-8"))
    return frozenset(" ".join(data["plain"]).split())
