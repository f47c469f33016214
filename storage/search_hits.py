"""Which documents a query finds: the ids of the newest, in bounded time."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from sqlite3 import Row
from typing import Final

from aiosqlite import Connection

from bot.core.document import FoldedDocument
from bot.core.query import Query
from bot.core.query_tree import AllOf, Phrase
from storage.rows import as_json
from storage.search_expression import Expression, expression_of
from storage.search_tokens import source_token
from storage.search_words import SearchWords
from storage.search_writing import FARTHEST, IDS_A_SECOND, instant_of, moment_of
from storage.statements import rows, statements

PARTS: Final = 1024
"""The first part of a laborious query is so small a part of the archive's time."""
MOST_SIMPLE: Final = 2
"""A query of so many words or phrases is asked of all time at once: its cost is bounded by its words."""
MOST_AT_ONCE: Final = 128
"""So many candidates are read at once to be asked one by one."""
_OLDEST: Final = 2**62


@dataclass(frozen=True, slots=True)
class Scope:
    """A query as the index is asked: an expression, and the range of ids (both ends within) that its days allow."""

    query: Query
    expression: Expression
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Hits:
    """The ids of the newest documents found, the newest first; `cut` where older ones were not looked for."""

    ids: tuple[int, ...]
    cut: bool = False


class SearchHits:
    """Asks the index on the caller's connection.

    *stopwatch* gives seconds; an archive of at most *small* items is asked as a whole, whatever the query.
    """

    def __init__(self, words: SearchWords, stopwatch: Callable[[], float], small: int) -> None:
        self._words = words
        self._stopwatch = stopwatch
        self._small = small
        self._sql = statements("search")

    async def find(self, conn: Connection, query: Query, sources: Sequence[str], most: int, until: float) -> Hits:
        """At most *most* documents that *query* finds in *sources* (empty: in all); *until* is by the stopwatch."""
        scope = await self._scope(conn, query, sources)
        if scope is None:
            return Hits(())
        if scope.expression.exact and _is_simple(query):
            return await self._ask(conn, scope, scope.first, scope.last, most, until)
        span = await self._sql.span_of_search_ids(conn)
        if span is None or span["lowest"] is None:
            return Hits(())
        first, last = max(scope.first, span["lowest"]), min(scope.last, span["highest"])
        if span["items"] <= self._small:
            return await self._ask(conn, scope, first, last, most, math.inf)
        if _is_simple(query) and scope.expression.enough is not None:
            return await self._ask(conn, scope, first, last, most, until)
        return await self._ask_in_parts(conn, scope, first, last, most, until)

    async def _ask_in_parts(
        self, conn: Connection, scope: Scope, first: int, last: int, most: int, until: float
    ) -> Hits:
        """Nothing stops the engine inside one question, so a question that may take long is asked in parts.

        Each part spans as much time as all before it, and so takes about as long as all of them.
        """
        part = max((last - first) // PARTS, IDS_A_SECOND)
        ids: list[int] = []
        while first <= last and len(ids) < most:
            if self._stopwatch() > until:
                return Hits(tuple(ids), cut=True)
            hits = await self._ask(conn, scope, first, min(first + part - 1, last), most - len(ids), until)
            ids += hits.ids
            if hits.cut:
                return Hits(tuple(ids), cut=True)
            first, part = first + part, part * 2
        return Hits(tuple(ids))

    async def _ask(self, conn: Connection, scope: Scope, first: int, last: int, most: int, until: float) -> Hits:
        text, enough = scope.expression.text, scope.expression.enough
        if scope.expression.exact:
            found = await self._sql.found(conn, expression=text, first=first, last=last, most=most)
            return Hits(tuple(json.loads(found)))
        ids: list[int] = []
        at_once = MOST_AT_ONCE if enough is None else most
        while len(ids) < most:
            if self._stopwatch() > until:
                return Hits(tuple(ids), cut=True)
            candidates = await rows(
                self._sql.candidates(
                    conn,
                    expression=text,
                    first=first,
                    last=last,
                    most=at_once,
                    enough=None if enough is None else as_json(enough),
                    decisive=scope.expression.decisive,
                )
            )
            ids += [row["search_id"] for row in candidates if _matches(scope.query, row)]
            if len(candidates) < at_once:
                break
            first, at_once = candidates[-1]["search_id"] + 1, MOST_AT_ONCE
        return Hits(tuple(ids[:most]))

    async def _scope(self, conn: Connection, query: Query, sources: Sequence[str]) -> Scope | None:
        """How the index is asked; None where no source is left."""
        wanted = [set(names) for names in (query.sources, sources) if names]
        numbers = await rows(self._sql.search_sources(conn)) if wanted or query.other_than else []
        found = expression_of(query.root, await self._words.vocabulary(conn, query.root))
        text = found.text
        if wanted:
            inside = set.intersection(*wanted)
            tokens = [f'"{source_token(row["number"])}"' for row in numbers if row["source_id"] in inside]
            if not tokens:
                return None
            text = f"({text} AND ({' OR '.join(tokens)}))"
        left_out = [f'"{source_token(row["number"])}"' for row in numbers if row["source_id"] in query.other_than]
        if left_out:
            text = f"({text} NOT ({' OR '.join(left_out)}))"
        return Scope(
            query,
            replace(found, text=text),
            -_OLDEST if query.until is None else FARTHEST - moment_of(query.until) + 1,
            _OLDEST if query.since is None else FARTHEST - moment_of(query.since),
        )


def _matches(query: Query, row: Row) -> bool:
    if not row["doubtful"]:
        return row["doubtful"] is None
    at = instant_of(row["search_id"])
    return query.matches(FoldedDocument(source=row["source_id"], at=at, toned=row["doubtful"]))


def _is_simple(query: Query) -> bool:
    match query.root:
        case Phrase() | None:
            return True
        case AllOf(parts):
            return len(parts) <= MOST_SIMPLE and all(isinstance(part, Phrase) for part in parts)
        case _:
            return False
