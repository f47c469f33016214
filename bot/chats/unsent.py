"""The ledger's reasons as operators read them in the chat: it speaks English, and quotes Telegram and the network.

What is said otherwise than in the sentences below is not shown: the export of the ledger has it word by word.
"""

from __future__ import annotations

import re
from typing import Final

from bot.chats.sender_refusals import is_closed_topic, pause_meant
from bot.model import Words

_PAUSED: Final = re.compile(r"(?:the chat is )?paused(?:: (\w+))?")
_SAID: Final = (
    ("the portal has withdrawn it", "why.withdrawn"),
    ("an operator took it back", "why.recalled"),
    ("told with the same story of another source", "why.joined"),
    ("unfollowed", "why.unwanted"),
    ("no longer followed or watched", "why.unwanted"),
    ("watch ended", "why.unwanted"),
    ("watch narrowed", "why.unwanted"),
    ("the topic is closed", "why.topic"),
    ("the item is gone", "why.gone"),
    ("the process ended while", "why.crashed"),
    ("the group became the supergroup", "why.moved"),
    ("429: ", "why.slowed"),
    ("not sent: ", "why.unreachable"),
    ("unsure ", "why.unsure"),
    ("without an answer", "why.unsure"),
    ("stopped before the answer came", "why.unsure"),
    ("sent too long ago", "why.old"),
    ("edited as often as", "why.often"),
    ("message to edit not found", "why.message_gone"),
    ("message_id_invalid", "why.message_gone"),
    ("can't be edited", "why.uneditable"),
    ("too long", "why.text"),
    ("stopped", "why.paused.stopped"),
)
_NETWORK: Final = re.compile(r"\b\w*error\b|time-?out|timed out|bad gateway")
_PAUSES: Final = frozenset(
    ("blocked", "deactivated", "not_started", "not_found", "kicked", "left", "deleted", "no_rights", "stopped")
)


def unsent_words(why: str, words: Words) -> str:
    """A sentence's end for the ledger's *why*: "người nhận đã chặn bot"."""
    return words.say(_key(why.lower()))


def _key(said: str) -> str:
    if found := _PAUSED.fullmatch(said):
        return f"why.paused.{found[1]}" if found[1] in _PAUSES else "why.paused"
    return next((key for words, key in _SAID if words in said), "") or _quoted(said)


def _quoted(said: str) -> str:
    """What Telegram or the network said."""
    if is_closed_topic(said):
        return "why.topic"
    if pause := pause_meant(said):
        return f"why.paused.{pause}"
    return "why.unreachable" if _NETWORK.search(said) else "why.other"
