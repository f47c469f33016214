"""A query's tree as an expression of FTS5. No text that a user typed reaches it, only folded keys in quotation marks.

The index holds each word twice, plain and toned. A toned key with marks is nobody's plain key, and a key without marks,
if it is toned at all, stands beside its equal: so none need be told from the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
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
MOST_OF_A_PHRASE: Final = 6
"""Of a long phrase so many pairs are asked of the engine: they leave hardly a document that has it not."""
USUAL: Final = 0.5
"""A word with its marks is asked for beside its pair where it is a smaller part of what it is without them."""
MOST_PHRASES: Final = 32
"""A phrase that ends in a prefix is spelled out in at most so many ways; beyond them only what stands before it is."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a closed phrase is looked for in toned texts: its word at `place` stands there in one of the `spellings`."""

    phrase: Phrase
    place: int
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """What FTS5 is asked. It finds every document that has what is wanted; where there is a `doubt` it finds others,
    too, and each is asked for that. Where that is a closed phrase, there is a `look`."""

    text: str
    doubt: Node | None = None
    look: Look | None = None
    breadth: int = 1
    """How many alternatives the engine follows at once: each step through the documents costs as much."""

    @property
    def exact(self) -> bool:
        """Whether it finds nothing else."""
        return self.doubt is None


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
    """What each prefix of a query stands for, and how the words of its phrases are spelled: by plain key the toned
    ones, the commonest first, with about how many documents have each."""

    endings: Mapping[Word, Ending] = field(default_factory=dict)
    spellings: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def seen(self, word: Word) -> int:
        """In about how many documents *word* is: with its marks, or where it has none, with any."""
        spelled = self.spellings.get(word.plain, {})
        return spelled.get(word.toned, 0) if word.is_marked else sum(spelled.values())

    def spelled(self, word: Word) -> tuple[str, ...]:
        """The toned keys that *word* may have in a text, the commonest first."""
        return (word.toned,) if word.is_marked else tuple(self.spellings.get(word.plain, ()))


def expression_of(node: Node | None, known: Vocabulary) -> Expression:
    """Return the expression that finds all documents that have what *node* asks for."""
    match node:
        case None:
            return Expression(_quoted(EVERY))
        case Phrase():
            return _phrase(node, known)
        case AnyOf(parts):
            return _any_of(node, [expression_of(part, known) for part in parts])
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


def _all_of(parts: tuple[Node, ...], known: Vocabulary) -> Expression:
    wishes: list[Node] = [part for part in parts if not isinstance(part, NoneOf)]
    exclusions = [part for part in parts if isinstance(part, NoneOf)]
    if any(each.part in wishes for each in exclusions):
        return Expression(_quoted(NEVER))
    asked = _narrow([(wish, expression_of(wish, known)) for wish in _telling(wishes)])
    doubts = [wish for wish in wishes if wish not in asked]
    doubts += [each.doubt for each in asked.values() if each.doubt is not None]
    left_out = []
    for exclusion in exclusions:
        excluded = expression_of(exclusion.part, known)
        if excluded.exact and excluded.breadth <= BROAD:
            left_out.append(excluded.text)
        else:
            doubts.append(exclusion)
    text = _and(*(each.text for each in asked.values())) if asked else _quoted(EVERY)
    if left_out:
        text = f"({text} NOT {_or(*left_out)})"
    look = next((each.look for each in asked.values() if doubts == [each.doubt]), None)
    return Expression(text, _all(doubts), look, max((each.breadth for each in asked.values()), default=1))


def _telling(wishes: list[Node]) -> list[Node]:
    """The wishes that the engine is asked for; of those for common words only so many.

    The engine cannot be stopped between two hits, and of twenty common words it finds none in a million documents. So
    the documents that have some of them are asked for the others.
    """
    common = [wish for wish in wishes if isinstance(wish, Phrase) and not wish.open and is_common(*_plains(wish))]
    others = [wish for wish in wishes if wish not in common]
    return others + common[: max(0, MOST_TELLING - len(others))]


def _narrow(asked: list[tuple[Node, Expression]]) -> dict[Node, Expression]:
    """Beside a word that is not common the engine is not asked for many alternatives: up to the next document with that
    word, which may be the last of all, it would follow each of them."""
    narrow = [(part, each) for part, each in asked if each.breadth <= BROAD]
    if any(isinstance(part, Phrase) and not is_common(*_plains(part)) for part, _ in narrow):
        asked = narrow
    return dict(asked)


def _plains(phrase: Phrase) -> list[str]:
    return [word.plain for word in phrase.words]


def _phrase(phrase: Phrase, known: Vocabulary) -> Expression:
    if not phrase.open:
        return _side_by_side(phrase, known)
    *closed, last = phrase.words
    ending = known.endings[last]
    if not closed:
        return Expression(ending.text, None if ending.exact else phrase, breadth=ending.breadth)
    if ending.words is None or len(ending.words) > MOST_PHRASES:
        return Expression(_and(_side_by_side(Phrase(tuple(closed)), known).text, ending.text), phrase)
    words = [Word(plain_of(key), key) for key in ending.words]
    found = _any_of(phrase, [_side_by_side(Phrase((*closed, word)), known) for word in words])
    return found if found.exact else replace(found, doubt=phrase, look=None)


def _side_by_side(phrase: Phrase, known: Vocabulary) -> Expression:
    """The pairs of its words and its rarest word: each further word costs more than the documents that it spares. Of
    two common words the pair says all but their marks, and those are as in most documents, or asked for."""
    words = phrase.words
    if len(words) == 1:
        return Expression(_quoted(words[0].key))
    pairs = sorted(pairwise(_plains(phrase)), key=lambda pair: not is_common(*pair))
    is_sure = is_common(*_plains(phrase))
    keys = [pair_token(*pair) for pair in pairs[:MOST_OF_A_PHRASE]]
    rarest = min(range(len(words)), key=lambda place: known.seen(words[place]))
    if not is_sure:
        keys.append(words[rarest].key)
    keys += [word.toned for word in words[:MOST_OF_A_PHRASE] if word.is_marked and _is_unusual(word, known)]
    text = _and(*map(_quoted, dict.fromkeys(keys)))
    if is_sure and len(words) == 2 and not any(word.is_marked for word in words):
        return Expression(text)
    return Expression(text, phrase, Look(phrase, rarest, known.spelled(words[rarest])))


def _is_unusual(word: Word, known: Vocabulary) -> bool:
    return known.seen(word) < USUAL * sum(known.spellings.get(word.plain, {}).values())


def _any_of(node: Node, parts: list[Expression]) -> Expression:
    """The whole *node* is in doubt where one of its parts is: which of them found a document nobody says."""
    if len(parts) == 1:
        return parts[0]
    doubt = None if all(part.exact for part in parts) else node
    return Expression(_or(*(part.text for part in parts)), doubt, breadth=sum(part.breadth for part in parts))


def _all(doubts: list[Node]) -> Node | None:
    if len(doubts) > 1:
        return AllOf(tuple(doubts))
    return doubts[0] if doubts else None


def _and(*texts: str) -> str:
    return texts[0] if len(texts) == 1 else f"({' AND '.join(texts)})"


def _or(*texts: str) -> str:
    return texts[0] if len(texts) == 1 else f"({' OR '.join(texts)})"


def one_of(tokens: Iterable[str]) -> str:
    """Return the expression that finds any of these words."""
    return f"({' OR '.join(map(_quoted, tokens))})"


def beginning_with(letters: str) -> str:
    """Return the expression that finds any word with these first letters; its cost grows with how many there are."""
    return f"{_quoted(letters)} *"


def _quoted(key: str) -> str:
    return f'"{key}"'
