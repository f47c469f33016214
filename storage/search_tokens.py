"""What the index holds of a text: a set of words, each plain and toned, and words made up: beginnings, pairs, source.

The index knows no places. That two words stand side by side it is told by a word made up of them: of two common words
their own, of others one of `BUCKETS` that many pairs share. So a phrase finds hardly more than what has it, and each
document found is asked.
"""

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from operator import add
from pathlib import Path
from typing import Final, NamedTuple, cast
from zlib import crc32

from bot.core.document import BREAK, parts_of
from bot.core.letters import normalise, plain_of, toned_keys
from bot.core.memo import Memo

EVERY: Final = "∀"
"""Stands in every document, for queries that only leave out."""
BEGINNING: Final = 3
"""Of each longer word so many letters are indexed as its beginning."""
BUCKETS: Final = 2048
"""With more of them fewer false documents are asked, but each item is indexed slower; a power of two."""
_REMEMBERED: Final = 65_536
_PLACES: Final = 512
"""There are fewer common words."""
_BOTH_COMMON: Final = 8 * BUCKETS
"""Sums from here on are those of two common words, or of a word and the end of its part."""


class Folded(NamedTuple):
    """A document as it is kept and as the index is told of it; UTF-8, as the database wants it."""

    toned: bytes
    """The toned keys in order (see `FoldedText`): all else follows from them."""
    words: bytes
    """The words of the index, apart by blanks, a few of them twice; those for every document and the source are not."""


class Facets(NamedTuple):
    """What a word puts into the index; texts are handled as columns of these, for there are many words.

    What two words side by side put into it is told by sums: of `first` of the one and `second` of the other, and where
    both are common, of `common_first` and `common_second`.
    """

    toned: bytes
    first: int
    second: int
    common_first: int
    common_second: int


def source_token(number: int) -> str:
    """The word that stands in every document of a source."""
    return f"§{number}"


def beginning_token(plain: str) -> str:
    """The word that stands in every document with a longer word, no common one, that begins like *plain*."""
    return f"…{plain[:BEGINNING]}"


def pair_token(first: str, second: str) -> str:
    """The word that stands in every document where these two words, by their plain keys, are side by side; where both
    are common it stands in no other."""
    if is_common(first, second):
        return f"{first}·{second}"
    return _buckets()[_of_toned()[first].first + _of_toned()[second].second].decode()


def common_beginning_with(letters: str) -> list[str]:
    """The common words, by their plain keys, that are longer than their beginning *letters*."""
    return sorted(word for word in _common() if len(word) > BEGINNING and word.startswith(letters))


def is_common(*plains: str) -> bool:
    """Whether all these words are so common that their pairs are words of their own."""
    return all(plain in _common() for plain in plains)


def fold_for_index(title: str, summary: str | None, body: str | None) -> Folded:
    """Fold the texts of an item as they are written."""
    head, middle, rest = map(_facets_in, parts_of(title, summary, body))
    between = _facets_of(BREAK)
    return _folded([*head, *between, *middle, *between, *rest])


def fold_again(toned: str) -> Folded:
    """What `fold_for_index` gave, from what was kept of it."""
    return _folded(_facets_of(toned))


def _facets_in(text: str) -> list[Facets]:
    pieces = normalise(text).split()
    facets = list(map(_in_piece().__getitem__, pieces))
    if not all(facets):
        return [each for piece in pieces for each in _facets_of(toned_keys(piece))]
    return cast("list[Facets]", facets)


def _facets_of(toned: str) -> list[Facets]:
    return list(map(_of_toned().__getitem__, toned.split()))


def _folded(facets: list[Facets]) -> Folded:
    toned, firsts, seconds, common_firsts, common_seconds = zip(*facets, strict=True)
    words = map(_words().__getitem__, set(toned))
    pairs = {
        *map(_buckets().__getitem__, map(add, firsts, seconds[1:])),
        *map(_common_pairs().__getitem__, map(add, common_firsts, common_seconds[1:])),
    }
    return Folded(b" %b " % b" ".join(toned), b" ".join((*words, *pairs)))


@lru_cache(maxsize=1)
def _in_piece() -> Memo[str, Facets | tuple[()]]:
    """The facets of what stands between two blanks; none where that is not one word."""
    return Memo(lambda piece: _only(toned_keys(piece).split()), _REMEMBERED)


@lru_cache(maxsize=1)
def _of_toned() -> Memo[str, Facets]:
    return Memo(_facets, _REMEMBERED)


@lru_cache(maxsize=1)
def _words() -> Memo[bytes, bytes]:
    """The words of the index for a word of a text, by its toned key."""
    return Memo(_words_for, _REMEMBERED)


@lru_cache(maxsize=1)
def _buckets() -> tuple[bytes, ...]:
    """The words of the index for two words, by the sum of their numbers; empty where both are common."""
    tokens = [f"·{number:x}".encode() for number in range(BUCKETS)]
    return (*tokens * (_BOTH_COMMON // BUCKETS), *[b""] * (_BOTH_COMMON + 1))


@lru_cache(maxsize=1)
def _common_pairs() -> Memo[int, bytes]:
    """The words of the index for two common words, by the sum of their numbers; empty where one is not common."""
    return Memo(_common_pair, _REMEMBERED)


def _only(toned: Sequence[str]) -> Facets | tuple[()]:
    return _of_toned()[toned[0]] if len(toned) == 1 else ()


def _facets(toned: str) -> Facets:
    if toned == BREAK:
        return Facets(toned.encode(), _BOTH_COMMON, _BOTH_COMMON, 0, 0)
    plain = plain_of(toned)
    place, number = _common().get(plain, 0), crc32(plain.encode()) % BUCKETS
    less = _BOTH_COMMON // 2 if place else 0
    return Facets(toned.encode(), less + 3 * number, less + number, _PLACES * place, place)


def _words_for(key: bytes) -> bytes:
    toned = key.decode()
    if toned == BREAK:
        return b""
    plain = plain_of(toned)
    words = [plain] if plain == toned else [plain, toned]
    if len(plain) > BEGINNING and not is_common(plain):
        words.append(beginning_token(plain))
    return " ".join(words).encode()


def _common_pair(number: int) -> bytes:
    first, second = divmod(number, _PLACES)
    if not (first and second):
        return b""
    common = tuple(_common())
    return f"{common[first - 1]}·{common[second - 1]}".encode()


@lru_cache(maxsize=1)
def _common() -> dict[str, int]:
    """The common words and the place of each, from 1."""
    data = tomllib.loads(Path(__file__).with_name("search_common.toml").read_text("utf-8"))
    return {plain: place for place, plain in enumerate(sorted(set(" ".join(data["plain"]).split())), start=1)}
