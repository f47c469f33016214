"""Makers of what the store keeps, with defaults that a test only overrides where it matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.model import (
    Accepted,
    Answer,
    Chat,
    ChatKind,
    ClaimedNote,
    Envelope,
    Item,
    Outcome,
    Priority,
    Reading,
    Rendered,
    Source,
    StoredItem,
    Verdict,
)
from storage.intake import Kept
from storage.store import Store
from tests.fakes import HandClock, notice


def a_source(source_id: str = "tdkt", **more: object) -> Source:
    """A source of the configuration."""
    source = Source(id=source_id, title="Tin tức - Sự kiện", url=f"https://portal.example/{source_id}/rss")
    return replace(source, **more)  # type: ignore[arg-type]


def an_item(number: int = 1, *, title: str = "", **more: object) -> Item:
    """A notice of the portal, different from those of other numbers."""
    return notice(title or f"Tin số {number} về phong trào thi đua", number, **more)


def a_reading(*items: Item, **more: object) -> Reading:
    """A feed that lists *items*."""
    return replace(Reading(kind="feed", items=items), **more)  # type: ignore[arg-type]


async def a_baseline(store: Store, clock: HandClock, source_id: str = "tdkt", *items: Item) -> None:
    """A source that has been read once."""
    async with store.poll(source_id, clock()) as tx:
        await tx.keep(a_reading(*items), items, baseline=True)
    clock.advance(timedelta(minutes=5))


async def a_chat(store: Store, clock: HandClock, number: int = 1, kind: ChatKind = ChatKind.PRIVATE) -> Chat:
    """A chat that said hello."""
    telegram_id = 7_000_000_000 + number if kind is ChatKind.PRIVATE else -1_001_000_000_000 - number
    return await store.chats.meet(telegram_id, kind, f"Chị Hoà {number}", "vi", clock())


async def a_follower(
    store: Store, clock: HandClock, number: int = 1, *, thread: int = 0, source_id: str = "tdkt"
) -> Chat:
    """A chat that follows a source."""
    chat = await a_chat(store, clock, number)
    await store.chats.follow(chat.id, thread, source_id, clock())
    return chat


async def publish(
    store: Store, clock: HandClock, *items: Item, priority: Priority = Priority.NORMAL
) -> tuple[Kept, int]:
    """A reading of *items*, all of them fresh, owed to their followers; what was kept, and how much is owed."""
    async with store.poll(items[0].source_id, clock()) as tx:
        kept = await tx.keep(a_reading(*items), items, baseline=False)
        owed = await tx.owe_followers(kept.new, priority)
    return kept, owed


async def stored_news(store: Store, clock: HandClock, *items: Item) -> tuple[StoredItem, ...]:
    """Items that are stored and owed to their followers."""
    kept, _ = await publish(store, clock, *items)
    return kept.new


async def claim(
    store: Store, clock: HandClock, *, most: int = 1000, busy: Sequence[int] = (), boot: str = "boot"
) -> tuple[ClaimedNote, ...]:
    """What may go now, under a lease of a minute."""
    return await store.outbox.claim(clock(), clock() + timedelta(minutes=1), boot, most, busy)


async def send(store: Store, clock: HandClock, *notes: ClaimedNote) -> tuple[int, ...]:
    """Mark notes as leaving."""
    return await store.outbox.mark_sending([note.id for note in notes], clock())


def an_outcome(*notes: ClaimedNote, verdict: Verdict, answer: Answer | None = None, **more: object) -> Outcome:
    """What became of one envelope with *notes*."""
    envelope = Envelope(address=notes[0].address, notes=notes, rendered=Rendered(text="x"))
    outcome = Outcome(envelope=envelope, answer=answer or Accepted(message_id=1), verdict=verdict)
    return replace(outcome, **more)  # type: ignore[arg-type]


async def ledger(store: Store) -> list[tuple[object, object, object]]:
    """Every line of the ledger as (item, verdict, why)."""
    return [(line["item"], line["verdict"], line["why"]) async for line in store.outbox.ledger_lines()]


async def a_note_on_its_way(store: Store, clock: HandClock) -> ClaimedNote:
    """The note of the first item for a new follower, marked as leaving."""
    await a_follower(store, clock)
    await publish(store, clock, an_item(1))
    (note,) = await claim(store, clock)
    assert await send(store, clock, note) == (note.id,)
    return note
