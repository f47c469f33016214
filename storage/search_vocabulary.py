"""What a query needs to know of the archive's words, and which of them it needs to know."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import prod
from typing import Final

from bot.core.letters import Word, plain_of
from bot.core.query_tree import AllOf, AnyOf, Node, NoneOf, Phrase, closed_words
from storage.search_tokens import compound_token, other_marks_token, pair_token

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
class Beside:
    """How the index knows of two words side by side: a document with them has one of these words."""

    own: tuple[str, ...]
    """Those of compounds: who has one of them has the two."""
    other_marks: str | None
    """Who has this one has the two, but for their marks."""
    shared: str | None
    """The one of many pairs."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.own, *filter(None, (self.other_marks, self.shared)))


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
            return Beside(own, None, None)
        is_compound = f"{first.plain} {second.plain}" in self.compounds
        other_marks = other_marks_token(first.plain, second.plain) if is_compound else None
        shared = None if is_compound and self.are_told else pair_token(first.plain, second.plain)
        return Beside(own, other_marks, shared)

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
