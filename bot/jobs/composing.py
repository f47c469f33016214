"""Bundles of notes become envelopes: each text is rendered once, however many chats it goes to."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Final, Generic, TypeVar

from bot.core.notes import Bundle
from bot.core.render import push, push_plain
from bot.core.render_list import Part, collected
from bot.core.style import Style
from bot.model import ClaimedNote, Envelope, Language, Reason, Rendered, Source, StoredItem, Words
from storage.store import Store

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

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
        self._pushes: _Kept[tuple[int, int, Language, Reason, bool], Rendered] = _Kept()
        self._lists: _Kept[tuple[Language, tuple[tuple[int, int, Reason], ...]], tuple[Part, ...]] = _Kept()

    async def compose(self, bundle: Bundle) -> tuple[Envelope, ...]:
        """The bundle's envelopes in their order; notes whose item is gone are in none of them."""
        stored = [await self._item(note) for note in bundle.notes]
        found = [(note, item) for note, item in zip(bundle.notes, stored, strict=True) if item is not None]
        if not found:
            return ()
        language = found[0][0].chat.language
        if not bundle.collected:
            return tuple(_envelope((note,), self._push(note, item, language)) for note, item in found)
        parts = self._list(tuple(found), language)
        envelopes: list[Envelope] = []
        at = 0
        for part in parts:
            notes = tuple(note for note, _ in found[at : at + part.count])
            envelopes.append(_envelope(notes, part.rendered))
            at += part.count
        return tuple(envelopes)

    async def _item(self, note: ClaimedNote) -> StoredItem | None:
        key = (note.item_id, note.revision)
        stored = self._known.get(key)
        if stored is None and (stored := await self._store.items.get(note.item_id)) is not None:
            self._known.put(key, stored)
        return stored

    def _push(self, note: ClaimedNote, stored: StoredItem, language: Language) -> Rendered:
        key = (note.item_id, note.revision, language, note.reason, note.plain)
        template = push_plain if note.plain else push
        return self._pushes.get(key) or self._pushes.put(key, template(stored, note.reason, self._style(language)))

    def _list(self, found: tuple[tuple[ClaimedNote, StoredItem], ...], language: Language) -> tuple[Part, ...]:
        key = (language, tuple((note.item_id, note.revision, note.reason) for note, _ in found))
        entries = [(stored, note.reason) for note, stored in found]
        return self._lists.get(key) or self._lists.put(key, collected(entries, self._style(language)))

    def _style(self, language: Language) -> Style:
        style = self._styles.get(language)
        if style is None:
            words = self._words_for(language)
            style = Style(words=words, sources=self._sources, summary_length=self._summary_length)
            self._styles[language] = style
        return style


def _envelope(notes: tuple[ClaimedNote, ...], rendered: Rendered) -> Envelope:
    return Envelope(address=notes[0].address, notes=notes, rendered=rendered)
