"""Telegram's words for a chat or topic to which the bot cannot write any more."""

from __future__ import annotations

from typing import Final

_PAUSES: Final = (
    ("bot was blocked by the user", "blocked"),
    ("user is deactivated", "deactivated"),
    ("can't initiate conversation", "not_started"),
    ("can't send messages to bots", "not_found"),
    ("was kicked", "kicked"),
    ("is not a member", "left"),
    ("chat was deleted", "deleted"),
    ("chat not found", "not_found"),
    ("peer_id_invalid", "not_found"),
    ("user not found", "not_found"),
    ("not enough rights", "no_rights"),
    ("have no rights", "no_rights"),
    ("need administrator rights", "no_rights"),
    ("chat_write_forbidden", "no_rights"),
    ("chat_admin_required", "no_rights"),
    ("chat_restricted", "no_rights"),
    ("group chat was deactivated", "deleted"),
    ("group chat was upgraded", "not_found"),
)
_CLOSED_TOPIC: Final = ("message thread not found", "topic_closed", "topic_deleted")


def pause_meant(said: str) -> str:
    """Why the chat is to be paused after Telegram *said* (in small letters) that; empty where it meant the message."""
    return next((name for words, name in _PAUSES if words in said), "")


def is_closed_topic(said: str) -> bool:
    """Whether it meant the topic."""
    return any(words in said for words in _CLOSED_TOPIC)
