"""The sources and how they are: /sources."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands.choices import A_PAGE, name_of, offset_of, pages
from bot.chats.commands.orphans import orphan_lines
from bot.chats.desk import Caller
from bot.chats.wording import sentence
from bot.core.html import escape
from bot.model import EVERY_SOURCE, ChatKind, Memory, Rendered, Trouble, Words


async def sources(clerk: Clerk, caller: Caller, words: str) -> None:
    """Each source with its last success and its last item, and whether this topic follows it; a page at a time.

    Operators are told, where nobody else reads along, who follows a source that is no more.
    """
    ids = list(clerk.desk.sources)
    if not ids:
        await clerk.tell(caller, "follow.none_configured")
        return
    offset = offset_of(words) if caller.shown else 0
    memories = {memory.source_id: memory for memory in await clerk.desk.store.sources.memories()}
    follows = await clerk.desk.store.chats.follows(caller.chat.id)
    followed = {follow.source_id for follow in follows if follow.thread == caller.thread}
    parts = [sentence(caller.words, "sources.head", count=len(ids))]
    for source_id in ids[offset : offset + A_PAGE]:
        memory = memories.get(source_id, Memory(source_id=source_id))
        lines = _lines(memory, clerk, caller)
        if {source_id, EVERY_SOURCE} & followed:
            lines.append(sentence(caller.words, "sources.followed"))
        parts.append("\n".join(lines))
    if clerk.is_operator(caller) and caller.chat.kind is ChatKind.PRIVATE:
        parts += await orphan_lines(clerk, caller)
    rows = (
        *pages(caller.words, "n", offset=offset, more=offset + A_PAGE < len(ids), size=A_PAGE),
        (button(caller.words.say("button.choose"), "so", "0"),),
    )
    await clerk.answer(caller, Rendered(text="\n\n".join(parts), buttons=rows))


def trouble_words(trouble: Trouble, words: Words) -> str:
    """What is wrong with a source, as readers and operators are told."""
    return words.say(f"trouble.{trouble.kind}", status=trouble.status or "–")


def shown_time(at: datetime | None, zone: str, words: Words) -> str:
    """ "20:54, 25/11/2026" on the chat's clock, or the word for never."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M, %d/%m/%Y}" if at else words.say("time.never")


def _lines(memory: Memory, clerk: Clerk, caller: Caller) -> list[str]:
    words, zone = caller.words, caller.chat.timezone
    name = name_of(memory.source_id, clerk, words)
    lines = [
        sentence(words, "sources.name", source=name, id=memory.source_id),
        sentence(words, "sources.read", at=shown_time(memory.last_success_at, zone, words)),
        sentence(words, "sources.item", at=shown_time(memory.last_item_at, zone, words)),
    ]
    if memory.paused:
        lines.append(sentence(words, "sources.paused"))
    elif memory.trouble is not None:
        lines.append(f"⚠️ {escape(trouble_words(memory.trouble, words))}")
    elif memory.silent_since is not None:
        lines.append(sentence(words, "sources.silent"))
    return lines
