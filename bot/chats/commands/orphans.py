"""Sources that chats follow although config.toml knows them no more, as operators see it."""

from __future__ import annotations

from typing import Final

from bot.chats.clerk import Clerk
from bot.chats.desk import Caller
from bot.chats.wording import sentence
from bot.core.html import clip

MOST_NAMES: Final = 5


async def orphan_lines(clerk: Clerk, caller: Caller) -> list[str]:
    """Who follows a source that is configured no more."""
    lines = []
    for orphan in (await clerk.desk.store.sources.orphans(clerk.desk.sources))[:MOST_NAMES]:
        person = caller.words.say("status.person")
        names = [clip(each.title, 40) or person for each in orphan.followers[:MOST_NAMES]]
        more = ["…"] if len(orphan.followers) > MOST_NAMES else []
        lines.append(
            sentence(
                caller.words,
                "status.orphan",
                source=orphan.source_id,
                count=len(orphan.followers),
                names=", ".join([*names, *more]),
            )
        )
    return lines
