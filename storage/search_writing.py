"""Puts items into the full-text index and takes them out, inside the caller's transaction.

Each verb is one visit to the connection's thread: folding a batch of an import keeps no loop waiting, and a single item
is not sent from thread to loop and back for every statement.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any, Final

from bot.core.document import BREAK, time_of
from bot.core.letters import plain_of
from bot.model import StoredItem
from storage.connection import Connection
from storage.instants import from_ms, to_ms
from storage.rows import as_json
from storage.search_tokens import EVERY, Folded, common_beginnings, fold_again, fold_for_index, source_token
from storage.statements import visiting_statements

IDS_A_SECOND: Final = 256
"""Room for so many items of one second in the ids that carry the time; more of them reach into the next seconds."""
FARTHEST: Final = 2**42
"""Ids count down from here, so that the newest item has the lowest one: the index walks upwards with less effort."""
AT_ONCE: Final = 500
"""So many documents are folded before the engine is given them."""
COUNTED: Final = 16
"""Of items that come one by one, one in so many is counted, for as many: its words lie on some twenty pages."""
EDITION: Final = 2
"""Which words are made up; the first edition held the beginnings of common words, too."""


class SearchWriting:
    """Adds, replaces and removes; held items are not to be found."""

    def __init__(self) -> None:
        self._sql = visiting_statements("search")

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

    def _add(self, conn: sqlite3.Connection, stored: Sequence[StoredItem], texts: Sequence[Folded | None]) -> None:
        texts = texts or [None] * len(stored)
        found = [(each, text) for each, text in zip(stored, texts, strict=True) if not each.held]
        sources = self._sources(conn, {each.item.source_id for each, _ in found})
        ids = self._free_ids(conn, [moment_of(time_of(each)) for each, _ in found])
        # In ascending order: an id below the one before it makes the index write out what it holds in memory.
        order = sorted(zip(ids, found, strict=True), key=itemgetter(0))
        seen: Counter[str] = Counter()
        for start in range(0, len(order), AT_ONCE):
            kept, indexed = [], []
            for search_id, (each, text) in order[start : start + AT_ONCE]:
                folded = text or fold_for_index(each.item.title, each.item.summary, each.item.body)
                source, toned = sources[each.item.source_id], folded.toned
                seen.update(set(toned.split()))
                kept.append({"search_id": search_id, "item_id": each.id, "source": source, "toned": toned})
                indexed.append(_indexed(search_id, source, folded))
            self._sql.put_documents(conn, kept)
            self._sql.index_documents(conn, indexed)
        del seen[BREAK]
        words = sorted(seen)
        self._sql.meet_words(conn, words=as_json((toned, plain_of(toned)) for toned in words))
        if len(found) >= COUNTED or any(each.id % COUNTED == 0 for each, _ in found):
            times = max(1, COUNTED // len(found))
            self._sql.count_words(conn, words=as_json((toned, times * seen[toned]) for toned in words))

    def _remove(self, conn: sqlite3.Connection, ids: str) -> None:
        forgotten = []
        for row in sorted(self._sql.documents_of(conn, ids=ids), key=itemgetter("search_id")):
            indexed = _indexed(row["search_id"], row["source"], fold_again(row["toned"]))
            if row["edition"] < EDITION:
                indexed["origin"] += f" {common_beginnings(row['toned'])}"
            forgotten.append(indexed)
        self._sql.forget_documents(conn, forgotten)
        self._sql.drop_documents(conn, ids=ids)

    def _sources(self, conn: sqlite3.Connection, ids: set[str]) -> dict[str, int]:
        numbers = {row["source_id"]: row["number"] for row in self._sql.numbers_of(conn, ids=as_json(ids))}
        for source_id in sorted(ids - numbers.keys()):
            numbers[source_id] = self._sql.add_search_source(conn, source_id=source_id)
        return numbers

    def _free_ids(self, conn: sqlite3.Connection, moments: Sequence[int]) -> list[int]:
        """A free id for each moment (see `moment_of`), in the order given: later arrivals count as newer."""
        taken = self._taken(conn, set(moments))
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
        highest = as_json(FARTHEST - moment for moment in sorted(moments))
        found = self._sql.lowest_search_ids(conn, highest=highest, room=IDS_A_SECOND)
        return {
            FARTHEST - row["highest"]: 0 if row["lowest"] is None else row["highest"] - row["lowest"] + 1
            for row in found
        }


def moment_of(at: datetime) -> int:
    """The first moment of the second *at*: moments count up, ids down from `FARTHEST`."""
    return to_ms(at) // 1000 * IDS_A_SECOND


def instant_of(search_id: int) -> datetime:
    """The second that *search_id* carries."""
    return from_ms((FARTHEST - search_id) // IDS_A_SECOND * 1000)


def _indexed(search_id: int, source: int, text: Folded) -> dict[str, Any]:
    """What is indexed of a document; to forget it, the index must be told the same."""
    return {
        "search_id": search_id,
        "title_plain": text.title_plain,
        "title_toned": text.title_toned,
        "text_plain": text.text_plain,
        "text_toned": text.text_toned,
        "origin": f"{EVERY} {source_token(source)} {text.made_up}",
    }
