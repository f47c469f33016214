"""Which documents a query finds: the ids of the newest, in bounded time."""

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from sqlite3 import Connection
from typing import Final

from bot.core.document import FoldedText
from bot.core.query import Query
from bot.core.query_tree import AllOf, Node, Phrase, holds, piece_around
from storage.rows import as_json
from storage.search_expression import Expression, Look, expression_of
from storage.search_tokens import source_token
from storage.search_words import SearchWords
from storage.search_writing import FARTHEST, IDS_A_SECOND, moment_of
from storage.statements import visiting_statements

PARTS: Final = 1024
"""The first part of a laborious query is so small a part of the archive's time."""
MOST_SIMPLE: Final = 2
"""A query of so many words or phrases is asked of all time at once: its cost is bounded by its words."""
AT_ONCE: Final = 128
"""So many candidates are read at once to be asked one by one: of a phrase by which pieces of text they have it."""
MORE_AT_ONCE: Final = 32
"""Then the engine looks for those pieces, in so many candidates more than are wanted."""
_PIECES: Final = "abcd"
_OLDEST: Final = 2**62


@dataclass(frozen=True, slots=True)
class Scope:
    """A query as the index is asked: an expression, and the range of ids (both ends within) that its days allow."""

    expression: Expression
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Hits:
    """The ids of the newest documents found, the newest first; `cut` where older ones were not looked for."""

    ids: tuple[int, ...]
    cut: bool = False


class SearchHits:
    """Asks the index, in a visit to the caller's connection.

    *stopwatch* gives seconds; an archive of at most *small* items is asked as a whole, whatever the query.
    """

    def __init__(self, words: SearchWords, stopwatch: Callable[[], float], small: int) -> None:
        self._words = words
        self._stopwatch = stopwatch
        self._small = small
        self._sql = visiting_statements("search")

    def find(self, conn: Connection, query: Query, sources: Sequence[str], most: int, until: float) -> Hits:
        """At most *most* documents that *query* finds in *sources* (empty: in all); *until* is by the stopwatch."""
        scope = self._scope(conn, query, sources)
        if scope is None:
            return Hits(())
        if _is_simple(query):
            return self._ask(conn, scope, scope.first, scope.last, most, until)
        span = self._sql.span_of_search_ids(conn)
        if span is None or span["lowest"] is None:
            return Hits(())
        first, last = max(scope.first, span["lowest"]), min(scope.last, span["highest"])
        if span["items"] <= self._small:
            return self._ask(conn, scope, first, last, most, math.inf)
        return self._ask_in_parts(conn, scope, first, last, most, until)

    def _ask_in_parts(self, conn: Connection, scope: Scope, first: int, last: int, most: int, until: float) -> Hits:
        """Nothing stops the engine inside one question, so a question that may take long is asked in parts.

        Each part spans as much time as all before it, and so takes about as long as all of them.
        """
        part = max((last - first) // PARTS, IDS_A_SECOND)
        ids: list[int] = []
        while first <= last and len(ids) < most:
            if self._stopwatch() > until:
                return Hits(tuple(ids), cut=True)
            hits = self._ask(conn, scope, first, min(first + part - 1, last), most - len(ids), until)
            ids += hits.ids
            if hits.cut:
                return Hits(tuple(ids), cut=True)
            first, part = first + part, part * 2
        return Hits(tuple(ids))

    def _ask(self, conn: Connection, scope: Scope, first: int, last: int, most: int, until: float) -> Hits:
        asked = scope.expression
        if asked.doubt is None:
            return Hits(self._told(conn, asked.text, first, last, most))
        if asked.apart is None:
            return self._asked_one_by_one(conn, asked, asked.doubt, first, last, most, until)
        sure, others = asked.apart
        told = self._told(conn, sure, first, last, most)
        # Older than all that are wanted nobody needs the others.
        last = told[-1] if len(told) == most else last
        found = self._asked_one_by_one(conn, replace(asked, text=others), asked.doubt, first, last, most, until)
        return Hits(tuple(sorted({*told, *found.ids})[:most]), cut=found.cut)

    def _told(self, conn: Connection, text: str, first: int, last: int, most: int) -> tuple[int, ...]:
        return tuple(json.loads(self._sql.found(conn, expression=text, first=first, last=last, most=most)))

    def _asked_one_by_one(
        self, conn: Connection, asked: Expression, doubt: Node, first: int, last: int, most: int, until: float
    ) -> Hits:
        text, look = asked.text, asked.look
        ids: list[int] = []
        pieces: Counter[str] = Counter(look.phrase.needles if look and look.phrase.is_marked else ())
        while len(ids) < most:
            if self._stopwatch() > until:
                return Hits(tuple(ids), cut=True)
            at_once = most - len(ids) + MORE_AT_ONCE if pieces else AT_ONCE
            likely = _as_parameters([piece for piece, _ in pieces.most_common(len(_PIECES))])
            found = self._sql.candidates(conn, expression=text, first=first, last=last, most=at_once, **likely)
            candidates: list[int] = json.loads(found)
            ids += self._without_doubt(conn, doubt, look, candidates, pieces)
            if len(candidates) < at_once:
                break
            first = abs(candidates[-1]) + 1
        return Hits(tuple(ids[:most]))

    def _without_doubt(
        self, conn: Connection, doubt: Node, look: Look | None, candidates: Sequence[int], pieces: Counter[str]
    ) -> list[int]:
        """Those that have what is wanted; the *pieces* by which they have it are counted."""
        sure = [search_id for search_id in candidates if search_id > 0]
        if len(sure) == len(candidates) or (look is not None and look.phrase.is_marked):
            return sure
        asked = as_json(-search_id for search_id in candidates if search_id < 0)
        found = self._sql.texts_of_documents(conn, ids=asked)
        for search_id, text in zip(map(int, found["ids"].split()), found["texts"].split("\n"), strict=True):
            if look is None:
                has = holds(doubt, FoldedText(toned=text))
            else:
                piece = piece_around(look.phrase, look.place, look.spellings, text)
                has = piece is not None
                pieces.update([piece] if piece else [])
            if has:
                sure.append(search_id)
        return sorted(sure)

    def _scope(self, conn: Connection, query: Query, sources: Sequence[str]) -> Scope | None:
        """How the index is asked; None where no source is left."""
        wanted = [set(names) for names in (query.sources, sources) if names]
        numbers = list(self._sql.search_sources(conn)) if wanted or query.other_than else []
        found = expression_of(query.root, self._words.vocabulary(conn, query.root))
        if wanted:
            inside = set.intersection(*wanted)
            tokens = [f'"{source_token(row["number"])}"' for row in numbers if row["source_id"] in inside]
            if not tokens:
                return None
            found = found.narrowed(f"AND ({' OR '.join(tokens)})")
        left_out = [f'"{source_token(row["number"])}"' for row in numbers if row["source_id"] in query.other_than]
        if left_out:
            found = found.narrowed(f"NOT ({' OR '.join(left_out)})")
        return Scope(
            found,
            -_OLDEST if query.until is None else FARTHEST - moment_of(query.until) + 1,
            _OLDEST if query.since is None else FARTHEST - moment_of(query.since),
        )


def _as_parameters(pieces: Sequence[str]) -> dict[str, bytes]:
    """Pieces that the engine looks for; in UTF-8 no text has a byte of ones."""
    return dict.fromkeys(_PIECES, b"\xff") | dict(zip(_PIECES, (piece.encode() for piece in pieces), strict=False))


def _is_simple(query: Query) -> bool:
    match query.root:
        case Phrase() | None:
            return True
        case AllOf(parts):
            return len(parts) <= MOST_SIMPLE and all(isinstance(part, Phrase) for part in parts)
        case _:
            return False
