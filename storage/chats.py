"""Who knows Loa, what each chat follows, and how it is forgotten."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import datetime

from bot.errors import StoreUnavailable
from bot.model import Chat, ChatKind, Follow, Language, QuietHours
from storage.chat_changes import ChatChanges
from storage.database import Database
from storage.instants import to_ms
from storage.rows import chat_of, follow_of
from storage.statements import rows

log = logging.getLogger(__name__)

PAGE = 500
"""Chats that an export reads at once."""


class Chats:
    """The shelf of chats."""

    def __init__(self, db: Database, changes: ChatChanges) -> None:
        self._db = db
        self._changes = changes
        self._sql = changes.sql

    async def meet(self, telegram_id: int, kind: ChatKind, title: str, language: Language, now: datetime) -> Chat:
        """The chat of that Telegram id, made where it is new; its title is kept fresh, its language is its own."""
        known = await self.by_telegram(telegram_id)
        if known is not None and known.kind == kind and title in ("", known.title):
            return known
        async with self._db.write() as conn:
            await self._sql.put_chat(
                conn, telegram_id=telegram_id, kind=kind, title=title, language=language, now=to_ms(now)
            )
            return chat_of(await self._sql.chat_by_telegram(conn, telegram_id=telegram_id))

    async def by_telegram(self, telegram_id: int) -> Chat | None:
        """The chat of a Telegram id."""
        async with self._db.read() as conn:
            row = await self._sql.chat_by_telegram(conn, telegram_id=telegram_id)
        return None if row is None else chat_of(row)

    async def get(self, chat_id: int) -> Chat | None:
        """The chat of our id."""
        async with self._db.read() as conn:
            row = await self._sql.chat(conn, id=chat_id)
        return None if row is None else chat_of(row)

    async def count(self) -> int:
        """How many chats are known."""
        async with self._db.read() as conn:
            number: int = await self._sql.count_chats(conn)
        return number

    async def export(self) -> AsyncIterator[Chat]:
        """Every chat, in the order in which they came."""
        last = 0
        while True:
            async with self._db.read() as conn:
                page = await rows(self._sql.chats_after(conn, id=last, most=PAGE))
            for row in page:
                yield chat_of(row)
            if len(page) < PAGE:
                return
            last = page[-1]["chat_id"]

    async def follow(self, chat_id: int, thread: int, source_id: str, now: datetime) -> bool:
        """Owe the topic what *source_id* (or `EVERY_SOURCE`) brings from now on. False: it was so already."""
        async with self._db.write() as conn:
            new = await self._sql.add_follow(conn, chat_id=chat_id, thread=thread, source_id=source_id, now=to_ms(now))
        return bool(new)

    async def unfollow(self, chat_id: int, thread: int, source_id: str | None, now: datetime) -> int:
        """End one follow of the topic, or (None) all of them; gives how many ended.

        What is due because of them is cancelled, unless another follow or watch of the topic wants it too.
        """
        async with self._db.write() as conn:
            ended: int = (
                await self._sql.end_follows_of_thread(conn, chat_id=chat_id, thread=thread)
                if source_id is None
                else await self._sql.end_follow(conn, chat_id=chat_id, thread=thread, source_id=source_id)
            )
            await self._changes.cancel_unwanted(conn, chat_id, "unfollowed", now)
        return ended

    async def follows(self, chat_id: int) -> tuple[Follow, ...]:
        """What the chat follows, topic by topic."""
        async with self._db.read() as conn:
            found = await rows(self._sql.follows_of_chat(conn, chat_id=chat_id))
        return tuple(follow_of(row) for row in found)

    async def stop(self, chat_id: int, now: datetime) -> int:
        """End every follow and watch of the chat and cancel what is due; gives how many follows and watches ended."""
        async with self._db.write() as conn:
            ended: int = await self._sql.end_follows(conn, chat_id=chat_id)
            ended += await self._sql.end_watches(conn, chat_id=chat_id)
            await self._changes.cancel_due(conn, chat_id, "stopped", now)
        return ended

    async def pause(self, chat_id: int, why: str, now: datetime) -> None:
        """Owe the chat nothing until `resume`; what is due is cancelled."""
        async with self._db.write() as conn:
            await self._changes.pause(conn, chat_id, why, now)

    async def resume(self, chat_id: int, now: datetime) -> int:
        """Owe the chat again what comes after *now*; gives how many items it missed. A chat not paused missed none."""
        async with self._db.write() as conn:
            row = await self._sql.chat(conn, id=chat_id)
            if row is None or not row["paused"]:
                return 0
            missed: int = await self._sql.count_missed(conn, id=chat_id, since=row["paused_at"])
            await self._sql.resume_chat(conn, id=chat_id)
        log.info("chat.resumed chat=%d paused=%s missed=%d", chat_id, row["paused"], missed)
        return missed

    async def move(self, chat_id: int, new_telegram_id: int, now: datetime) -> Chat:
        """Follow a group to its supergroup; where both are known they become one, under our id of the group.

        Its owed notes go along. Asked twice, it changes nothing more.
        """
        async with self._db.write() as conn:
            await self._changes.move(conn, chat_id, new_telegram_id, now)
            row = await self._sql.chat_by_telegram(conn, telegram_id=new_telegram_id)
        log.info("chat.moved chat=%d", chat_id)
        return chat_of(row)

    async def set_language(self, chat_id: int, language: Language) -> None:
        """Speak that language to the chat."""
        async with self._db.write() as conn:
            await self._sql.set_language(conn, id=chat_id, language=language)

    async def set_quiet(self, chat_id: int, quiet: QuietHours | None, now: datetime) -> None:
        """Let nothing arrive inside *quiet*; None: at any time. What waited for the end of the old hours is due."""
        start, end = (None, None) if quiet is None else (quiet.start, quiet.end)
        async with self._db.write() as conn:
            await self._sql.set_quiet(conn, id=chat_id, start=start, end=end)
            await self._sql.bring_forward(conn, id=chat_id, now=to_ms(now))

    async def forget(self, chat_id: int) -> None:
        """Erase the chat: nothing in the file or its log tells its number, its words or what it follows.

        The ledger keeps what was sent, to nobody. StoreUnavailable where the log could not be emptied: ask again.
        """
        async with self._db.write() as conn:
            await self._sql.end_follows(conn, chat_id=chat_id)
            await self._sql.end_watches(conn, chat_id=chat_id)
            await self._sql.delete_further_reasons(conn, id=chat_id)
            await self._sql.delete_ledger_of_due(conn, id=chat_id)
            await self._sql.delete_due(conn, id=chat_id)
            await self._sql.forget_notes(conn, id=chat_id)
            await self._sql.forget_edits(conn, id=chat_id)
            await self._sql.forget_messages(conn, id=chat_id)
            await self._sql.forget_ledger(conn, id=chat_id)
            await self._sql.delete_parking(conn, id=chat_id)
            await self._sql.delete_chat(conn, id=chat_id)
        if not await self._db.fold_wal():
            raise StoreUnavailable(f"{self._db.path}: a reader kept the log of what was erased: ask again")
