"""Puts items into the full-text index and takes them out, inside the caller's transaction.

Each verb is one visit to the connection's thread: folding a batch of an import keeps no loop waiting, and a single item
is not sent from thread to loop and back for every statement.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Final

from bot.core.document import plain_keys, time_of
from bot.core.letters import plain_of
from bot.model import StoredItem
from storage.connection import Connection
from storage.instants import to_ms
from storage.rows import as_json, as_object
from storage.search_folding import Folded, Folding
from storage.search_tokens import EVERY, source_token
from storage.statements import visiting_statements

IDS_A_SECOND: Final = 256
"""Room for so many items of one second in the ids that carry the time; more of them reach into the next seconds."""
FARTHEST: Final = 2**42
"""Ids count down from here, so that the newest item has the lowest one: the index walks upwards with less effort."""
AT_ONCE: Final = 500
"""So many documents are folded before the engine is given them."""
COUNTED: Final = 16
"""Of items that come one by one, one in so many is counted, for as many: words lie on many pages."""
MANY: Final = 1_024
"""Of so many items at once one in `COUNTED_OF_MANY` is; between a few and these each one is."""
COUNTED_OF_MANY: Final = 256
EDITION_BEFORE_COMPOUNDS: Final = 3
MOST_MET: Final = 50_000
"""So many words are remembered to stand in the archive: of a language's words nearly all come again."""


class SearchWriting:
    """Adds, replaces and removes; held items are not to be found."""

    def __init__(self) -> None:
        self._sql = visiting_statements("search")
        self._met: set[bytes] = set()
        """What is indexed of each word that stands in the archive, as far as the document of `_met_with` does, too."""
        self._met_with = 0
        self._folding = Folding()
        self._before_compounds = self._folding

    async def add(self, conn: Connection, stored: Sequence[StoredItem], texts: Sequence[Folded | None] = ()) -> None:
        """Index items that are not indexed yet; *texts* holds for each what was folded beforehand."""
        if stored:
            await conn.visit(partial(self._add, stored=stored, texts=texts))

    async def replace(self, conn: Connection, stored: Sequence[StoredItem]) -> None:
        """Index items anew: their texts, dates or sources changed, or they are held now."""
        await self.remove(conn, [each.id for each in stored])
        await self.add(conn, stored)

    async def remove(self, conn: Connection, ids: Sequence[int]) -> None:
        """Forget items; those that are not indexed are passed over."""
        if ids:
            await conn.visit(partial(self._remove, ids=as_json(ids)))

    async def renew(self, conn: Connection, most: int) -> int:
        """Index at most *most* documents that wait for it, the newest first; how many they were."""
        return await conn.visit(partial(self._renew, most=most))

    async def learn(self, conn: Connection, compounds: Sequence[str]) -> bool:
        """Take these as the archive's compounds, where it has none; documents wait to be told again with them."""
        return await conn.visit(partial(self._learn, compounds=compounds))

    async def tell_again(self, conn: Connection, most: int) -> int:
        """Index at most *most* documents with the compounds that are not yet, the newest first; how many they were."""
        return await conn.visit(partial(self._tell_again, most=most))

    def _add(self, conn: sqlite3.Connection, stored: Sequence[StoredItem], texts: Sequence[Folded | None]) -> None:
        if not self._sql.is_indexed(conn, item_id=self._met_with):
            self._met.clear()  # that transaction was rolled back, or the item is gone since
        folding, texts = self._folding_now(conn), texts or [None] * len(stored)
        found = [(each, text) for each, text in zip(stored, texts, strict=True) if not each.held]
        sources = self._sources(conn, {each.item.source_id for each, _ in found})
        ids = self._free_ids(conn, [moment_of(time_of(each)) for each, _ in found])
        # In ascending order: an id below the one before it makes the index write out what it holds in memory.
        order = sorted(zip(ids, found, strict=True), key=itemgetter(0))
        marks = {source: _mark_of(source) for source in sources.values()}
        told: list[tuple[int, bytes]] = []
        met: dict[int, set[bytes]] = {}
        for start in range(0, len(order), AT_ONCE):
            kept, indexed = [], []
            for search_id, (each, text) in order[start : start + AT_ONCE]:
                folded = text or folding.fold(each.item.title, each.item.summary, each.item.body)
                if folded.has_compounds != bool(folding.compounds):
                    folded = folding.fold_again(folded.toned.decode())._replace(met=folded.met)
                source = sources[each.item.source_id]
                kept.append((search_id, each.id, source, folded.toned))
                indexed.append((search_id, marks[source] + folded.words))
                told.append((each.id, folded.toned))
                met[id(folded.met)] = folded.met
            self._sql.put_documents(conn, kept)
            self._sql.index_documents(conn, indexed)
        if told:
            self._meet(conn, told, set().union(*met.values()))

    def _meet(self, conn: sqlite3.Connection, told: Sequence[tuple[int, bytes]], words: set[bytes]) -> None:
        """Know every word from its first time, and in about how many items it is."""
        words -= self._met
        if words:
            new = sorted(facet.split()[0].decode() for facet in words if facet)
            self._sql.meet_words(conn, words=as_object({toned: plain_of(toned) for toned in new}))
        if len(self._met) > MOST_MET:
            self._met.clear()
        self._met |= words
        self._met_with = told[0][0]
        sample, times = _sample_of(told)
        seen = Counter(word.decode() for _, toned in sample for word in set(toned.split()))
        if seen:
            self._sql.count_words(conn, words=as_object({toned: times * seen[toned] for toned in sorted(seen)}))

    def _remove(self, conn: sqlite3.Connection, ids: str) -> None:
        self._forget(conn, list(self._sql.documents_of(conn, ids=ids)))
        self._sql.drop_documents(conn, ids=ids)

    def _renew(self, conn: sqlite3.Connection, most: int) -> int:
        waiting = list(self._sql.waiting_documents(conn, most=most))
        self._index(conn, waiting)
        return len(waiting)

    def _learn(self, conn: sqlite3.Connection, compounds: Sequence[str]) -> bool:
        if self._sql.has_compounds(conn):
            return False
        self._sql.put_compounds(conn, compounds=as_object({pair: plain_keys(pair) for pair in compounds}))
        self._sql.note_before_compounds(conn)
        return True

    def _tell_again(self, conn: sqlite3.Connection, most: int) -> int:
        documents = list(self._sql.documents_before_compounds(conn, most=most))
        self._forget(conn, documents)
        self._index(conn, documents)
        return len(documents)

    def _index(self, conn: sqlite3.Connection, documents: Sequence[sqlite3.Row]) -> None:
        folding = self._folding_now(conn)
        self._sql.index_documents(conn, [_told_again(row, folding) for row in _in_order(documents)])
        self._sql.note_edition(conn, ids=as_json(row["search_id"] for row in documents))

    def _forget(self, conn: sqlite3.Connection, documents: Sequence[sqlite3.Row]) -> None:
        """Tell the index what it was told of them."""
        folding = self._folding_now(conn)
        told = [
            _told_again(row, folding if row["edition"] > EDITION_BEFORE_COMPOUNDS else self._before_compounds)
            for row in _in_order(documents)
        ]
        self._sql.forget_documents(conn, told)

    def _folding_now(self, conn: sqlite3.Connection) -> Folding:
        """How texts are folded: with the compounds, from when on they are learned, by whomever."""
        if not self._folding.compounds and self._sql.has_compounds(conn):
            self._folding = Folding(json.loads(self._sql.compounds(conn)))
        return self._folding

    def _sources(self, conn: sqlite3.Connection, ids: set[str]) -> dict[str, int]:
        numbers = {row["source_id"]: row["number"] for row in self._sql.numbers_of(conn, ids=as_json(ids))}
        for source_id in sorted(ids - numbers.keys()):
            numbers[source_id] = self._sql.add_search_source(conn, source_id=source_id)
        return numbers

    def _free_ids(self, conn: sqlite3.Connection, moments: Sequence[int]) -> list[int]:
        """A free id for each moment (see `moment_of`), in the order given: later arrivals count as newer."""
        taken = self._taken(conn, set(moments)) if moments else {}
        free: list[int] = []
        for moment in moments:
            slot = moment
            while taken[slot] == IDS_A_SECOND:
                slot += IDS_A_SECOND
                if slot not in taken:
                    taken |= self._taken(conn, {slot + IDS_A_SECOND * further for further in range(64)})
            free.append(FARTHEST - slot - taken[slot])
            taken[slot] += 1
        return free

    def _taken(self, conn: sqlite3.Connection, moments: set[int]) -> dict[int, int]:
        """How many ids are taken in each moment's second: up to the lowest."""
        span = {"lowest": FARTHEST - max(moments) - IDS_A_SECOND, "highest": FARTHEST - min(moments)}
        if not self._sql.are_ids_within(conn, **span):
            return dict.fromkeys(moments, 0)  # an import brings items of thousands of seconds
        highest = as_json(FARTHEST - moment for moment in sorted(moments))
        found = self._sql.lowest_search_ids(conn, highest=highest, room=IDS_A_SECOND)
        return {
            FARTHEST - row["highest"]: 0 if row["lowest"] is None else row["highest"] - row["lowest"] + 1
            for row in found
        }


def moment_of(at: datetime) -> int:
    """The first moment of the second *at*: moments count up, ids down from `FARTHEST`."""
    return to_ms(at) // 1000 * IDS_A_SECOND


def _in_order(documents: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    return sorted(documents, key=itemgetter("search_id"))


def _told_again(document: sqlite3.Row, folding: Folding) -> tuple[int, bytes]:
    """What the index is told of a document, from what was kept of it."""
    return document["search_id"], _mark_of(document["source"]) + folding.fold_again(document["toned"]).words


def _mark_of(source: int) -> bytes:
    """What is indexed of a document besides its words, before them; to forget it, the index must be told the same."""
    return f"{EVERY} {source_token(source)} ".encode()


def _sample_of(told: Sequence[tuple[int, bytes]]) -> tuple[Sequence[tuple[int, bytes]], int]:
    """The documents whose words are counted, and for how many each of them stands."""
    if len(told) >= MANY:
        return told[::COUNTED_OF_MANY], COUNTED_OF_MANY
    if len(told) >= COUNTED or any(item_id % COUNTED == 0 for item_id, _ in told):
        return told, max(1, COUNTED // len(told))
    return (), 0
