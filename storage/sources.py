"""What is remembered of each source between two readings."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.model import ALBUMS, ChatKind, Memory, Source
from storage.connection import Connection
from storage.database import Database
from storage.instants import from_ms, maybe_instant, maybe_ms, to_ms
from storage.rows import as_json, memory_of
from storage.statements import rows, statements
from storage.together import Together

PAGE = 250
"""Sources that are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """A chat that follows a source; `title` is empty for a person, whose name is not kept."""

    chat_id: int
    kind: ChatKind
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A source that is followed but configured no more."""

    source_id: str
    followers: tuple[Follower, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a source's newest items came, the newest first, and since when it counts as silent."""

    source_id: str
    times: tuple[datetime, ...]
    silent_since: datetime | None


class Sources:
    """The shelf of sources."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._sql = statements("sources")
        self._unchanged = Together(db, self._sql.unchanged)

    async def ensure(self, sources: Sequence[Source]) -> tuple[str, ...]:
        """Know every source of the configuration, under its former id (`was`) too, and which ones these are.

        One whose address, kind or layout is another than before is read afresh, at once. Gives the ids of sources that
        have followers but are configured no more (`orphans` names those).
        """
        asked = await asyncio.to_thread(lambda: [_asked(source) for source in sources])
        async with self._db.write() as conn:
            for source in sources:
                if source.was and source.was != source.id and await self._sql.has_source(conn, id=source.was):
                    await self._rename(conn, source)
            await self._sql.put_sources(conn, asked)
            configured = as_json(source.id for source in sources)
            await self._sql.leave_out(conn, configured=configured)
            lost = await rows(self._sql.followed_without(conn, configured=configured, suffix=ALBUMS))
        return tuple(row["source_id"] for row in lost)

    async def orphans(self, configured: Iterable[str]) -> tuple[Orphan, ...]:
        """Sources that chats follow although they are none of the *configured* ones, by id."""
        async with self._db.read() as conn:
            found = await rows(self._sql.orphans(conn, configured=as_json(configured), suffix=ALBUMS))
        followers: dict[str, list[Follower]] = {}
        for row in found:
            follower = Follower(chat_id=row["chat_id"], kind=ChatKind(row["kind"]), title=row["title"])
            followers.setdefault(row["source_id"], []).append(follower)
        return tuple(Orphan(source_id=name, followers=tuple(chats)) for name, chats in followers.items())

    async def memory(self, source_id: str) -> Memory:
        """What is known of a source; of one never heard of, nothing."""
        async with self._db.read() as conn:
            row = await self._sql.source(conn, id=source_id)
        return Memory(source_id=source_id) if row is None else memory_of(row)

    async def memories(self) -> tuple[Memory, ...]:
        """All sources of the store, archives and former ones too, by id."""
        found, last = list[Memory](), ""
        while True:  # page by page, so that others get their turn between thousands
            async with self._db.read() as conn:
                page = await rows(self._sql.sources_after(conn, id=last, most=PAGE))
            found += [memory_of(row) for row in page]
            if len(page) < PAGE:
                return tuple(found)
            last = found[-1].source_id

    async def due(self, now: datetime, *, most: int, busy: Collection[str] = ()) -> tuple[str, ...]:
        """At most *most* configured sources whose next reading is due, the longest due first; paused ones never are.

        Sources of the *busy* hosts ("portal.example:8080") are passed over.
        """
        async with self._db.read() as conn:
            found = await rows(self._sql.sources_due(conn, now=to_ms(now), busy=as_json(busy), most=most))
        return tuple(row["id"] for row in found)

    async def unchanged(self, source_id: str, now: datetime, next_poll_at: datetime) -> None:
        """A good reading found nothing changed; written together with others that come at the same time."""
        await self._unchanged.put({"id": source_id, "now": to_ms(now), "next_poll_at": to_ms(next_poll_at)})

    async def untold(self, failures: int) -> tuple[Memory, ...]:
        """Sources whose operators are to hear of it: trouble for *failures* readings or more, its end, or silence."""
        async with self._db.read() as conn:
            found = await rows(self._sql.untold(conn, failures=failures))
        return tuple(memory_of(row) for row in found)

    async def rhythms(self, after: str, most: int) -> tuple[Rhythm, ...]:
        """Of the next *most* configured sources by id, each with the times of its newest 30 items, the newest first."""
        async with self._db.read() as conn:
            found = await rows(self._sql.rhythms(conn, after=after, most=most))
        return tuple(
            Rhythm(
                source_id=row["id"],
                times=tuple(from_ms(at) for at in json.loads(row["times"])),
                silent_since=maybe_instant(row["silent_since"]),
            )
            for row in found
        )

    async def silent(self, source_id: str, since: datetime | None) -> None:
        """Note since when a source has been silent against its habit, or (None) that it is not."""
        async with self._db.write() as conn:
            await self._sql.set_silent(conn, id=source_id, since=maybe_ms(since))

    async def pause(self, source_id: str) -> None:
        """Read the source no more until `resume`."""
        async with self._db.write() as conn:
            await self._sql.set_paused(conn, id=source_id, paused=1)

    async def resume(self, source_id: str) -> None:
        """Read the source again."""
        async with self._db.write() as conn:
            await self._sql.set_paused(conn, id=source_id, paused=0)

    async def told(self, source_id: str) -> None:
        """Remember that the operators know of the source's trouble."""
        async with self._db.write() as conn:
            await self._sql.set_told(conn, id=source_id, told=1)

    async def told_end(self, source_id: str) -> None:
        """Remember that the operators know that the trouble is over."""
        async with self._db.write() as conn:
            await self._sql.set_told(conn, id=source_id, told=0)

    async def told_silence(self, source_id: str) -> None:
        """Remember that the operators know of the source's silence; its next item forgets that."""
        async with self._db.write() as conn:
            await self._sql.set_silence_told(conn, id=source_id)

    async def make_archive(self, source_id: str) -> None:
        """Know a source that only an import names; one that is known stays as it is."""
        async with self._db.write() as conn:
            await self._sql.put_archive(conn, id=source_id)

    async def _rename(self, conn: Connection, source: Source) -> None:
        """Hand everything of the former id over, where the new id has rows already to those."""
        names = {"was": source.was, "id": source.id}
        if await self._sql.has_source(conn, id=source.id):
            await self._sql.hand_over_keys(conn, **names)
            await self._sql.drop_keys(conn, was=source.was)
            await self._sql.hand_over_items(conn, **names)
            await self._sql.drop_source(conn, was=source.was)
        else:
            await self._sql.rename_source(conn, **names)
        for followed in (names, {name: f"{source_id}{ALBUMS}" for name, source_id in names.items()}):
            await self._sql.hand_over_follows(conn, **followed)
            await self._sql.drop_follows(conn, was=followed["was"])
            await self._sql.hand_over_reasons(conn, **followed)
        await self._sql.hand_over_watches(conn, **names)


def _asked(source: Source) -> dict[str, str]:
    """What the table keeps of a configured source; `asked` changes with all that says where and how it is read."""
    chosen = source.selectors
    layout = (
        source.profile,
        chosen.item,
        chosen.title,
        chosen.link,
        chosen.date,
        chosen.summary,
        chosen.image,
        chosen.next,
    )
    return {
        "id": source.id,
        "title": source.title,
        "host": urlsplit(source.url).netloc,
        "asked": as_json((source.url, source.kind, *layout)),
    }
