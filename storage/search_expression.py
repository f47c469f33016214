"""A query's tree as an expression of FTS5. No text that a user typed reaches it, only folded keys in quotation marks.

The columns hold each word twice, plain and toned. A toned key with marks stands in toned columns alone, and a key
without marks, if at all, only beside its equal in a plain one: so no column need be named.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise, product
from math import prod
from typing import Final, assert_never

from bot.core.letters import Word, plain_of
from bot.core.query_tree import AllOf, AnyOf, Node, NoneOf, Phrase, closed_words
from storage.search_tokens import EVERY, is_common, pair_token

BROAD: Final = 16
"""More alternatives than these are not left out by the engine, but by asking each document."""
NEVER: Final = "∅"
"""Stands in no document, for queries that want what they leave out."""
MOST_TELLING: Final = 4
"""Words beyond so many are asked of the engine only where they are not common."""
MOST_SPELLINGS: Final = 3
"""A phrase of marked and bare words is spelled out in at most so many ways: each costs what a phrase costs."""
MOST_ASKED_FOR: Final = 64
"""A document may be asked for so many spellings of a phrase at once."""
MOST_PHRASES: Final = 32
"""A phrase that ends in a prefix is spelled out in at most so many ways; beyond them its hits are verified."""


@dataclass(frozen=True, slots=True)
class Expression:
    """What FTS5 is asked. Where it is not `exact` it finds too much, and `Query.matches` decides.

    A document whose toned text holds one of each of `enough` matches without being asked, and where that is `decisive`
    no other does; None: each must be asked.
    """

    text: str
    exact: bool = True
    enough: tuple[tuple[str, ...], ...] | None = ()
    decisive: bool = True
    breadth: int = 1
    """How many alternatives the engine follows at once: each step through the documents costs as much."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a prefix stands for: the expression `text` finds every document with such a word, and others too where it is
    not `exact`; `words` are the keys of all such words, None where they are too many."""

    text: str
    words: tuple[str, ...] | None = None
    exact: bool = True
    breadth: int = 1


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the words of a query stand for: each prefix, and the toned keys of each bare word in a mixed phrase."""

    endings: Mapping[Word, Ending] = field(default_factory=dict)
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def expression_of(node: Node | None, known: Vocabulary) -> Expression:
    """Return the expression that finds all documents that have what *node* asks for."""
    match node:
        case None:
            return Expression(_quoted(EVERY))
        case Phrase():
            return _phrase(node, known)
        case AnyOf(parts):
            return _any_of([expression_of(part, known) for part in parts])
        case AllOf(parts):
            return _all_of(parts, known)
        case NoneOf():
            return _all_of((node,), known)
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


def spelled_in(node: Node | None) -> Iterator[str]:
    """Yield the plain keys of the bare words of mixed phrases, whose spellings the expression asks for."""
    match node:
        case Phrase(words):
            if any(word.is_marked for word in words):
                yield from (word.plain for word in closed_words(node) if not word.is_marked)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from spelled_in(part)
        case NoneOf(part):
            yield from spelled_in(part)


def _all_of(parts: tuple[Node, ...], known: Vocabulary) -> Expression:
    wishes: list[Node] = [part for part in parts if not isinstance(part, NoneOf)]
    if any(part.part in wishes for part in parts if isinstance(part, NoneOf)):
        return Expression(_quoted(NEVER))
    telling = _telling(wishes)
    asked = _narrow([(part, expression_of(part, known)) for part in telling])
    excluded = [expression_of(part.part, known) for part in parts if isinstance(part, NoneOf)]
    wanted = _both(asked) if asked else Expression(_quoted(EVERY))
    if len(asked) < len(wishes):
        wanted = replace(wanted, exact=False, enough=None)
    sure = [each for each in excluded if each.exact and each.breadth <= BROAD]
    text = f"({wanted.text} NOT {_any_of(sure).text})" if sure else wanted.text
    if len(sure) == len(excluded):
        return replace(wanted, text=text)
    return Expression(text, False, None, breadth=wanted.breadth)


def _telling(wishes: list[Node]) -> list[Node]:
    """The wishes that the engine is asked for; of those for common words only so many.

    The engine cannot be stopped between two hits, and of twenty common words it finds none in a million documents. So
    the documents that have some of them are asked for the others.
    """
    common = [wish for wish in wishes if isinstance(wish, Phrase) and not wish.open and is_common(*_plains(wish))]
    others = [wish for wish in wishes if wish not in common]
    return others + common[: max(0, MOST_TELLING - len(others))]


def _narrow(asked: list[tuple[Node, Expression]]) -> list[Expression]:
    """Beside a word that is not common the engine is not asked for many alternatives: up to the next document with that
    word, which may be the last of all, it would follow each of them."""
    narrow = [(part, each) for part, each in asked if each.breadth <= BROAD]
    if any(isinstance(part, Phrase) and not is_common(*_plains(part)) for part, _ in narrow):
        asked = narrow
    return [each for _, each in asked]


def _plains(phrase: Phrase) -> list[str]:
    return [word.plain for word in phrase.words]


def _phrase(phrase: Phrase, known: Vocabulary) -> Expression:
    if not phrase.open:
        return _side_by_side(phrase.words, known)
    *closed, last = phrase.words
    ending = known.endings[last]
    some = Expression(ending.text, ending.exact, () if ending.exact else None, breadth=ending.breadth)
    if not closed:
        return some
    if ending.words is None or len(ending.words) > MOST_PHRASES:
        return Expression(f"({_side_by_side(tuple(closed), known).text} AND {some.text})", False, None)
    words = [Word(plain_of(key), key) for key in ending.words]
    return _any_of([_side_by_side((*closed, word), known) for word in words]) if words else some


def _side_by_side(words: tuple[Word, ...], known: Vocabulary) -> Expression:
    """A phrase cannot span two columns. Where marked and bare words mix, each spelling of the bare ones is asked for
    among the toned words; where they are too many, the plain phrase is, and what it finds is asked for each."""
    marked = sum(word.is_marked for word in words)
    pairs = [_quoted(pair_token(a.plain, b.plain)) for a, b in pairwise(words) if is_common(a.plain, b.plain)]
    if len(words) > MOST_TELLING and len(pairs) > 1:
        rare = [_quoted(word.key) for word in words if not is_common(word.plain)]
        return Expression(_and(*(pairs + rare)[-MOST_TELLING:]), False, (_typed(words),), decisive=False)
    if marked in {0, len(words)}:
        whole = _quoted(" ".join(word.key for word in words))
        if len(words) == 2 and pairs and not marked:
            return Expression(pairs[0])
        return Expression(_and(*pairs, whole))
    spelled = [(word.toned,) if word.is_marked else known.spellings.get(word.plain, ()) for word in words]
    if 0 < prod(map(len, spelled)) <= MOST_SPELLINGS:
        ways = [" ".join(way) for way in product(*spelled)]
        return Expression(_and(*pairs, one_of(ways)), breadth=len(ways))
    runs = (tuple(run) for is_marked, run in groupby(words, key=lambda word: word.is_marked) if is_marked)
    toned = [_quoted(" ".join(word.toned for word in run)) for run in runs]
    plain = [] if len(words) == 2 and pairs else [_quoted(" ".join(word.plain for word in words))]
    all_ways = 0 < prod(map(len, spelled)) <= MOST_ASKED_FOR
    enough = tuple(f" {' '.join(way)} " for way in product(*spelled)) if all_ways else _typed(words)
    return Expression(_and(*pairs, *plain, *toned), False, (enough,), all_ways)


def _typed(words: tuple[Word, ...]) -> tuple[str]:
    return (f" {' '.join(word.toned for word in words)} ",)


def _both(parts: list[Expression]) -> Expression:
    if len(parts) == 1:
        return parts[0]
    enough = (
        None if any(part.enough is None for part in parts) else tuple(e for part in parts for e in part.enough or ())
    )
    text, breadth = _and(*(part.text for part in parts)), max(part.breadth for part in parts)
    decisive = all(part.decisive for part in parts)
    return Expression(text, all(part.exact for part in parts), enough, decisive, breadth)


def _any_of(parts: list[Expression]) -> Expression:
    if len(parts) == 1:
        return parts[0]
    exact = all(part.exact for part in parts)
    text, breadth = f"({' OR '.join(part.text for part in parts)})", sum(part.breadth for part in parts)
    return Expression(text, exact, () if exact else None, breadth=breadth)


def _and(*texts: str) -> str:
    return texts[0] if len(texts) == 1 else f"({' AND '.join(texts)})"


def one_of(tokens: Iterable[str]) -> str:
    """Return the expression that finds any of these words."""
    return f"({' OR '.join(map(_quoted, tokens))})"


def beginning_with(letters: str) -> str:
    """Return the expression that finds any word with these first letters; its cost grows with how many there are."""
    return f"{_quoted(letters)} *"


def _quoted(key: str) -> str:
    return f'"{key}"'
