"""The kinds of updates that Loa reads; Telegram is asked for these and sends no others."""

from typing import Final

ALLOWED_UPDATES: Final = ("message", "callback_query", "inline_query", "my_chat_member")
