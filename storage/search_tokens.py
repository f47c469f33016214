"""What the index holds of a text: each word plain and toned, and words made up: beginnings, pairs, the source."""

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple, cast

from bot.core.document import BREAK, parts_of
from bot.core.letters import normalise, plain_of, toned_keys
from bot.core.memo import Memo

EVERY: Final = "∀"
"""Stands in every document, for queries that only leave out."""
BEGINNING: Final = 3
"""Of each longer word so many letters are indexed as its beginning."""
_REMEMBERED: Final = 65_536


class Folded(NamedTuple):
    """A document as the index is told of it; in its text, summary and body are apart. A blank stands between words."""

    title_plain: str
    title_toned: str
    text_plain: str
    text_toned: str
    made_up: str

    @property
    def toned(self) -> str:
        """What is kept of it: all else follows from that."""
        return f" {self.title_toned} {BREAK} {self.text_toned} "


class Facets(NamedTuple):
    """What a word puts into the index; texts are handled as columns of these, for there are many words."""

    plain: str
    toned: str
    beginning: str
    """Empty where it is all of the word, and for common words, which are few enough to be asked for one by one."""
    common: str
    """The plain key again where it is common, or empty."""


def source_token(number: int) -> str:
    """The word that stands in every document of a source."""
    return f"§{number}"


def beginning_token(plain: str) -> str:
    """The word that stands in every document with a longer word, no common one, that begins like *plain*.

    Older documents have it for common ones, too.
    """
    return f"…{plain[:BEGINNING]}"


def pair_token(first: str, second: str) -> str:
    """The word that stands in every document where these two common words are side by side."""
    return f"{first}·{second}"


def common_beginning_with(letters: str) -> list[str]:
    """The common words, by their plain keys, that are longer than their beginning *letters*."""
    return sorted(word for word in _common() if len(word) > BEGINNING and word.startswith(letters))


def is_common(*plains: str) -> bool:
    """Whether all these words are so common that they are indexed in pairs."""
    return _common().issuperset(plains)


def fold_for_index(title: str, summary: str | None, body: str | None) -> Folded:
    """Fold the texts of an item as they are written."""
    head, middle, rest = map(_facets_in, parts_of(title, summary, body))
    return _folded(head, [*middle, *_facets_of(BREAK), *rest])


def fold_again(toned: str) -> Folded:
    """What `fold_for_index` gave, from what was kept of it."""
    title, _, text = toned.partition(BREAK)
    return _folded(_facets_of(title), _facets_of(text))


def common_beginnings(toned: str) -> str:
    """The beginnings of common words, which the first edition of the index held, too."""
    common = {facets.common for facets in _facets_of(toned)}
    return " ".join({beginning_token(plain) for plain in common if len(plain) > BEGINNING})


def _facets_in(text: str) -> list[Facets]:
    pieces = normalise(text).split()
    facets = list(map(_in_piece().__getitem__, pieces))
    if None in facets:
        return [each for piece in pieces for each in _facets_of(toned_keys(piece))]
    return cast("list[Facets]", facets)


def _facets_of(toned: str) -> list[Facets]:
    return list(map(_of_toned().__getitem__, toned.split()))


def _folded(title: list[Facets], text: list[Facets]) -> Folded:
    plain, toned, beginnings, common = zip(*title, *_facets_of(BREAK), *text, strict=True)
    pairs = {f"{first}·{second}" for first, second in pairwise(common) if first and second}
    return Folded(
        title_plain=" ".join(plain[: len(title)]),
        title_toned=" ".join(toned[: len(title)]),
        text_plain=" ".join(plain[len(title) + 1 :]),
        text_toned=" ".join(toned[len(title) + 1 :]),
        made_up=" ".join((*set(beginnings), *pairs)),
    )


@lru_cache(maxsize=1)
def _in_piece() -> Memo[Facets | None]:
    """The facets of what stands between two blanks; None where that is not one word."""
    return Memo(lambda piece: _only(toned_keys(piece).split()), _REMEMBERED)


@lru_cache(maxsize=1)
def _of_toned() -> Memo[Facets]:
    return Memo(_facets, _REMEMBERED)


def _only(toned: Sequence[str]) -> Facets | None:
    return _of_toned()[toned[0]] if len(toned) == 1 else None


def _facets(toned: str) -> Facets:
    plain = plain_of(toned)
    if is_common(plain):
        return Facets(plain, toned, "", plain)
    return Facets(plain, toned, beginning_token(plain) if len(plain) > BEGINNING else "", "")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    data = tomllib.loads(Path(__file__).with_name("search_common.toml").read_text("utf-8"))
    return frozenset(" ".join(data["plain"]).split()) - {BREAK}
