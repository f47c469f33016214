"""Full-text search: what a query finds, newest or best first, and the nearest where it finds nothing.

The index gives candidates by id, and an id carries the time, so the newest come first without sorting. Where a query
asks for more than the index can tell, each candidate is asked for what is in doubt; `Query.matches` is the meaning.
"""

import json
import sqlite3
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
from storage.search_compounds import ENOUGH, LEAST, learned_from
from storage.search_folding import Folded
from storage.search_hits import SearchHits
from storage.search_words import SearchWords
from storage.search_writing import SearchWriting
from storage.statements import visiting_statements

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
RENEWED_AT_ONCE: Final = 500
"""Documents that one step indexes anew."""

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
        self._sql = visiting_statements("search")
        self._words = SearchWords()
        self._stopwatch = stopwatch
        self._hits = SearchHits(self._words, stopwatch, small)
        self.latency = Latency()
        self._writing = SearchWriting()

    async def add(self, conn: Connection, stored: Sequence[StoredItem], texts: Sequence[Folded | None] = ()) -> None:
        """Index new items inside the transaction that stores them; held ones are left out.

        *texts* holds for each what `Folding.fold` made of it, in another process perhaps, or None; empty: for none.
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
            await conn.visit(self._sql.merge_later)
        try:
            yield
        finally:
            async with self._db.write() as conn:
                await conn.visit(self._sql.merge_as_usual)

    async def tidy(self) -> bool:
        """Merge a little of the index, in a transaction of its own; False where nothing is left to merge.

        An index in few pieces answers several times faster; after a large import it is in many.
        """
        return await self._db.unit(self._tidy)

    async def renew(self) -> bool:
        """Index some of the documents that a newer Loa wants indexed anew, in a transaction of its own.

        False where none is left: then nobody who writes is waited for. Until then search says that there may be `more`.
        """
        if not await self._db.look(self._sql.are_waiting):
            return False
        await self.learn_compounds()  # what is indexed with them need not be told of them again
        async with self._db.write() as conn:
            return await self._writing.renew(conn, RENEWED_AT_ONCE) > 0

    async def learn_compounds(self, texts: Sequence[Folded] = (), enough: int = ENOUGH, least: int = LEAST) -> bool:
        """Learn, once the archive has *enough* documents, which words it has together often; whether it did.

        Where *texts* that are about to be added are enough, it is learned of them: then none is told again. In as many
        documents each compound is at least *least* times. Until `tell_again` is through search is slower, no worse.
        """
        compounds = await self._db.look(lambda conn: self._often_together(conn, texts, enough, least))
        if not compounds:
            return False
        async with self._db.write() as conn:
            return await self._writing.learn(conn, compounds)

    async def compounds(self) -> tuple[str, ...]:
        """The archive's compounds, as `Folding` is told of them."""
        return tuple(json.loads(await self._db.look(self._sql.compounds)))

    async def tell_again(self) -> bool:
        """Index with compounds some of the documents that are not, in one transaction. False where none is left."""
        if not await self._db.look(lambda conn: self._sql.has_compounds(conn) and self._sql.are_before_compounds(conn)):
            return False
        async with self._db.write() as conn:
            return await self._writing.tell_again(conn, RENEWED_AT_ONCE) > 0

    def _often_together(
        self, conn: sqlite3.Connection, texts: Sequence[Folded], enough: int, least: int
    ) -> tuple[str, ...]:
        if self._sql.has_compounds(conn):
            return ()
        if len(texts) >= enough:
            return learned_from([text.toned.decode() for text in texts[:enough]], least)
        if self._sql.documents_up_to(conn, most=enough) < enough:
            return ()
        return learned_from([row["toned"] for row in self._sql.newest_texts(conn, most=enough)], least)

    def _tidy(self, conn: sqlite3.Connection) -> bool:
        if self._sql.is_merged_later(conn):
            self._sql.merge_as_usual(conn)
        before: int = self._sql.total_changes(conn)
        self._sql.merge_index(conn, pages=-MERGED_AT_ONCE)
        after: int = self._sql.total_changes(conn)
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
            page = await self._db.look(
                lambda conn: self._page(conn, asked, now, sources, order=order, offset=offset, limit=limit)
            )
        if isinstance(page, QueryMistake):
            return SearchPage(trouble=page.explain(language), trouble_at=page.position)
        return page

    async def parse(self, query_text: str, now: datetime) -> Query | QueryMistake:
        """Read a query as `search` does: a word that the archive knows is never taken for Telex."""
        return await self._db.look(lambda conn: self._parse(conn, query_text, now))

    async def hints(self, words: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """For each word that occurs nowhere, the known words most like it, the likeliest first."""
        hints = await self._db.look(lambda conn: {word: self._hints(conn, fold_word(word)) for word in words})
        return {word: found for word, found in hints.items() if found}

    async def commonest(self, most: int) -> Mapping[str, int]:
        """In about how many items each of the *most* commonest words was met (for `WatchIndex`)."""
        return await self._db.look(lambda conn: self._words.commonest(conn, most))

    def _page(
        self,
        conn: sqlite3.Connection,
        asked: str | Query,
        now: datetime,
        sources: Sequence[str],
        *,
        order: Order,
        offset: int,
        limit: int,
    ) -> SearchPage | QueryMistake:
        query = asked if isinstance(asked, Query) else self._parse(conn, asked, now)
        if isinstance(query, QueryMistake):
            return query
        most = max(MOST_COUNTED, offset + limit) + 1
        until = self._stopwatch() + PATIENCE_S
        hits = self._hits.find(conn, query, sources, most, until)
        is_cut = hits.cut or (len(hits.ids) < most and bool(self._sql.are_waiting(conn)))
        if not hits.ids:
            until = max(until, self._stopwatch() + LEFT_FOR_NEAREST_S)
            return SearchPage(more=is_cut, nearest=self._nearest(conn, query, sources, until))
        ids = hits.ids if order == "newest" else self._best(conn, (query,), hits.ids)
        found, total = self._found(conn, query, ids[offset : offset + limit]), len(hits.ids)
        return SearchPage(results=found, total=min(total, MOST_COUNTED), more=is_cut or total > MOST_COUNTED)

    def _parse(self, conn: sqlite3.Connection, text: str, now: datetime) -> Query | QueryMistake:
        known = self._words.known(conn, telex_suspects(text))
        return parse(text, now.astimezone(self._zone), known)

    def _best(self, conn: sqlite3.Connection, queries: Sequence[Query], newest: Sequence[int]) -> tuple[int, ...]:
        """The ids of what answers *queries* best first, the newest on ties; behind them those that are not ranked."""
        found = self._sql.texts_of_documents(conn, ids=as_json(newest[:MOST_RANKED]))
        texts = zip(map(int, found["ids"].split()), found["texts"].split("\n"), strict=True)
        ranked = sorted((-sum(rank_of(query, text) for query in queries), search_id) for search_id, text in texts)
        return (*(search_id for _, search_id in ranked), *newest[MOST_RANKED:])

    def _nearest(
        self, conn: sqlite3.Connection, query: Query, sources: Sequence[str], until: float
    ) -> tuple[Found, ...]:
        for loose in looser(query, self._meant(conn, query)):
            hits = self._hits.find(conn, loose, sources, MOST_NEAR, until)
            if hits.ids:
                best = self._best(conn, (query, loose), hits.ids)
                return self._found(conn, loose, best[:MOST_NEAREST])
            if self._stopwatch() > until:
                break
        return ()

    def _meant(self, conn: sqlite3.Connection, query: Query) -> dict[Word, Word]:
        """What the words of *query* that occur nowhere are likely to mean."""
        words = {word for phrase in query.phrases for word in phrase.words}
        spelled = self._words.spelled(conn, {word.plain for word in words})
        known = spelled.keys() | {plain_of(toned) for toned in spelled}
        unknown = sorted(words - {word for word in words if word.key in known}, key=lambda word: word.toned)
        hints = {word: self._hints(conn, word) for word in unknown[:MOST_UNKNOWN]}
        return {word: fold_word(found[0]) for word, found in hints.items() if found}

    def _hints(self, conn: sqlite3.Connection, word: Word) -> tuple[str, ...]:
        return hints_for(word, self._words.spelled(conn, near_misses(word)))

    def _found(self, conn: sqlite3.Connection, query: Query, ids: Sequence[int]) -> tuple[Found, ...]:
        rows = self._sql.items_of_documents(conn, ids=as_json(ids))
        shown = {row["search_id"]: _shown(stored_of(row), query) for row in rows}
        return tuple(shown[search_id] for search_id in ids)


def _shown(stored: StoredItem, query: Query) -> Found:
    snippets = [snippet_of(text, query, SNIPPET) for text in (stored.item.summary, stored.item.body) if text]
    best = next((snippet for snippet in snippets if snippet.spans), snippets[0] if snippets else Snippet(""))
    return Found(stored=stored, snippet=best.text, spans=best.spans)
