"""What is to leave, of both kinds: new messages first, then changes of those that were sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.core.notes import Bundle
from bot.jobs.composing import Composer
from bot.model import ClaimedEdit, Envelope
from storage.store import Store


class Owed:
    """Claimed envelopes on their way through the store; *boot* names this process in its leases."""

    def __init__(self, store: Store, composer: Composer, boot: str) -> None:
        self._store = store
        self._composer = composer
        self._boot = boot

    async def claim_edits(
        self, now: datetime, lease_until: datetime, most: int, busy: Collection[int]
    ) -> tuple[Envelope, ...]:
        """At most *most* changes of sent messages; none of a chat that is owed something new or is *busy*."""
        edits = await self._store.edits.claim(now, lease_until, self._boot, most, busy)
        return await self._amended(edits)

    async def mark(self, chosen: Sequence[Envelope], now: datetime) -> tuple[Envelope, ...]:
        """Note that these leave now. What was cancelled since the claim falls out; edits show what is known now."""
        pushes = [envelope for envelope in chosen if envelope.posted is None]
        leaving: list[Envelope] = []
        if pushes:
            ids = [note.id for envelope in pushes for note in envelope.notes]
            marked = set(await self._store.outbox.mark_sending(ids, now))
            for envelope in pushes:
                leaving += await self._left(envelope, marked)
        edits = [envelope.posted.id for envelope in chosen if envelope.posted is not None]
        if edits:
            leaving += await self._amended(await self._store.edits.mark_sending(edits))
        return tuple(leaving)

    async def give_back(self, envelopes: Sequence[Envelope]) -> None:
        """These do not leave now; nothing of them was sent."""
        notes = [note.id for envelope in envelopes if envelope.posted is None for note in envelope.notes]
        edits = [envelope.posted.id for envelope in envelopes if envelope.posted is not None]
        if notes:
            await self._store.outbox.release(notes)
        if edits:
            await self._store.edits.release(edits)

    async def _left(self, envelope: Envelope, marked: Collection[int]) -> tuple[Envelope, ...]:
        left = tuple(note for note in envelope.notes if note.id in marked)
        if not left or len(left) == len(envelope.notes):
            return (envelope,) if left else ()
        return await self._composer.compose(Bundle(notes=left, collected=len(left) > 1))

    async def _amended(self, edits: Sequence[ClaimedEdit]) -> tuple[Envelope, ...]:
        return tuple([await self._composer.amend(edit) for edit in edits])
