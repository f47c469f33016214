"""What became of everything that was owed, note by note, from the ledger and from what Telegram took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from storage.store import Store

Owed: TypeAlias = tuple[int, str]
"""A chat, by our id, and an item's title."""


@dataclass(kw_only=True)
class Reckoning:
    """Each owed note is in exactly one place."""

    owed: int
    arrived: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    """Notes that never arrived and were ended with a reason: the verdict and the reason."""
    lost: list[str] = field(default_factory=list)
    """Notes that neither arrived nor have an end that the ledger explains."""
    twice: int = 0
    doubtful: int = 0
    """Of those: messages that had arrived although their answer was lost."""


async def reckoned(
    store: Store, owed: Iterable[Owed], delivered: Mapping[Owed, int], doubtful: Mapping[Owed, int]
) -> Reckoning:
    """Look up each of *owed*: what arrived, what was ended and why, and what is lost."""
    chats = {chat.telegram_id: chat.id async for chat in store.chats.export()}
    last: dict[Owed, tuple[str, str]] = {}
    async for line in store.outbox.ledger_lines():
        chat = line["chat"]
        assert isinstance(chat, int)
        last[chats[chat], str(line["title"])] = (str(line["state"]), str(line["why"]))
    wanted = sorted(set(owed))
    told = Reckoning(owed=len(wanted))
    for note in wanted:
        state, why = last.get(note, ("", "the ledger has no line of it"))
        if delivered.get(note):
            told.arrived += 1
        elif state in ("cancelled", "dead") and why:
            told.ended[f"{state}: {why}"] += 1
        else:
            told.lost.append(f"chat {note[0]}, {note[1]}: {state or 'unknown'} {why}")
    told.twice = sum(count - 1 for count in delivered.values() if count > 1)
    told.doubtful = sum(min(doubtful.get(note, 0), count - 1) for note, count in delivered.items() if count > 1)
    return told
