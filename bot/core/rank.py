"""How well a document that matches answers a query: title over text, marks as typed over any, words side by side."""

from functools import lru_cache
from itertools import pairwise
from typing import Final

from bot.core.document import BREAK, plain_keys
from bot.core.letters import Word, with_final_i
from bot.core.query import Query

_IN_TITLE: Final = 8
_IN_TEXT: Final = 2
_SIDE_BY_SIDE: Final = 12


def rank_of(query: Query, toned: str) -> int:
    """Return a figure that is higher for a better match; *toned* are the document's toned keys (`FoldedDocument`)."""
    title, _, text = toned.partition(BREAK)
    plain_title = f" {plain_keys(title)} "
    words = _words(query)
    rank = 0
    for word in words:
        rank += _IN_TITLE * _closeness(word, title, plain_title) + _IN_TEXT * (f" {word.toned} " in text)
    return rank + _SIDE_BY_SIDE * sum(
        f" {first.plain} {second.plain} " in plain_title for first, second in pairwise(words)
    )


def _closeness(word: Word, toned: str, plain: str) -> int:
    """0 for a word that is absent, 4 for one that is there with the marks as typed, 3 for one with other marks."""
    if f" {word.toned} " in toned:
        return 4
    return 3 if not word.is_marked and f" {word.plain} " in plain else 0


@lru_cache(maxsize=64)
def _words(query: Query) -> tuple[Word, ...]:
    return tuple(dict.fromkeys(with_final_i(word) for phrase in query.phrases for word in phrase.words))
