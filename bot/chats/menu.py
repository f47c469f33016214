"""How the bot presents itself in Telegram: the menu of commands and its description, Vietnamese unless English."""

from __future__ import annotations

from typing import Final

from telegram import Bot, BotCommand

from bot.chats.words import words_for
from bot.model import Words

_MENU: Final = (
    ("latest", "moi"),
    ("search", "tim"),
    ("subscribe", "dangky"),
    ("unsubscribe", "huy"),
    ("watch", "theodoi"),
    ("watches", "dstheodoi"),
    ("sources", "nguon"),
    ("photos", "anh"),
    ("about", "gioithieu"),
    ("links", "lienket"),
    ("quiet", "giolang"),
    ("settings", "caidat"),
    ("mydata", "dulieu"),
    ("stop", "stop"),
    ("help", "trogiup"),
)


async def publish_menu(bot: Bot) -> None:
    """Register the menu and the descriptions; raises TelegramError where Telegram cannot be reached."""
    for code in (None, "en"):
        words = words_for("en" if code else "vi")
        await bot.set_my_commands(_commands(words), language_code=code)
        await bot.set_my_description(words.say("menu.description"), language_code=code)
        await bot.set_my_short_description(words.say("menu.short"), language_code=code)


def _commands(words: Words) -> list[BotCommand]:
    vietnamese = words.language == "vi"
    return [BotCommand(vi if vietnamese else en, words.say(f"menu.{en}")) for en, vi in _MENU]
