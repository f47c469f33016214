"""All settings by buttons: /settings."""

from __future__ import annotations

from dataclasses import replace

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands.choices import name_of
from bot.chats.commands.quiet import shown_hours
from bot.chats.desk import Caller
from bot.chats.words import words_for
from bot.core.html import clip
from bot.model import Language


async def settings(clerk: Clerk, caller: Caller, words: str) -> None:
    """What this chat gets and how, with buttons to change it."""
    del words
    say, store = caller.words.say, clerk.desk.store
    follows = await store.chats.follows(caller.chat.id)
    names = [name_of(each.source_id, clerk, caller.words) for each in follows if each.thread == caller.thread]
    watches = await store.watches.of_chat(caller.chat.id)
    rows = (
        (button(say("button.other_language"), "g", "en" if caller.words.language == "vi" else "vi"),),
        (button(say("button.quiet"), "q"), button(say("button.watches"), "wl")),
        (button(say("button.choose"), "so", "0"), button(say("button.end_some"), "uo", "0")),
        (button(say("button.stop"), "x"),),
    )
    await clerk.tell(
        caller,
        "settings",
        *rows,
        language=say("language.name"),
        quiet=shown_hours(caller.chat.quiet, caller.words),
        sources=clip(", ".join(names), 600) or say("settings.no_source"),
        watches=str(len(watches)),
    )


async def language(clerk: Clerk, caller: Caller, words: str) -> None:
    """Speak the other language with this chat from now on."""
    chosen: Language = "en" if words == "en" else "vi"
    await clerk.desk.store.chats.set_language(caller.chat.id, chosen)
    chat = replace(caller.chat, language=chosen)
    await settings(clerk, replace(caller, chat=chat, words=words_for(chosen)), "")
