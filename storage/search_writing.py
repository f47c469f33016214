"""Puts items into the full-text index and takes them out, inside the caller's transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiosqlite import Connection

from bot.core.document import BREAK, FoldedDocument, fold_item
from bot.core.letters import Word, plain_of
from bot.model import StoredItem
from storage.instants import to_ms
from storage.rows import as_json
from storage.search_expression import origin_of
from storage.search_words import SearchWords
from storage.statements import rows, statements

IDS_A_SECOND: Final = 256
"""Room for so many items of one second in the ids that carry the time; more of them reach into the next seconds."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A document under its search id, as the tables want it."""

    search_id: int
    item_id: int
    source: int
    toned: str

    def columns(self) -> dict[str, Any]:
        """The parameters that index it, or make the index forget it: they follow from what is stored."""
        title, _, text = self.toned.partition(BREAK)
        plain_title, plain_text = _plain(title), _plain(text)
        return {
            "search_id": self.search_id,
            "title_plain": plain_title,
            "title_toned": title,
            "text_plain": plain_text,
            "text_toned": text,
            "origin": origin_of(f"{plain_title} {plain_text}", self.source),
        }


class SearchWriting:
    """Adds, replaces and removes; held items are not to be found."""

    def __init__(self, words: SearchWords) -> None:
        self._sql = statements("search")
        self._words = words

    async def add(self, conn: Connection, stored: Sequence[StoredItem]) -> None:
        """Index items that are not indexed yet."""
        folded = [(each.id, fold_item(each)) for each in stored if not each.held]
        if not folded:
            return
        sources = await self._sources(conn, {document.source for _, document in folded})
        ids = await self._free_ids(conn, [first_id(document) for _, document in folded])
        # In ascending order: an id below the one before it makes the index write out what it holds in memory.
        placed = sorted(
            (
                Placed(search_id, item_id, sources[document.source], document.toned)
                for search_id, (item_id, document) in zip(ids, folded, strict=True)
            ),
            key=lambda each: each.search_id,
        )
        await self._sql.put_documents(
            conn,
            [
                {"search_id": each.search_id, "item_id": each.item_id, "source": each.source, "toned": each.toned}
                for each in placed
            ],
        )
        await self._sql.index_documents(conn, [each.columns() for each in placed])
        seen = Counter(key for each in placed for key in set(each.toned.split()))
        del seen[BREAK]
        await self._words.count(conn, {Word(plain_of(toned), toned): times for toned, times in seen.items()})

    async def replace(self, conn: Connection, stored: Sequence[StoredItem]) -> None:
        """Index items anew: their texts, dates or sources changed, or they are held now."""
        await self.remove(conn, [each.id for each in stored])
        await self.add(conn, stored)

    async def remove(self, conn: Connection, ids: Sequence[int]) -> None:
        """Forget items; those that are not indexed are passed over."""
        found = await rows(self._sql.documents_of(conn, ids=as_json(ids)))
        if not found:
            return
        placed = [Placed(row["search_id"], row["item_id"], row["source"], row["toned"]) for row in found]
        await self._sql.forget_documents(conn, [each.columns() for each in sorted(placed, key=_search_id)])
        await self._sql.drop_documents(conn, ids=as_json(ids))

    async def _sources(self, conn: Connection, ids: set[str]) -> dict[str, int]:
        numbers = {row["source_id"]: row["number"] for row in await rows(self._sql.search_sources(conn))}
        for source_id in sorted(ids - numbers.keys()):
            numbers[source_id] = await self._sql.add_search_source(conn, source_id=source_id)
        return numbers

    async def _free_ids(self, conn: Connection, firsts: Sequence[int]) -> list[int]:
        """A free id for each first possible one, as near behind it as can be, in the order given."""
        last = await self._last_ids(conn, set(firsts))
        free: list[int] = []
        for first in firsts:
            slot = first
            while (taken := last[slot]) == slot + IDS_A_SECOND - 1:
                slot += IDS_A_SECOND
                if slot not in last:
                    last |= await self._last_ids(conn, {slot + IDS_A_SECOND * further for further in range(64)})
            last[slot] = taken + 1
            free.append(last[slot])
        return free

    async def _last_ids(self, conn: Connection, firsts: set[int]) -> dict[int, int]:
        found = await rows(self._sql.last_search_ids(conn, firsts=as_json(sorted(firsts))))
        return {row["first"]: row["first"] - 1 if row["last"] is None else row["last"] for row in found}


def first_id(document: FoldedDocument) -> int:
    """The first search id of the document's second."""
    return to_ms(document.at) // 1000 * IDS_A_SECOND


def _plain(toned: str) -> str:
    return " ".join(map(plain_of, toned.split()))


def _search_id(placed: Placed) -> int:
    return placed.search_id
