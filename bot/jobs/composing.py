"""Bundles of notes become envelopes: each text is rendered once, however many chats it goes to."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from typing import Final, Generic, TypeVar

from bot.core.notes import Bundle
from bot.core.render import push, push_plain, without_callbacks
from bot.core.render_album import album, album_plain, under_pictures
from bot.core.render_list import Part, collected, list_part
from bot.core.story import story_of
from bot.core.style import Style
from bot.model import (
    Act,
    ChatKind,
    ClaimedEdit,
    ClaimedNote,
    Envelope,
    Language,
    Listed,
    Reason,
    Rendered,
    Source,
    StoredItem,
    Words,
)
from storage.store import Store

log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Told = tuple[ClaimedNote, StoredItem]
"""A note and what it says at this moment."""

_ACCIDENTS: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_KEPT: Final = 512
"""Texts and items that are remembered; a burst is seldom more."""


class _Kept(Generic[K, V]):
    """The newest things made, so that each is made once."""

    def __init__(self) -> None:
        self._made: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        return self._made.get(key)

    def put(self, key: K, made: V) -> V:
        if len(self._made) >= _KEPT:
            del self._made[next(iter(self._made))]
        self._made[key] = made
        return made


class Composer:
    """Writes what an envelope says."""

    def __init__(
        self,
        store: Store,
        *,
        words_for: Callable[[Language], Words],
        sources: Mapping[str, Source],
        summary_length: int = 300,
    ) -> None:
        self._store = store
        self._words_for = words_for
        self._sources = sources
        self._summary_length = summary_length
        self._styles: dict[Language, Style] = {}
        self._known: _Kept[tuple[int, int], StoredItem] = _Kept()
        self._pushes: _Kept[tuple[Hashable, ...], Rendered] = _Kept()
        self._lists: _Kept[tuple[Hashable, ...], tuple[Part, ...]] = _Kept()
        self._parts: _Kept[tuple[Hashable, ...], Rendered] = _Kept()

    async def compose(self, bundle: Bundle) -> tuple[Envelope, ...]:
        """The bundle's envelopes in their order; notes that cannot be written are in none of them."""
        try:
            return await self._composed(bundle)
        except _ACCIDENTS:
            # A text that we fail to write must not stand in the way of all that is owed after it.
            log.exception("compose.accident notes=%s", [note.id for note in bundle.notes])
            return ()

    async def _composed(self, bundle: Bundle) -> tuple[Envelope, ...]:
        found = await self._told(bundle.notes, None)
        if not found:
            return ()
        language = found[0][0].chat.language
        if not bundle.collected:
            return tuple(_envelope((note,), self._push(note, item, language)) for note, item in found)
        parts = self._list(found, language)
        envelopes: list[Envelope] = []
        at = 0
        for part in parts:
            notes = tuple(note for note, _ in found[at : at + part.count])
            envelopes.append(_envelope(notes, part.rendered, part.listed))
            at += part.count
        return tuple(envelopes)

    async def amend(self, edit: ClaimedEdit) -> Envelope:
        """The change that a posted message needs to show its items as they are; it is deleted where none is left."""
        posted, language = edit.posted, edit.chat.language
        found = await self._told(edit.notes, posted.sent_at)
        notes = tuple(note for note, _ in found)
        act, rendered = Act.EDIT, Rendered(text="")
        if not found or (not posted.plain and all(item.recall == "delete" for _, item in found)):
            act = Act.DELETE
        elif posted.listed is not None:
            rendered = self._part(found, posted.listed, language)
        else:
            note, stored = found[0]
            rendered = self._push(note, stored, language)
            if note.plain and stored.item.pictures:
                rendered = under_pictures(rendered, stored)
        return Envelope(
            address=edit.address, notes=notes, rendered=rendered, listed=posted.listed, posted=posted, act=act
        )

    async def _told(self, notes: Sequence[ClaimedNote], shown_since: datetime | None) -> list[Told]:
        found: list[Told] = []
        for note in notes:
            items = [await self._item(note.item_id, note.revision)]
            items += [await self._item(rider.item_id, rider.revision) for rider in note.riders]
            if told := [item for item in items if item is not None]:
                found.append((note, story_of(told, shown_since)))
        return found

    async def _item(self, item_id: int, revision: int) -> StoredItem | None:
        stored = self._known.get((item_id, revision))
        if stored is None and (stored := await self._store.items.get(item_id)) is not None:
            self._known.put((item_id, revision), stored)
        return stored

    def _push(self, note: ClaimedNote, stored: StoredItem, language: Language) -> Rendered:
        key = (_said(stored), language, note.reasons, note.plain, note.chat.kind is ChatKind.CHANNEL)
        return self._pushes.get(key) or self._pushes.put(key, self._written(note, stored, self._style(language)))

    def _written(self, note: ClaimedNote, stored: StoredItem, style: Style) -> Rendered:
        if stored.item.pictures:
            return album_plain(stored, style) if note.plain else album(stored, style)
        rendered = (push_plain if note.plain else push)(stored, note.reasons, style)
        # In a channel nobody is answered: whoever pressed a button would have everybody read what it gives.
        return without_callbacks(rendered) if note.chat.kind is ChatKind.CHANNEL else rendered

    def _list(self, found: Sequence[Told], language: Language) -> tuple[Part, ...]:
        key = _key(found, language)
        return self._lists.get(key) or self._lists.put(key, collected(_entries(found), self._style(language)))

    def _part(self, found: Sequence[Told], listed: Listed, language: Language) -> Rendered:
        key = (listed, _key(found, language))
        return self._parts.get(key) or self._parts.put(key, list_part(_entries(found), listed, self._style(language)))

    def _style(self, language: Language) -> Style:
        style = self._styles.get(language)
        if style is None:
            words = self._words_for(language)
            style = Style(words=words, sources=self._sources, summary_length=self._summary_length)
            self._styles[language] = style
        return style


def _entries(found: Sequence[Told]) -> list[tuple[StoredItem, tuple[Reason, ...]]]:
    return [(stored, note.reasons) for note, stored in found]


def _key(found: Sequence[Told], language: Language) -> tuple[Hashable, ...]:
    return (language, tuple((_said(stored), note.reasons) for note, stored in found))


def _said(stored: StoredItem) -> Hashable:
    """What tells two texts of items apart."""
    also = tuple((each.id, each.revision) for each in stored.also)
    return (stored.id, stored.revision, stored.corrected_at is not None, also)


def _envelope(notes: tuple[ClaimedNote, ...], rendered: Rendered, listed: Listed | None = None) -> Envelope:
    return Envelope(address=notes[0].address, notes=notes, rendered=rendered, listed=listed)
