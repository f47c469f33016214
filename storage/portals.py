"""What portals say beside their news: about, links, and albums, which are owed to those who asked for them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from bot.core.albums import all_unheard_of
from bot.model import ALBUMS, Item, PortalPage, Portlets, Priority, StoredItem, WebLink
from storage.archive import Archive, Newcomer
from storage.connection import Connection
from storage.corrections import is_corrected, wording_of
from storage.database import Database
from storage.edits import Edits
from storage.instants import maybe_instant, to_ms
from storage.recognition import Recognised, recognise
from storage.rows import as_json, pictures_text
from storage.statements import rows, statements


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPortlets:
    """What a reading changed: the albums that are new, and how many notes they cause."""

    new: tuple[StoredItem, ...] = ()
    owed: int = 0


class Portals:
    """The shelf of portlets; a portal has the id of its first source."""

    def __init__(self, db: Database, archive: Archive, edits: Edits) -> None:
        self._db = db
        self._archive = archive
        self._edits = edits
        self._sql = statements("portals")

    async def known(self) -> frozenset[str]:
        """The ids under which portals are kept."""
        async with self._db.read() as conn:
            return frozenset(row["source_id"] for row in await rows(self._sql.known_portals(conn)))

    async def due(self, ids: Collection[str], now: datetime, most: int) -> tuple[str, ...]:
        """At most *most* of *ids* that are to be read now, the longest due first; none whose news are in trouble."""
        async with self._db.read() as conn:
            found = await rows(self._sql.portals_due(conn, ids=as_json(ids), now=to_ms(now), most=most))
        return tuple(row["id"] for row in found)

    async def of(self, source_id: str) -> PortalPage:
        """What is kept of a portal; of one never read, nothing."""
        async with self._db.read() as conn:
            row = await self._sql.portal(conn, id=source_id)
        return PortalPage(source_id=source_id) if row is None else _page(row)

    async def all(self, ids: Collection[str]) -> tuple[PortalPage, ...]:
        """Those of *ids* that were read, in that order."""
        async with self._db.read() as conn:
            found = await rows(self._sql.portals_of(conn, ids=as_json(ids)))
        return tuple(_page(row) for row in found)

    async def keep(
        self, page: PortalPage, portlets: Portlets, albums: Sequence[Item], *, now: datetime, next_at: datetime
    ) -> KeptPortlets:
        """Write down a reading of the portal, store the *albums* that are new and owe them to their followers.

        The first reading with albums is the baseline and owes nothing, nor does one in which no album is known any
        more: then the portal was made anew. One transaction.
        """
        async with self._db.write() as conn:
            notices = recognise(albums, await self._archive.known(conn, page.source_id, albums))
            quiet = page.baseline_at is None or all_unheard_of([each.item_id for each in notices])
            stored = await self._add(conn, albums, notices, now, quiet=quiet)
            await self._learn(conn, page.source_id, albums, notices)
            await self._correct(conn, albums, notices, now)
            listed = [stored[each].id if each in stored else each.item_id for each in notices]
            await self._sql.put_portal(
                conn,
                id=page.source_id,
                home=page.home,
                about=portlets.about,
                links=as_json({"title": each.title, "url": each.url} for each in portlets.links),
                albums=as_json(listed),
                has_albums=int(bool(albums)),
                now=to_ms(now),
                next_at=to_ms(next_at),
            )
            new = tuple(sorted(stored.values(), key=lambda each: each.id))
            owed = 0 if quiet else await self._owe(conn, new, now)
        return KeptPortlets(new=() if quiet else new, owed=owed)

    async def postpone(self, source_id: str, next_at: datetime) -> None:
        """Look at the portal then, unless this look at it says otherwise."""
        async with self._db.write() as conn:
            await self._sql.postpone_portal(conn, id=source_id, next_at=to_ms(next_at))

    async def failed(self, source_id: str, next_at: datetime) -> None:
        """The portal could not be read: what it said stays, and it is tried again then."""
        async with self._db.write() as conn:
            await self._sql.fail_portal(conn, id=source_id, next_at=to_ms(next_at))

    async def _add(
        self, conn: Connection, albums: Sequence[Item], notices: Sequence[Recognised], now: datetime, *, quiet: bool
    ) -> dict[Recognised, StoredItem]:
        unknown = {albums[each.places[0]].keys: each for each in notices if each.item_id is None}
        newcomers = [
            Newcomer(item=albums[each.places[0]], keys=each.keys, place=each.places[0]) for each in unknown.values()
        ]
        stored = await self._archive.add(conn, newcomers, now, "baseline" if quiet else "poll")
        return {unknown[each.item.keys]: each for each in stored}

    async def _learn(
        self, conn: Connection, source_id: str, albums: Sequence[Item], notices: Sequence[Recognised]
    ) -> None:
        """New keys of known albums, and their pictures where more of them are seen now."""
        known = [(each.item_id, each) for each in notices if each.item_id is not None]
        await self._archive.learn(conn, [(item_id, source_id, each.keys) for item_id, each in known])
        stored = {each.id: each for each in await self._archive.load(conn, [item_id for item_id, _ in known])}
        for item_id, each in known:
            seen = albums[each.places[0]]
            if len(seen.pictures) > len(stored[item_id].item.pictures):
                await self._sql.set_pictures(conn, id=item_id, pictures=pictures_text(seen))

    async def _correct(
        self, conn: Connection, albums: Sequence[Item], notices: Sequence[Recognised], now: datetime
    ) -> None:
        """The portal calls known albums by other names: what was sent of them owes these."""
        known = {each.item_id: albums[each.places[0]] for each in notices if each.item_id and len(each.places) == 1}
        stored = await self._archive.load(conn, list(known))
        renamed = {
            each.id: known[each.id].title for each in stored if is_corrected(known[each.id], wording_of(each.item))
        }
        for item_id, title in renamed.items():
            await self._sql.rename_album(conn, id=item_id, title=title, now=to_ms(now))
        await self._edits.owe(conn, renamed, now)

    async def _owe(self, conn: Connection, new: Sequence[StoredItem], now: datetime) -> int:
        owed: int = await self._sql.owe_albums(
            conn, items=as_json(each.id for each in new), suffix=ALBUMS, priority=Priority.NORMAL, now=to_ms(now)
        )
        return owed


def _page(row: Row) -> PortalPage:
    return PortalPage(
        source_id=row["source_id"],
        home=row["home"],
        about=row["about"],
        links=tuple(WebLink(**each) for each in json.loads(row["links"])),
        albums=tuple(json.loads(row["albums"])),
        baseline_at=maybe_instant(row["baseline_at"]),
        read_at=maybe_instant(row["read_at"]),
        next_at=maybe_instant(row["next_at"]),
        failures=row["failures"],
    )
