"""What happens to a chat inside somebody's transaction: its notes end, it is paused, it moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Row

from storage.connection import Connection
from storage.instants import to_ms
from storage.rows import as_json
from storage.statements import rows, statements


class ChatChanges:
    """Changes that both a person's command and Telegram's answer bring about."""

    def __init__(self) -> None:
        self.sql = statements("chats")

    async def pause(self, conn: Connection, chat_id: int, why: str, now: datetime) -> None:
        """Owe the chat nothing from now on; what is due to it is cancelled."""
        await self.sql.pause_chat(conn, id=chat_id, why=why, now=to_ms(now))
        await self.cancel_due(conn, chat_id, f"paused: {why}", now)

    async def cancel_due(self, conn: Connection, chat_id: int, why: str, now: datetime) -> None:
        """Cancel all that is due to the chat."""
        await self.enter(
            conn, await rows(self.sql.cancel_due_of_chat(conn, chat_id=chat_id, why=why, now=to_ms(now))), now
        )

    async def close_thread(self, conn: Connection, chat_id: int, thread: int, why: str, now: datetime) -> None:
        """Cancel all that is due to one topic of the chat."""
        ended = self.sql.cancel_due_of_thread(conn, chat_id=chat_id, thread=thread, why=why, now=to_ms(now))
        await self.enter(conn, await rows(ended), now)

    async def cancel_unwanted(self, conn: Connection, chat_id: int, why: str, now: datetime) -> None:
        """Cancel what is due to the chat and brought by nothing that it still follows or watches."""
        await self.enter(
            conn, await rows(self.sql.cancel_unwanted(conn, chat_id=chat_id, why=why, now=to_ms(now))), now
        )

    async def enter(self, conn: Connection, cancelled: Sequence[Row], now: datetime) -> None:
        """Write the ledger's lines of notes that were cancelled just now."""
        if cancelled:
            await self.sql.enter_cancelled(conn, ids=as_json(row["id"] for row in cancelled), now=to_ms(now))

    async def catch_up(self, conn: Connection, now: datetime) -> None:
        """The clock was set back: what chats wished for or met "later" than *now* counts from now on."""
        await self.sql.clamp_follows(conn, now=to_ms(now))
        await self.sql.clamp_watches(conn, now=to_ms(now))
        await self.sql.clamp_pauses(conn, now=to_ms(now))

    async def move(self, conn: Connection, chat_id: int, telegram_id: int, now: datetime) -> None:
        """Give the chat its new Telegram id; a chat that has that id already becomes part of this one."""
        other = await self.sql.chat_by_telegram(conn, telegram_id=telegram_id)
        if other is not None and other["chat_id"] != chat_id:
            await self._merge(conn, other["chat_id"], chat_id)
            if other["paused"]:
                await self.cancel_due(conn, chat_id, f"paused: {other['paused']}", now)
        await self.sql.set_telegram_id(conn, id=chat_id, telegram_id=telegram_id)

    async def _merge(self, conn: Connection, source: int, target: int) -> None:
        """Hand all that *source* has over to *target*. What either has received already is not sent again."""
        both = {"source": source, "target": target}
        await self.sql.merge_follows(conn, **both)
        await self.sql.end_follows(conn, chat_id=source)
        await self.sql.merge_watches(conn, **both)
        await self.sql.end_watches(conn, chat_id=source)
        for pair in await rows(self.sql.owed_to_both(conn, **both)):
            winner, loser = pair["target_note"], pair["source_note"]
            if pair["source_rank"] > pair["target_rank"]:
                winner, loser = loser, winner
            await self.sql.hand_over_ledger(conn, loser=loser, winner=winner)
            await self.sql.hand_over_further_reasons(conn, loser=loser, winner=winner)
            await self.sql.delete_note(conn, id=loser)
        await self.sql.merge_notes(conn, **both)
        await self.sql.merge_messages(conn, **both)
        await self.sql.merge_ledger(conn, **both)
        await self.sql.adopt_state(conn, **both)
        await self.sql.delete_parking(conn, id=source)
        await self.sql.delete_chat(conn, id=source)
