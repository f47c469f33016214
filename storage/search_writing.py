"""Puts items into the full-text index and takes them out, inside the caller's transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final

from aiosqlite import Connection

from bot.core.document import BREAK, fold_item
from bot.core.letters import Word, plain_of
from bot.model import StoredItem
from storage.instants import from_ms, to_ms
from storage.rows import as_json
from storage.search_tokens import EVERY, plain_and_made_up, source_token
from storage.search_words import SearchWords
from storage.statements import rows, statements

IDS_A_SECOND: Final = 256
"""Room for so many items of one second in the ids that carry the time; more of them reach into the next seconds."""
AT_ONCE: Final = 250
"""So many documents are folded before the loop breathes."""
FARTHEST: Final = 2**42
"""Ids count down from here, so that the newest item has the lowest one: the index walks upwards with less effort."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A document under its search id."""

    search_id: int
    item_id: int
    source: int
    toned: str

    def row(self) -> dict[str, Any]:
        """What is kept of it."""
        return {"search_id": self.search_id, "item_id": self.item_id, "source": self.source, "toned": self.toned}

    def columns(self) -> dict[str, Any]:
        """What is indexed of it, or what the index is to forget: it follows from what is kept."""
        title, _, text = self.toned.partition(BREAK)
        plain_title, made_up = plain_and_made_up(title)
        plain_text, more_made_up = plain_and_made_up(text)
        return {
            "search_id": self.search_id,
            "title_plain": plain_title,
            "title_toned": title,
            "text_plain": plain_text,
            "text_toned": text,
            "origin": f"{EVERY} {source_token(self.source)} {made_up} {more_made_up}",
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
        ids = await self._free_ids(conn, [moment_of(document.at) for _, document in folded])
        # In ascending order: an id below the one before it makes the index write out what it holds in memory.
        placed = sorted(
            (
                Placed(search_id, item_id, sources[document.source], document.toned)
                for search_id, (item_id, document) in zip(ids, folded, strict=True)
            ),
            key=lambda each: each.search_id,
        )
        for start in range(0, len(placed), AT_ONCE):
            some = placed[start : start + AT_ONCE]
            await self._sql.put_documents(conn, [each.row() for each in some])
            await self._sql.index_documents(conn, [each.columns() for each in some])
        seen = Counter(chain.from_iterable(set(each.toned.split()) for each in placed))
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
        numbers = {row["source_id"]: row["number"] for row in await rows(self._sql.numbers_of(conn, ids=as_json(ids)))}
        for source_id in sorted(ids - numbers.keys()):
            numbers[source_id] = await self._sql.add_search_source(conn, source_id=source_id)
        return numbers

    async def _free_ids(self, conn: Connection, moments: Sequence[int]) -> list[int]:
        """A free id for each moment (see `moment_of`), in the order given: later arrivals count as newer."""
        taken = await self._taken(conn, set(moments))
        free: list[int] = []
        for moment in moments:
            slot = moment
            while taken[slot] == IDS_A_SECOND:
                slot += IDS_A_SECOND
                if slot not in taken:
                    taken |= await self._taken(conn, {slot + IDS_A_SECOND * further for further in range(64)})
            free.append(FARTHEST - slot - taken[slot])
            taken[slot] += 1
        return free

    async def _taken(self, conn: Connection, moments: set[int]) -> dict[int, int]:
        """How many ids are taken in each moment's second: up to the lowest."""
        highest = as_json(FARTHEST - moment for moment in sorted(moments))
        found = await rows(self._sql.lowest_search_ids(conn, highest=highest, room=IDS_A_SECOND))
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


def _search_id(placed: Placed) -> int:
    return placed.search_id
