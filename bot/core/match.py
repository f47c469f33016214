"""Who wants an item because a query of theirs matches it. Followers are found by the store in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model import Match, StoredItem, Watch, Watched


def matches_of(stored: StoredItem, watches: Sequence[Watch]) -> tuple[Match, ...]:
    """One match for each topic of a chat that watches: several watches that hit one item owe one note."""
    first: dict[tuple[int, int], Watch] = {}
    for watch in watches:
        if not watch.sources or stored.item.source_id in watch.sources:
            first.setdefault((watch.chat_id, watch.thread), watch)
    return tuple(
        Match(chat_id=chat_id, thread=thread, item_id=stored.id, reason=Watched(query=watch.query))
        for (chat_id, thread), watch in first.items()
    )


def find_matches(kept: Sequence[StoredItem], wanted: Mapping[tuple[str, ...], Sequence[Watch]]) -> tuple[Match, ...]:
    """The matches of all kept items; *wanted* has the watches that hit an item, by the item's keys."""
    return tuple(match for stored in kept for match in matches_of(stored, wanted.get(stored.item.keys, ())))
