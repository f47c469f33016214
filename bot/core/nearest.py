"""What to offer where nothing matches: looser queries, the closest to the one that was asked first."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bot.core.letters import Word
from bot.core.query import Query
from bot.core.query_tree import AllOf, AnyOf, Node, NoneOf, Phrase, changed

_MOST_LEFT_OUT: Final = 8
"""Of a longer query no single word is left out in turn: any of its words will do."""


def looser(query: Query, meant: Mapping[Word, Word]) -> Iterator[Query]:
    """Yield queries that find more than *query*, in the order in which they should be tried.

    Without marks; with the words that are *meant* for misspelt ones; with each word left out in turn; any of the words.
    Filters and exclusions stay.
    """
    if query.root is None:
        return
    bare = changed(query.root, _without_marks)
    yield replace(query, root=bare)
    if meant:
        yield replace(query, root=changed(query.root, lambda phrase: _respelled(phrase, meant)))
    wanted, excluded = _sides(changed(bare, _word_by_word))
    if 1 < len(wanted) <= _MOST_LEFT_OUT:
        for place in range(len(wanted) - 1, -1, -1):
            yield replace(query, root=AllOf((*wanted[:place], *wanted[place + 1 :], *excluded)))
    if len(wanted) > 1:
        yield replace(query, root=AllOf((AnyOf(wanted), *excluded)))


def _sides(node: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    parts = node.parts if isinstance(node, AllOf) else (node,)
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, AllOf) else (part,))]
    return (
        tuple(part for part in flat if not isinstance(part, NoneOf)),
        tuple(part for part in flat if isinstance(part, NoneOf)),
    )


def _without_marks(phrase: Phrase) -> Phrase:
    return Phrase(tuple(_bare(word) for word in phrase.words), phrase.open)


def _respelled(phrase: Phrase, meant: Mapping[Word, Word]) -> Phrase:
    return Phrase(tuple(meant.get(word, word) for word in phrase.words), phrase.open)


def _word_by_word(phrase: Phrase) -> Node:
    if len(phrase.words) == 1:
        return phrase
    last = len(phrase.words) - 1
    return AllOf(tuple(Phrase((word,), phrase.open and place == last) for place, word in enumerate(phrase.words)))


def _bare(word: Word) -> Word:
    return Word(word.plain, word.plain)
