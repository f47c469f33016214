"""Which source and which chat somebody means by the words after a command."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.desk import Caller
from bot.chats.rights import Managed, NotManaged
from bot.core.html import clip, visible
from bot.core.text import fold
from bot.model import ALBUMS, EVERY_SOURCE, Button, Chat, ChatKind, Source, Watch, Words

A_PAGE: Final = 8
_SHOWN_NAMES: Final = 12
_EVERYTHING: Final = frozenset({"*", "all", "tat ca", "tatca", "everything"})
_OF_ALBUMS: Final[Mapping[str, str]] = MappingProxyType({"s": "a", "u": "e", "l": "c"})
_CHANNEL = re.compile(r"(@[A-Za-z]\w{3,31}|-100\d{5,15})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A source, or every source."""

    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchosen:
    """Nothing was named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """There is no such source; `near` are those that were perhaps meant."""

    name: str
    near: tuple[str, ...] = ()


Choice: TypeAlias = Chosen | Unchosen | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The chat and topic that a command is about, and the words that are left."""

    chat: Chat
    thread: int
    words: str


def choose(words: str, sources: Mapping[str, Source], *, others: Iterable[str] = ()) -> Choice:
    """What *words* name: a source by its id or its title, or all. *others* are ids that config.toml knows no more."""
    name = visible(words)
    if not name:
        return Unchosen()
    folded = fold(name)
    if name == EVERY_SOURCE or folded in _EVERYTHING:
        return Chosen(source_id=EVERY_SOURCE)
    ids = {source_id.casefold(): source_id for source_id in (*sources, *others)}
    titles = {fold(source.title): source.id for source in sources.values()}
    if (found := ids.get(name.casefold()) or titles.get(folded)) is not None:
        return Chosen(source_id=found)
    near = get_close_matches(name.casefold()[:80], list(ids), n=3)
    return Unknown(name=clip(name, 60), near=tuple(ids[each] for each in near))


def name_of(source_id: str, clerk: Clerk, words: Words) -> str:
    """How a source is called in front of people."""
    if source_id == EVERY_SOURCE:
        return words.say("source.every")
    if source_id.endswith(ALBUMS):
        return words.say("source.albums", source=name_of(source_id.removesuffix(ALBUMS), clerk, words))
    source = clerk.desk.sources.get(source_id)
    return clip(visible(source.title), 80) if source and source.title else source_id


def sources_of(watch: Watch, clerk: Clerk, words: Words, units: int) -> str:
    """The names of the sources that a watch is for, in plain text; empty where it is for all."""
    return clip(", ".join(name_of(source_id, clerk, words) for source_id in watch.sources), units)


def names_of(sources: Mapping[str, Source]) -> str:
    """The ids that may be typed, some of them where there are many."""
    shown = list(sources)[:_SHOWN_NAMES]
    return ", ".join(shown) + (", …" if len(sources) > len(shown) else "")


def source_rows(
    ids: Sequence[str], clerk: Clerk, words: Words, *, pick: str, turn: str, offset: int
) -> tuple[tuple[Button, ...], ...]:
    """A page of sources, a button each (verb *pick*), and buttons to the pages beside it (verb *turn*)."""
    page = ids[offset : offset + A_PAGE]
    rows = [(button(name_of(source_id, clerk, words), *picked(pick, source_id)),) for source_id in page]
    return (*rows, *pages(words, turn, offset=offset, more=offset + A_PAGE < len(ids), size=A_PAGE))


def picked(verb: str, source_id: str) -> tuple[str, str]:
    """Verb and words of a button about a source; one about its albums has a verb of its own, the id alone has room."""
    if source_id.endswith(ALBUMS):
        return _OF_ALBUMS[verb], source_id.removesuffix(ALBUMS)
    return verb, source_id


def pages(
    words: Words, verb: str, *, offset: int, more: bool, size: int, before: str = ""
) -> tuple[tuple[Button, ...], ...]:
    """The row with "previous" and "next" as far as there are such pages; no row where there is one page only.

    The buttons carry *before* and the offset of their page.
    """
    row: tuple[Button, ...] = ()
    if offset > 0:
        row += (button(words.say("button.previous"), verb, f"{before}{max(0, offset - size)}"),)
    if more:
        row += (button(words.say("button.next"), verb, f"{before}{offset + size}"),)
    return (row,) if row else ()


def offset_of(words: str) -> int:
    """The place that a page button carries; a forged one is the beginning."""
    return int(words) if words.isascii() and words.isdigit() and len(words) <= 6 else 0


async def target_of(clerk: Clerk, caller: Caller, words: str) -> Target | None:
    """The chat that the command is about: its own or the channel that it names; None where that was refused.

    A channel is managed from the private chat of somebody who administers it.
    """
    first, _, last = words.rpartition(" ")
    if not _CHANNEL.fullmatch(last):
        return Target(chat=caller.chat, thread=caller.thread, words=words)
    if caller.chat.kind is not ChatKind.PRIVATE:
        await clerk.tell(caller, "channel.private_only")
        return None
    match await clerk.rights.manages(caller.user_id, last):
        case NotManaged(why=why):
            await clerk.tell(caller, f"channel.not_managed.{why}", channel=last)
            return None
        case Managed(telegram_id=telegram_id, title=title):
            now = clerk.desk.clock()
            channel = await clerk.desk.store.chats.meet(telegram_id, ChatKind.CHANNEL, title, caller.chat.language, now)
            return Target(chat=channel, thread=0, words=first.strip())
