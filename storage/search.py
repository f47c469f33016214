"""Full-text search: what a query finds, newest or best first, and the nearest where it finds nothing.

The index gives candidates by id, and an id carries the time, so the newest come first without sorting. Where a query
asks for more than the index can tell, each candidate's words are asked again by `Query.matches`: that is the meaning.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from aiosqlite import Connection

from bot.core.document import refold_document
from bot.core.hits import Snippet, snippet_of
from bot.core.letters import Word, fold_word
from bot.core.nearest import looser
from bot.core.query import Query, parse, telex_suspects
from bot.core.query_marks import open_last_word
from bot.core.query_mistakes import QueryMistake
from bot.core.rank import rank_of
from bot.core.spell import hints_for, near_misses
from bot.model import Found, Language, SearchPage, StoredItem
from storage.database import Database
from storage.instants import from_ms, to_ms
from storage.rows import as_json, stored_of
from storage.search_expression import expression_of, prefixes_in, source_token
from storage.search_words import SearchWords
from storage.search_writing import IDS_A_SECOND, SearchWriting
from storage.statements import rows, statements

MOST_COUNTED: Final = 1_000
"""Totals are exact to here; beyond, they are `more`."""
MOST_VERIFIED: Final = 8_000
"""So many candidates of an inexact expression are read at most."""
MOST_IN_TITLE: Final = 300
MOST_NEAREST: Final = 5
SNIPPET: Final = 240
_EARLIEST: Final = -(2**62)
_LATEST: Final = 2**62

Order: TypeAlias = Literal["newest", "best"]


@dataclass(frozen=True, slots=True)
class Scope:
    """A query as the index is asked: the expression, whether it needs verifying, the range of ids."""

    query: Query
    text: str
    exact: bool
    first: int
    after: int


class SearchIndex:
    """Search over the archive; days in a query are meant in *zone*."""

    def __init__(self, db: Database, zone: tzinfo | None = None) -> None:
        self._db = db
        self._zone = zone or ZoneInfo("Asia/Ho_Chi_Minh")
        self._sql = statements("search")
        self._items = statements("items")
        self._words = SearchWords()
        self._writing = SearchWriting(self._words)

    async def add(self, conn: Connection, stored: Sequence[StoredItem]) -> None:
        """Index new items inside the transaction that stores them; held ones are left out."""
        await self._writing.add(conn, stored)

    async def replace(self, conn: Connection, stored: Sequence[StoredItem]) -> None:
        """Index items anew inside the transaction that corrects, holds or releases them."""
        await self._writing.replace(conn, stored)

    async def remove(self, conn: Connection, ids: Sequence[int]) -> None:
        """Forget items inside the transaction that withdraws them."""
        await self._writing.remove(conn, ids)

    async def search(
        self,
        query_text: str,
        *,
        now: datetime,
        sources: Sequence[str] = (),
        order: Order = "newest",
        offset: int = 0,
        limit: int = 5,
        prefix_last: bool = False,
        language: Language = "vi",
    ) -> SearchPage:
        """One page of what *query_text* finds in *sources* (empty: in all).

        A mistake in the query comes back as `trouble`, in *language*. With *prefix_last* the last word counts as a
        beginning, as it does while somebody is still typing.
        """
        async with self._db.read() as conn:
            query = await self._parse(conn, open_last_word(query_text) if prefix_last else query_text, now)
            if isinstance(query, QueryMistake):
                return SearchPage(trouble=query.explain(language), trouble_at=query.position)
            scope = await self._scope(conn, query, sources)
            ids = await self._newest(conn, scope, max(MOST_COUNTED + 1, offset + limit + 1)) if scope else []
            if not ids:
                return SearchPage(nearest=await self._nearest(conn, query, sources))
            if order == "best" and scope:
                ids = await self._best(conn, scope, ids)
            found = await self._found(conn, query, ids[offset : offset + limit])
        return SearchPage(results=found, total=min(len(ids), MOST_COUNTED), more=len(ids) > MOST_COUNTED)

    async def parse(self, query_text: str, now: datetime) -> Query | QueryMistake:
        """Read a query as `search` does: a word that the archive knows is never taken for Telex."""
        async with self._db.read() as conn:
            return await self._parse(conn, query_text, now)

    async def hints(self, words: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """For each word that occurs nowhere, the known words most like it, the likeliest first."""
        async with self._db.read() as conn:
            hints = {word: await self._hints(conn, fold_word(word)) for word in words}
        return {word: found for word, found in hints.items() if found}

    async def commonest(self, most: int) -> Mapping[str, int]:
        """In about how many items each of the *most* commonest words was met (for `WatchIndex`)."""
        async with self._db.read() as conn:
            return await self._words.commonest(conn, most)

    async def _parse(self, conn: Connection, text: str, now: datetime) -> Query | QueryMistake:
        known = await self._words.known(conn, telex_suspects(text))
        return parse(text, now.astimezone(self._zone), known)

    async def _scope(self, conn: Connection, query: Query, sources: Sequence[str]) -> Scope | None:
        """How the index is asked; None where no source is left."""
        numbers = await rows(self._sql.search_sources(conn))
        wanted = [set(names) for names in (query.sources, sources) if names]
        expression = expression_of(query.root, await self._words.endings(conn, prefixes_in(query.root)))
        text = expression.text
        if wanted:
            inside = set.intersection(*wanted)
            tokens = [f'"{source_token(row["number"])}"' for row in numbers if row["source_id"] in inside]
            if not tokens:
                return None
            text = f"({text} AND ({' OR '.join(tokens)}))"
        left_out = [f'"{source_token(row["number"])}"' for row in numbers if row["source_id"] in query.other_than]
        if left_out:
            text = f"({text} NOT ({' OR '.join(left_out)}))"
        first = _EARLIEST if query.since is None else to_ms(query.since) // 1000 * IDS_A_SECOND
        after = _LATEST if query.until is None else to_ms(query.until) // 1000 * IDS_A_SECOND
        return Scope(query, text, expression.exact, first, after)

    async def _newest(self, conn: Connection, scope: Scope, most: int) -> list[int]:
        """The search ids of the newest documents that match, at most *most*."""
        if scope.exact:
            return await self._candidates(conn, scope, scope.after, most)
        ids: list[int] = []
        async for search_id in self._verified(conn, scope, most):
            ids.append(search_id)
            if len(ids) == most:
                break
        return ids

    async def _candidates(self, conn: Connection, scope: Scope, after: int, most: int) -> list[int]:
        found = self._sql.found(conn, expression=scope.text, first=scope.first, after=after, most=most)
        return [row["search_id"] for row in await rows(found)]

    async def _verified(self, conn: Connection, scope: Scope, most: int) -> AsyncIterator[int]:
        after, read = scope.after, 0
        while read < MOST_VERIFIED:
            candidates = await self._candidates(conn, scope, after, most)
            for row in await rows(self._sql.texts_of_documents(conn, ids=as_json(candidates))):
                at = from_ms(row["search_id"] // IDS_A_SECOND * 1000)
                if scope.query.matches(refold_document(source=row["source_id"], at=at, toned=row["toned"])):
                    yield row["search_id"]
            if len(candidates) < most:
                return
            after, read = candidates[-1], read + len(candidates)

    async def _best(self, conn: Connection, scope: Scope, newest: list[int]) -> list[int]:
        """The ids that match best first, the newest on ties: of the *newest*, and of the newest hits in titles."""
        texts = await rows(self._sql.texts_of_documents(conn, ids=as_json(newest)))
        ranked = sorted(texts, key=lambda row: (-rank_of(scope.query, row["toned"]), -row["search_id"]))
        return [row["search_id"] for row in ranked]

    async def _nearest(self, conn: Connection, query: Query, sources: Sequence[str]) -> tuple[Found, ...]:
        for loose in looser(query, await self._meant(conn, query)):
            scope = await self._scope(conn, loose, sources)
            if scope and (ids := await self._newest(conn, scope, MOST_IN_TITLE)):
                best = await self._best(conn, scope, ids)
                return await self._found(conn, loose, best[:MOST_NEAREST])
        return ()

    async def _meant(self, conn: Connection, query: Query) -> dict[Word, Word]:
        words = {word for phrase in query.phrases for word in phrase.words}
        hints = {word: await self._hints(conn, word) for word in words}
        return {word: fold_word(found[0]) for word, found in hints.items() if found}

    async def _hints(self, conn: Connection, word: Word) -> tuple[str, ...]:
        return hints_for(word, await self._words.spelled(conn, near_misses(word)))

    async def _found(self, conn: Connection, query: Query, ids: Sequence[int]) -> tuple[Found, ...]:
        items = {
            row["search_id"]: row["item_id"] for row in await rows(self._sql.items_of_documents(conn, ids=as_json(ids)))
        }
        stored = {
            row["id"]: stored_of(row) for row in await rows(self._items.items_by_id(conn, ids=as_json(items.values())))
        }
        return tuple(_shown(stored[items[search_id]], query) for search_id in ids)


def _shown(stored: StoredItem, query: Query) -> Found:
    snippets = [snippet_of(text, query, SNIPPET) for text in (stored.item.summary, stored.item.body) if text]
    best = next((snippet for snippet in snippets if snippet.spans), snippets[0] if snippets else Snippet(""))
    return Found(stored=stored, snippet=best.text, spans=best.spans)
