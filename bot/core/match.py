"""Who wants an item because a query of theirs matches it. Followers are found by the store in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model import Match, StoredItem, Watch, Watched


def matches_of(stored: StoredItem, watches: Sequence[Watch]) -> tuple[Match, ...]:
    """One match for each query by which a topic of a chat asks for the item; all of a topic's owe one note."""
    asking = dict.fromkeys(
        (watch.chat_id, watch.thread, watch.query)
        for watch in watches
        if not watch.sources or stored.item.source_id in watch.sources
    )
    return tuple(
        Match(chat_id=chat_id, thread=thread, item_id=stored.id, reason=Watched(query=query))
        for chat_id, thread, query in asking
    )


def find_matches(kept: Sequence[StoredItem], wanted: Mapping[tuple[str, ...], Sequence[Watch]]) -> tuple[Match, ...]:
    """The matches of all kept items; *wanted* has the watches that hit an item, by the item's keys."""
    return tuple(match for stored in kept for match in matches_of(stored, wanted.get(stored.item.keys, ())))
