"""A query's tree as an expression of FTS5. No text that a user typed reaches it, only folded keys in quotation marks.

The columns hold each word twice, plain and toned. A key without marks stands in a toned column only where it stands in
the plain one beside it, and a toned key with marks stands in toned columns alone: so no column need be named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final, assert_never

from bot.core.letters import Word, plain_of
from bot.core.query_tree import AllOf, AnyOf, Node, NoneOf, Phrase

EVERY: Final = "∀"
"""Stands in every document, for queries that only leave out."""
BEGINNING: Final = 3
"""The length of the beginnings that are indexed as words of their own."""
MOST_PHRASES: Final = 32
"""A phrase that ends in a prefix is spelled out in at most so many ways; beyond them its hits are verified."""


@dataclass(frozen=True, slots=True)
class Expression:
    """What FTS5 is asked; where it is not `exact` it finds too much, and `Query.matches` decides."""

    text: str
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Ending:
    """What a prefix stands for: `tokens`, one of which is in every document with such a word, and in others too where
    they are not `exact`; and the keys of all such `words`, or None where they are too many."""

    tokens: tuple[str, ...]
    words: tuple[str, ...] | None = None
    exact: bool = True


Endings = Mapping[Word, Ending]


def source_token(number: int) -> str:
    """The word that stands in every document of a source."""
    return f"§{number}"


def beginning_token(plain: str) -> str:
    """The word that stands in every document with a word that begins so."""
    return f"…{plain[:BEGINNING]}"


def origin_of(plain: str, source: int) -> str:
    """The words of a document's last column: every document, its source, and the beginnings of its plain words."""
    beginnings = {beginning_token(word) for word in plain.split() if len(word) >= BEGINNING}
    return " ".join((EVERY, source_token(source), *sorted(beginnings)))


def expression_of(node: Node | None, endings: Endings) -> Expression:
    """Return the expression that finds all documents that have what *node* asks for."""
    match node:
        case None:
            return Expression(_quoted(EVERY))
        case Phrase():
            return _phrase(node, endings)
        case AnyOf(parts):
            return _joined("OR", [expression_of(part, endings) for part in parts])
        case AllOf(parts):
            return _all_of(parts, endings)
        case NoneOf():
            return _all_of((node,), endings)
        case _:
            assert_never(node)


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


def _all_of(parts: tuple[Node, ...], endings: Endings) -> Expression:
    asked = [expression_of(part, endings) for part in parts if not isinstance(part, NoneOf)]
    excluded = [expression_of(part.part, endings) for part in parts if isinstance(part, NoneOf)]
    wanted = _joined("AND", asked) if asked else Expression(_quoted(EVERY))
    sure = [each for each in excluded if each.exact]
    exact = wanted.exact and len(sure) == len(excluded)
    if not sure:
        return Expression(wanted.text, exact)
    return Expression(f"({wanted.text} NOT {_joined('OR', sure).text})", exact)


def _phrase(phrase: Phrase, endings: Endings) -> Expression:
    if not phrase.open:
        return _side_by_side(phrase.words)
    *closed, last = phrase.words
    ending = endings[last]
    some = Expression(_any_of(ending.tokens), ending.exact)
    if not closed:
        return some
    if ending.words is None or len(ending.words) > MOST_PHRASES:
        return Expression(f"({_side_by_side(tuple(closed)).text} AND {some.text})", exact=False)
    words = [Word(plain_of(key), key) for key in ending.words]
    return _joined("OR", [_side_by_side((*closed, word)) for word in words]) if words else some


def _side_by_side(words: tuple[Word, ...]) -> Expression:
    """A phrase cannot span two columns: marked and bare words together are found by their plain keys and verified."""
    if all(word.is_marked for word in words) or not any(word.is_marked for word in words):
        return Expression(_quoted(" ".join(word.key for word in words)))
    runs = (tuple(run) for marked, run in groupby(words, key=lambda word: word.is_marked) if marked)
    toned = [_quoted(" ".join(word.toned for word in run)) for run in runs]
    return Expression(f"({' AND '.join([_quoted(' '.join(word.plain for word in words)), *toned])})", exact=False)


def _joined(operator: str, parts: list[Expression]) -> Expression:
    if len(parts) == 1:
        return parts[0]
    return Expression(f"({f' {operator} '.join(part.text for part in parts)})", all(part.exact for part in parts))


def _any_of(tokens: tuple[str, ...]) -> str:
    return f"({' OR '.join(map(_quoted, tokens))})"


def _quoted(key: str) -> str:
    return f'"{key}"'
