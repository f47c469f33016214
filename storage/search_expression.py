"""A query's tree as an expression of FTS5. No text that a user typed reaches it, only folded keys in quotation marks.

The index holds each word twice, plain and toned. A toned key with marks is nobody's plain key, and a key without marks,
if it is toned at all, stands beside its equal: so none need be told from the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, assert_never

from bot.core.letters import Word, plain_of
from bot.core.query_tree import AllOf, AnyOf, Node, NoneOf, Phrase
from storage.search_tokens import EVERY, compound_token, is_common
from storage.search_vocabulary import MOST_PHRASES, Beside, Vocabulary

BROAD: Final = 16
"""More alternatives than these are not left out by the engine, but by asking each document."""
NEVER: Final = "∅"
"""Stands in no document, for queries that want what they leave out."""
MOST_TELLING: Final = 4
"""Words beyond so many are asked of the engine only where they are not common."""
MOST_OF_A_PHRASE: Final = 6
"""Of a long phrase so many pairs are asked of the engine: they leave hardly a document that has it not."""
LONGEST_COMPOUND: Final = 3
WORTH_ASKING: Final = 8
"""A further word of a phrase is asked for where not more than so many times as many documents have it."""


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
    apart: tuple[str, str] | None = None
    """Where some of what it finds is beyond doubt: the expression of these, and that of all others."""

    @property
    def exact(self) -> bool:
        """Whether it finds nothing else."""
        return self.doubt is None

    def narrowed(self, condition: str) -> "Expression":
        """The same where a *condition* holds too: how an expression goes on behind it, like `AND "x"`."""
        sure, others = self.apart or ("", "")
        apart = (f"({sure} {condition})", f"({others} {condition})") if self.apart else None
        return replace(self, text=f"({self.text} {condition})", apart=apart)


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
    return found if found.exact else replace(found, doubt=phrase, look=None, apart=None)


def _side_by_side(phrase: Phrase, known: Vocabulary) -> Expression:
    """Its pairs, and where each of them is shared with others, words of it, too (see `_sparing`)."""
    words = phrase.words
    if len(words) == 1:
        return Expression(_quoted(words[0].key))
    pairs = [known.beside(first, second) for first, second in pairwise(words)]
    if len(pairs) == 1:
        return _two_side_by_side(phrase, pairs[0], known)
    pairs.sort(key=lambda pair: pair.shared is not None)
    texts = [one_of(pair.tokens) for pair in pairs[:MOST_OF_A_PHRASE]]
    if pairs[0].shared is not None:
        texts += _sparing(phrase, known)
    found = Expression(_and(*dict.fromkeys(texts)), phrase, _look(phrase, known))
    return found if len(words) > LONGEST_COMPOUND else _as_compound(found, phrase, known)


def _as_compound(others: Expression, phrase: Phrase, known: Vocabulary) -> Expression:
    """The three words of *phrase* as compounds, and behind them as what their pairs find."""
    compounds = known.compounds_of(*phrase.words)
    if not compounds:
        return others
    own = one_of(compound_token(" ".join(keys)) for keys in compounds)
    if known.are_all(compounds, *phrase.words):
        return Expression(own, breadth=len(compounds))
    return replace(others, breadth=1 + len(compounds), apart=(own, f"({others.text} NOT {own})"))


def _two_side_by_side(phrase: Phrase, pair: Beside, known: Vocabulary) -> Expression:
    breadth = len(pair.tokens)
    is_bare = not any(word.is_marked for word in phrase.words)
    if pair.shared is None and (pair.other_marks is None or is_bare):
        return Expression(one_of(pair.tokens), breadth=breadth)
    others = one_of(token for token in pair.tokens if token not in pair.own)
    if pair.shared is not None:
        others = _and(*dict.fromkeys([others, *_sparing(phrase, known)]))
    look = _look(phrase, known)
    if not pair.own:
        return Expression(others, phrase, look, breadth)
    own = one_of(pair.own)
    return Expression(_or(own, others), phrase, look, breadth, (own, others))


def _sparing(phrase: Phrase, known: Vocabulary) -> list[str]:
    """The words of a phrase that are asked for beside pairs that others share, too: the rarest, and those that spare
    more documents than it costs to walk through all that have them."""
    rarest, *others = sorted(phrase.words, key=known.seen)
    return [_quoted(word.key) for word in (rarest, *others) if known.seen(word) <= known.seen(rarest) * WORTH_ASKING]


def _look(phrase: Phrase, known: Vocabulary) -> Look:
    rarest = _rarest_in(phrase, known)
    return Look(phrase, rarest, known.spelled(phrase.words[rarest]))


def _rarest_in(phrase: Phrase, known: Vocabulary) -> int:
    return min(range(len(phrase.words)), key=lambda place: known.seen(phrase.words[place]))


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
