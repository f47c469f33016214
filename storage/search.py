"""Full-text search: what a query finds, newest or best first, and the nearest where it finds nothing.

The index gives candidates by id, and an id carries the time, so the newest come first without sorting. Where a query
asks for more than the index can tell, each candidate's words are asked again by `Query.matches`: that is the meaning.
"""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, tzinfo
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.core.hits import Snippet, snippet_of
from bot.core.letters import Word, fold_word, plain_of
from bot.core.nearest import looser
from bot.core.query import Query, parse, telex_suspects
from bot.core.query_marks import open_last_word
from bot.core.query_mistakes import QueryMistake
from bot.core.rank import rank_of
from bot.core.spell import hints_for, near_misses
from bot.model import Found, Language, SearchPage, StoredItem
from storage.connection import Connection
from storage.database import Database
from storage.latency import Latency
from storage.rows import as_json, stored_of
from storage.search_hits import SearchHits
from storage.search_tokens import Folded
from storage.search_words import SearchWords
from storage.search_writing import SearchWriting
from storage.statements import rows, statements

PATIENCE_S: Final = 0.03
"""After so long no further part of a laborious query is asked, and no looser one."""
LEFT_FOR_NEAREST_S: Final = 0.01
"""So long at least looser ones are asked where nothing was found."""
MOST_COUNTED: Final = 1_000
"""Totals are exact to here; beyond, they are `more`."""
MOST_RANKED: Final = 500
"""The best matches are those of so many of the newest."""
MOST_NEAR: Final = 200
"""Of so many items that nearly match, the best are offered."""
MOST_NEAREST: Final = 5
MOST_UNKNOWN: Final = 3
"""Of so many words that occur nowhere a likely meaning is looked for."""
SNIPPET: Final = 240
MERGED_AT_ONCE: Final = 200
"""Pages of the index that one step of tidying merges."""

Order: TypeAlias = Literal["newest", "best"]


class SearchIndex:
    """Search over the archive; days in a query are meant in *zone*.

    In an archive of more than *small* items a laborious query is cut after a few hundredths of a second by *stopwatch*;
    its page then says `more`, and its total is what was found so far.
    """

    def __init__(
        self,
        db: Database,
        zone: tzinfo | None = None,
        *,
        stopwatch: Callable[[], float] = time.monotonic,
        small: int = 10_000,
    ) -> None:
        self._db = db
        self._zone = zone or ZoneInfo("Asia/Ho_Chi_Minh")
        self._sql = statements("search")
        self._words = SearchWords()
        self._stopwatch = stopwatch
        self._hits = SearchHits(self._words, stopwatch, small)
        self.latency = Latency()
        self._writing = SearchWriting()

    async def add(self, conn: Connection, stored: Sequence[StoredItem], texts: Sequence[Folded | None] = ()) -> None:
        """Index new items inside the transaction that stores them; held ones are left out.

        *texts* holds for each what `fold_for_index` made of it, in another process perhaps, or None; empty: for none.
        """
        await self._writing.add(conn, stored, texts)

    async def replace(self, conn: Connection, stored: Sequence[StoredItem]) -> None:
        """Index items anew inside the transaction that corrects, holds or releases them."""
        await self._writing.replace(conn, stored)

    async def remove(self, conn: Connection, ids: Sequence[int]) -> None:
        """Forget items inside the transaction that withdraws them."""
        await self._writing.remove(conn, ids)

    @asynccontextmanager
    async def bulk(self) -> AsyncIterator[None]:
        """Within it pieces of the index are left as they are: `tidy` merges them once, not each a few times.

        Where the process is killed within it, the next `tidy` makes up for that.
        """
        async with self._db.write() as conn:
            await self._sql.merge_later(conn)
        try:
            yield
        finally:
            async with self._db.write() as conn:
                await self._sql.merge_as_usual(conn)

    async def tidy(self) -> bool:
        """Merge a little of the index, in a transaction of its own; False where nothing is left to merge.

        An index in few pieces answers several times faster; after a large import it is in many.
        """
        async with self._db.write() as conn:
            if await self._sql.is_merged_later(conn):
                await self._sql.merge_as_usual(conn)
            before: int = await self._sql.total_changes(conn)
            await self._sql.merge_index(conn, pages=-MERGED_AT_ONCE)
            after: int = await self._sql.total_changes(conn)
        return after - before >= 2

    async def search(
        self,
        asked: str | Query,
        *,
        now: datetime,
        sources: Sequence[str] = (),
        order: Order = "newest",
        offset: int = 0,
        limit: int = 5,
        prefix_last: bool = False,
        language: Language = "vi",
    ) -> SearchPage:
        """One page of what is *asked*, a text or what `parse` read in one, finds in *sources* (empty: in all).

        A mistake in the query comes back as `trouble`, in *language*. With *prefix_last* the last word counts as a
        beginning, as it does while somebody is still typing.
        """
        if prefix_last and isinstance(asked, str):
            asked = open_last_word(asked)
        with self.latency.measured(self._stopwatch):
            async with self._db.read() as conn:
                query = asked if isinstance(asked, Query) else await self._parse(conn, asked, now)
                if isinstance(query, QueryMistake):
                    return SearchPage(trouble=query.explain(language), trouble_at=query.position)
                most = max(MOST_COUNTED, offset + limit) + 1
                until = self._stopwatch() + PATIENCE_S
                hits = await self._hits.find(conn, query, sources, most, until)
                if not hits.ids:
                    until = max(until, self._stopwatch() + LEFT_FOR_NEAREST_S)
                    return SearchPage(more=hits.cut, nearest=await self._nearest(conn, query, sources, until))
                ids = hits.ids if order == "newest" else await self._best(conn, (query,), hits.ids)
                found = await self._found(conn, query, ids[offset : offset + limit])
        total = len(hits.ids)
        return SearchPage(results=found, total=min(total, MOST_COUNTED), more=hits.cut or total > MOST_COUNTED)

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

    async def _best(self, conn: Connection, queries: Sequence[Query], newest: Sequence[int]) -> tuple[int, ...]:
        """The ids of what answers *queries* best first, the newest on ties; behind them those that are not ranked."""
        texts = await rows(self._sql.texts_of_documents(conn, ids=as_json(newest[:MOST_RANKED])))
        ranked = sorted(
            texts, key=lambda row: (-sum(rank_of(query, row["toned"]) for query in queries), row["search_id"])
        )
        return (*(row["search_id"] for row in ranked), *newest[MOST_RANKED:])

    async def _nearest(self, conn: Connection, query: Query, sources: Sequence[str], until: float) -> tuple[Found, ...]:
        for loose in looser(query, await self._meant(conn, query)):
            hits = await self._hits.find(conn, loose, sources, MOST_NEAR, until)
            if hits.ids:
                best = await self._best(conn, (query, loose), hits.ids)
                return await self._found(conn, loose, best[:MOST_NEAREST])
            if self._stopwatch() > until:
                break
        return ()

    async def _meant(self, conn: Connection, query: Query) -> dict[Word, Word]:
        """What the words of *query* that occur nowhere are likely to mean."""
        words = {word for phrase in query.phrases for word in phrase.words}
        spelled = await self._words.spelled(conn, {word.plain for word in words})
        known = spelled.keys() | {plain_of(toned) for toned in spelled}
        unknown = sorted(words - {word for word in words if word.key in known}, key=lambda word: word.toned)
        hints = {word: await self._hints(conn, word) for word in unknown[:MOST_UNKNOWN]}
        return {word: fold_word(found[0]) for word, found in hints.items() if found}

    async def _hints(self, conn: Connection, word: Word) -> tuple[str, ...]:
        return hints_for(word, await self._words.spelled(conn, near_misses(word)))

    async def _found(self, conn: Connection, query: Query, ids: Sequence[int]) -> tuple[Found, ...]:
        found = await rows(self._sql.items_of_documents(conn, ids=as_json(ids)))
        shown = {row["search_id"]: _shown(stored_of(row), query) for row in found}
        return tuple(shown[search_id] for search_id in ids)


def _shown(stored: StoredItem, query: Query) -> Found:
    snippets = [snippet_of(text, query, SNIPPET) for text in (stored.item.summary, stored.item.body) if text]
    best = next((snippet for snippet in snippets if snippet.spans), snippets[0] if snippets else Snippet(""))
    return Found(stored=stored, snippet=best.text, spans=best.spans)
