"""How the sources are, as operators see it in /status."""

from __future__ import annotations

from typing import Final

from bot.chats.clerk import Clerk
from bot.chats.commands.orphans import MOST_NAMES, orphan_lines
from bot.chats.commands.sources import shown_time, trouble_words
from bot.chats.desk import Caller
from bot.chats.wording import sentence
from bot.core.html import clip
from bot.model import Memory, Source

MOST_LINES: Final = 12


async def state_lines(clerk: Clerk, caller: Caller) -> list[str]:
    """How many sources are well; then those in trouble, paused, silent, trusted in a way of their own, or orphaned."""
    sources, store = clerk.desk.sources, clerk.desk.store
    memories = [each for each in await store.sources.memories() if each.source_id in sources]
    unwell = [each for each in memories if each.trouble is not None or each.paused]
    well = sentence(caller.words, "status.sources", count=len(sources), well=len(sources) - len(unwell))
    lines = [line for each in memories for line in _lines(each, caller)]
    # Whatever else there is to tell: who trusts more than usual is always told.
    trusting = [line for source in sources.values() for line in _trust(source, caller)]
    return [
        well,
        *lines[:MOST_LINES],
        *trusting[:MOST_LINES],
        *await _hub_lines(clerk, caller),
        *await orphan_lines(clerk, caller),
    ]


def _lines(memory: Memory, caller: Caller) -> list[str]:
    say, zone, lines = caller.words, caller.chat.timezone, []
    if memory.trouble is not None:
        lines.append(
            sentence(
                say,
                "status.trouble",
                source=memory.source_id,
                trouble=trouble_words(memory.trouble, say),
                why=clip(memory.trouble.why, 200),
                failures=memory.failures,
                since=shown_time(memory.trouble_since, zone, say),
            )
        )
    if memory.paused:
        lines.append(sentence(say, "status.paused", source=memory.source_id))
    if memory.silent_since is not None:
        since = shown_time(memory.silent_since, zone, say)
        lines.append(sentence(say, "status.silent", source=memory.source_id, since=since))
    return lines


def _trust(source: Source, caller: Caller) -> list[str]:
    lines = []
    if source.ca_file:
        file = clip(source.ca_file.rpartition("/")[2], 60)
        lines.append(sentence(caller.words, "status.ca_file", source=source.id, file=file))
    if source.legacy_tls:
        lines.append(sentence(caller.words, "status.legacy_tls", source=source.id))
    return lines


async def _hub_lines(clerk: Clerk, caller: Caller) -> list[str]:
    leases = await clerk.desk.store.hubs.leases(clerk.desk.clock())
    return [
        sentence(
            caller.words,
            "status.hub",
            source=hub.source_id,
            until=shown_time(hub.lease_until, caller.chat.timezone, caller.words),
        )
        for hub in leases[:MOST_NAMES]
    ]
