"""Words of watched queries that look misspelt: nobody who waits for news learns otherwise that none can come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.chats.clerk import Clerk
from bot.core.syllables import is_syllable

_LONGEST: Final = 20
_AROUND_WORDS: Final = '"“”(),;'
_OPERATORS: Final = frozenset({"AND", "OR", "HOẶC", "NOT"})


async def hints_of(clerk: Clerk, queries: Mapping[int, str]) -> dict[int, str]:
    """For each query the words that were perhaps meant; empty where the archive knows its words, or none like them."""
    spelled = {number: _spelled(query) for number, query in queries.items()}
    known = await clerk.desk.store.search.hints(sorted({word for words in spelled.values() for word in words}))
    return {number: _meant(words, known) for number, words in spelled.items()}


async def slips_in(clerk: Clerk, query: str) -> str:
    """The words that were perhaps meant by those that are no Vietnamese syllables; empty where there are none.

    A syllable that the archive does not know yet may be the very news that is waited for.
    """
    words = [word for word in _spelled(query) if not is_syllable(word)]
    return _meant(words, await clerk.desk.store.search.hints(words)) if words else ""


def _meant(words: Sequence[str], known: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(known[word][0] for word in words if word in known)[:_LONGEST]


def _spelled(query: str) -> list[str]:
    """The whole words that a query asks for; neither beginnings nor what it excludes."""
    words = (word.strip(_AROUND_WORDS) for word in query.split() if not word.startswith("-"))
    return [word for word in words if word.isalpha() and word not in _OPERATORS]
