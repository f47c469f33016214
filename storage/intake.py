"""The way in, one transaction for one reading: the items, what they correct, and the notes that they cause."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bot.model import Item, Match, Priority, Reading, StoredItem, Trouble
from storage.absences import Absences
from storage.archive import Archive, Newcomer
from storage.connection import Connection
from storage.corrections import Wording, is_corrected
from storage.edits import Edits
from storage.instants import to_ms
from storage.recognition import Recognised, recognise, strong
from storage.rows import as_json, attachments_text, reason_text, trouble_text
from storage.statements import rows
from storage.stories import Stories

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a reading changed: new items (those held are in `held` alone), and corrected ones."""

    new: tuple[StoredItem, ...] = ()
    corrected: tuple[StoredItem, ...] = ()
    held: tuple[StoredItem, ...] = ()


class Intake:
    """A poll's unit of work; `Store.poll` opens it, and its end commits or takes back everything."""

    def __init__(
        self,
        conn: Connection,
        archive: Archive,
        sql: Any,
        edits: Edits,
        absences: Absences,
        stories: Stories,
        source_id: str,
        now: datetime,
    ) -> None:
        self._conn = conn
        self._archive = archive
        self._edits = edits
        self._absences = absences
        self._stories = stories
        self._source_id = source_id
        self._now = now
        self._sql = sql
        self._owes = True
        self._changed = False

    async def begin(self) -> None:
        """Know the source, also where the configuration has not been read into the store yet."""
        await self._sql.begin_source(self._conn, id=self._source_id)

    async def keep(self, reading: Reading, fresh: Sequence[Item], *, baseline: bool) -> Kept:
        """Store *fresh* as far as it is unknown, learn new keys and corrections from all of *reading*.

        *fresh* are the unknown items of the reading, enriched or not; unknown items outside it are passed over. The
        first good reading of a source is its baseline, whatever the caller says; after it nothing is owed here. Where
        the operator changed the source's address, other words for a known item are no correction.
        """
        state = await self._sql.state_of(self._conn, id=self._source_id)
        baseline = baseline or (state["baseline_at"] is None and not reading.not_modified)
        self._owes = not baseline
        self._changed = bool(state["changed"])
        told = {item.keys: item for item in fresh}
        listed = [told.get(item.keys, item) for item in reading.items]
        present = {item.keys for item in reading.items}
        items = [*listed, *(item for item in fresh if item.keys not in present)]
        notices = recognise(items, await self._archive.known(self._conn, self._source_id, items))
        stored = await self._add(items, notices, set(told), baseline=baseline)
        corrected = await self._learn(items, [(n.item_id, n) for n in notices if n.item_id is not None])
        await self._edits.owe(self._conn, [each.id for each in corrected], self._now)
        await self._note_success(reading, stored.values())
        await self._note_hub(reading)
        if not reading.not_modified:
            before = await self._absences.before(self._conn, self._source_id)
            shown = await self._list(notices, stored, len(listed))
            await self._absences.note(self._conn, self._source_id, before, shown, self._now)
        if baseline or (self._changed and not reading.not_modified):
            hosts = sorted({*json.loads(state["hosts"]), *(h for i in items if not i.doubt and (h := _host(i.url)))})
            await self._sql.set_baseline(self._conn, id=self._source_id, now=to_ms(self._now), hosts=as_json(hosts))
        return Kept(
            new=tuple(each for each in sorted(stored.values(), key=lambda each: each.id) if not each.held),
            corrected=corrected,
            held=tuple(each for each in stored.values() if each.held),
        )

    async def owe_followers(self, items: Sequence[StoredItem], priority: Priority) -> int:
        """Owe *items* to whoever follows their sources and came before them; gives the number of new notes.

        Paused chats are owed nothing, nor is anybody a held item. A note that was there only moves earlier.
        """
        if not self._owes or not items:
            return 0
        ids, at = as_json(each.id for each in items), to_ms(self._now)
        await self._sql.hasten_for_followers(self._conn, items=ids, priority=priority, due_at=at)
        owed: int = await self._sql.owe_followers(self._conn, items=ids, priority=priority, now=at)
        return owed

    async def owe(self, matches: Sequence[Match], priority: Priority) -> int:
        """Owe each match's item to its chat and topic; a second reason for a note is remembered and owes nothing."""
        if not self._owes or not matches:
            return 0
        wanted = as_json((m.item_id, m.chat_id, m.thread, reason_text(m.reason)) for m in matches)
        at = to_ms(self._now)
        await self._sql.hasten_matches(self._conn, matches=wanted, priority=priority, due_at=at)
        owed: int = await self._sql.owe_matches(self._conn, matches=wanted, priority=priority, now=at)
        await self._sql.add_reasons(self._conn, matches=wanted)
        return owed

    async def readdress(self, moved: Mapping[int, str]) -> None:
        """Known items are published again at these addresses."""
        await self._stories.readdress(self._conn, moved, self._now)

    async def join(self, twins: Mapping[int, int]) -> int:
        """Tell items in the messages of their stories (*twins*: the first item of each); how many notes are saved."""
        return await self._stories.join(self._conn, twins, self._now)

    async def release(self, item_id: int) -> StoredItem | None:
        """Let a held item go out: it can be found and owed from now on. None where nothing of that id is held."""
        if not await self._archive.sql.release_held(self._conn, id=item_id):
            return None
        (stored,) = await self._archive.load(self._conn, [item_id])
        await self._archive.index.add(self._conn, [stored])
        return stored

    async def trouble(self, trouble: Trouble, next_poll_at: datetime) -> None:
        """Write down that the reading failed: one failure more, and when it is tried again."""
        await self._sql.fail(
            self._conn,
            id=self._source_id,
            now=to_ms(self._now),
            trouble=trouble_text(trouble),
            next_poll_at=to_ms(next_poll_at),
        )

    async def schedule(self, next_poll_at: datetime) -> None:
        """Read the source again at *next_poll_at*."""
        await self._sql.schedule(self._conn, id=self._source_id, next_poll_at=to_ms(next_poll_at))

    async def _add(
        self, items: Sequence[Item], notices: Iterable[Recognised], fresh: set[tuple[str, ...]], *, baseline: bool
    ) -> dict[Recognised, StoredItem]:
        """Store the unknown notices that one of *fresh* tells."""
        unknown: dict[tuple[str, ...], Recognised] = {}
        newcomers = []
        for notice in notices:
            place = next((place for place in notice.places if items[place].keys in fresh), None)
            if notice.item_id is None and place is not None:
                unknown[items[place].keys] = notice
                newcomers.append(Newcomer(item=items[place], keys=notice.keys, place=place))
        if not newcomers:
            return {}
        stored = await self._archive.add(self._conn, newcomers, self._now, "baseline" if baseline else "poll")
        return {unknown[each.item.keys]: each for each in stored}

    async def _learn(self, items: Sequence[Item], known: Sequence[tuple[int, Recognised]]) -> tuple[StoredItem, ...]:
        """Remember new keys of known items and what the portal corrected; gives the corrected items."""
        ids = as_json(item_id for item_id, _ in known)
        texts = {row["id"]: row for row in await rows(self._archive.sql.texts_of(self._conn, ids=ids))}
        keys: dict[int, set[str]] = {item_id: set() for item_id in texts}
        for row in await rows(self._archive.sql.keys_of(self._conn, ids=ids)):
            keys[row["item_id"]].add(row["key"])
        corrected, filled, moved = [], [], dict[int, str]()
        for item_id, notice in known:
            row = texts[item_id]
            stored = Wording(title=row["title"], summary=row["summary"], keys=frozenset(keys[item_id]))
            tellers = [items[place] for place in notice.sure]
            if tellers and all(is_corrected(item, stored) for item in tellers):
                corrected += await self._correct(item_id, tellers[0], row["held"])
            elif not tellers and (url := _new_address(items[notice.places[0]])) and not self._changed:
                moved[item_id] = url
            elif stored.summary is None and (text := next((i.summary for i in tellers if i.summary), None)):
                await self._archive.sql.fill_summary(self._conn, id=item_id, summary=text)
                filled.append(item_id)
        new_keys = [(i, self._source_id, tuple(key for key in n.keys if key not in keys[i])) for i, n in known]
        await self._archive.learn(self._conn, new_keys)
        await self._stories.readdress(self._conn, moved, self._now)
        changed = await self._archive.load(self._conn, [*corrected, *filled])
        await self._archive.index.replace(self._conn, [each for each in changed if not each.held])
        return tuple(each for each in changed if each.id in corrected and not each.held and not self._changed)

    async def _correct(self, item_id: int, item: Item, held: str) -> list[int]:
        """Write the new wording; a doubtful one is not believed, and what an operator dropped stays dropped."""
        if held == "dropped":
            return []
        if item.doubt and not held:
            log.warning("intake.correction_refused item=%d doubt=%s", item_id, item.doubt)
            return []
        (before,) = await self._archive.load(self._conn, [item_id])
        await self._archive.sql.correct_item(
            self._conn,
            id=item_id,
            title=item.title,
            url=item.url,
            summary=item.summary,
            body=item.body,
            author=item.author,
            image_url=item.image_url,
            image_caption=item.image_caption,
            attachments=attachments_text(item),
            step=0 if self._changed else 1,
            now=to_ms(self._now),
        )
        (after,) = await self._archive.load(self._conn, [item_id])
        await self._edits.reword(self._conn, before, after)
        return [item_id]

    async def _note_success(self, reading: Reading, stored: Iterable[StoredItem]) -> None:
        kept = reading.not_modified
        times = [min(each.item.published_at or self._now, self._now) for each in stored if not each.held]
        await self._sql.succeed(
            self._conn,
            id=self._source_id,
            now=to_ms(self._now),
            kind=reading.kind,
            feed_url=reading.feed_url,
            etag=reading.validators.etag or None if kept else reading.validators.etag,
            last_modified=reading.validators.last_modified or None if kept else reading.validators.last_modified,
            item_at=max(map(to_ms, times), default=0),
        )

    async def _note_hub(self, reading: Reading) -> None:
        if reading.hub:
            await self._sql.offer_hub(
                self._conn, id=self._source_id, hub=reading.hub, topic=reading.topic, now=to_ms(self._now)
            )
        elif not reading.not_modified:
            await self._sql.drop_hub(self._conn, id=self._source_id)

    async def _list(
        self, notices: Sequence[Recognised], stored: dict[Recognised, StoredItem], length: int
    ) -> list[int]:
        """Remember which stored items the reading listed, in its order."""
        ids: list[int | None] = [None] * length
        for notice in notices:
            item_id = stored[notice].id if notice in stored else notice.item_id
            for place in notice.places:
                if place < length:
                    ids[place] = item_id
        listed = list(dict.fromkeys(item_id for item_id in ids if item_id is not None))
        await self._sql.set_listed(self._conn, id=self._source_id, listed=as_json(listed))
        return listed


def _new_address(item: Item) -> str:
    """Where an entry that only looks like a known item is now; empty where its address says nothing that lasts.

    Its keys are learnt with it: the next reading knows it by them.
    """
    return item.url or "" if not item.doubt and strong(item.keys) else ""


def _host(url: str | None) -> str:
    """The host of an address, empty where there is none."""
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
