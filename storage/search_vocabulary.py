"""What a query needs to know of the archive's words, and which of them it needs to know."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import prod
from typing import Final

from bot.core.letters import Word, plain_of
from bot.core.query_tree import AllOf, AnyOf, Node, NoneOf, Phrase, closed_words
from storage.search_tokens import compound_token, pair_token

BROAD: Final = 16
"""The engine is not asked for more alternatives than these where it need not be."""
MOST_PHRASES: Final = 32
"""A phrase that ends in a prefix is spelled out in at most so many ways; beyond them only what stands before it is."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a prefix stands for: the expression `text` finds every document with such a word, and others too where it is
    not `exact`; `words` are the keys of all such words, None where they are too many."""

    text: str
    words: tuple[str, ...] | None = None
    exact: bool = True
    breadth: int = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A word as the index is asked for it: by any of these `keys`, which about so many documents have."""

    keys: tuple[str, ...]
    seen: int


@dataclass(frozen=True, slots=True)
class Beside:
    """How the index knows of two words side by side."""

    own: tuple[str, ...]
    """The words of compounds: a document with one of them has the two."""
    shared: str | None
    """The word of all other pairs with these plain keys, and of further ones; None: the archive has no others."""
    words: tuple[Asked, ...] = ()
    """The two words, as they are where they are no compound."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """A document with the two has one of these."""
        return self.own if self.shared is None else (*self.own, self.shared)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What each prefix of a query stands for, and how the words of its phrases are spelled: by plain key the toned
    ones, the commonest first, with about how many documents have each."""

    endings: Mapping[Word, Ending] = field(default_factory=dict)
    spellings: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    compounds: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Those that the query may mean, by their plain keys; both with a blank between."""
    are_told: bool = True
    """Whether all documents are indexed with them."""

    def compounds_of(self, *words: Word) -> tuple[tuple[str, ...], ...]:
        """The compounds that these words may be, each as toned keys."""
        found = map(str.split, self.compounds.get(" ".join(word.plain for word in words), ()))
        return tuple(tuple(keys) for keys in found if all(map(_may_be, words, keys)))

    def are_all(self, compounds: Collection[tuple[str, ...]], *words: Word) -> bool:
        """Whether these words stand together in the archive as these compounds only."""
        ways = prod(len(self.spelled(word)) for word in words)
        return self.are_told and 0 < len(compounds) == ways

    def beside(self, first: Word, second: Word) -> Beside:
        """How the index knows that *second* stands behind *first*."""
        compounds = self.compounds_of(first, second)
        own = tuple(compound_token(" ".join(keys)) for keys in compounds)
        if self.are_all(compounds, first, second):
            return Beside(own, None)
        words = (
            self._asked_beside(first, Counter(one for one, _ in compounds), len(self.spelled(second))),
            self._asked_beside(second, Counter(other for _, other in compounds), len(self.spelled(first))),
        )
        return Beside(own, pair_token(first.plain, second.plain), words)

    def asked(self, word: Word) -> Asked:
        """How the index is asked for *word*."""
        return Asked((word.key,), self.seen(word))

    def _asked_beside(self, word: Word, compounds: Mapping[str, int], ways: int) -> Asked:
        """*word* without the spellings that are in as many *compounds* as there are *ways* to spell the other word."""
        spelled = self.spellings.get(word.plain, {})
        left = [toned for toned in spelled if not self.are_told or compounds.get(toned, 0) < max(ways, 1)]
        if word.is_marked or len(left) > BROAD or len(left) == len(spelled):
            return self.asked(word)
        return Asked(tuple(left), sum(spelled[toned] for toned in left))

    def seen(self, word: Word) -> int:
        """In about how many documents *word* is: with its marks, or where it has none, with any."""
        spelled = self.spellings.get(word.plain, {})
        return spelled.get(word.toned, 0) if word.is_marked else sum(spelled.values())

    def spelled(self, word: Word) -> tuple[str, ...]:
        """The toned keys that *word* may have in a text, the commonest first."""
        return (word.toned,) if word.is_marked else tuple(self.spellings.get(word.plain, ()))


def prefixes_in(node: Node | None) -> Iterator[Word]:
    """Yield the prefixes that *node* speaks of, excluded ones too."""
    match node:
        case Phrase(words, True):
            yield words[-1]
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from prefixes_in(part)
        case NoneOf(part):
            yield from prefixes_in(part)


def beside_others_in(node: Node | None) -> Iterator[Word]:
    """Yield the words of the phrases that *node* speaks of, of those of two words and more."""
    match node:
        case Phrase(words) if len(words) > 1:
            yield from closed_words(node)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from beside_others_in(part)
        case NoneOf(part):
            yield from beside_others_in(part)


def together_in(node: Node | None, endings: Mapping[Word, Ending]) -> Iterator[str]:
    """Yield what may be compounds of what is asked for, also with what a prefix stands for: plain keys with a blank
    between."""
    match node:
        case Phrase(words, is_open):
            ends = endings[words[-1]].words if is_open else None
            closed = [word.plain for word in closed_words(node)]
            for last in (plain_of(key) for key in ends or ()) if len(ends or ()) <= MOST_PHRASES else ():
                yield from _together([*closed[-2:], last])
            yield from _together(closed)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from together_in(part, endings)
        case NoneOf(part):
            yield from together_in(part, endings)


def _together(plains: Sequence[str]) -> Iterator[str]:
    yield from map(" ".join, pairwise(plains))
    yield from map(" ".join, zip(plains, plains[1:], plains[2:], strict=False))


def _may_be(word: Word, toned: str) -> bool:
    return not word.is_marked or word.toned == toned
