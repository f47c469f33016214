"""Quiet hours: /quiet 22:00-06:00, /quiet off."""

from __future__ import annotations

import re

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.desk import Caller
from bot.core.text import fold
from bot.model import QuietHours, Words

PRESETS = ("22:00-06:00", "21:00-07:00", "off")
_OFF = frozenset({"off", "tat", "khong", "none", "no"})
_HOURS = re.compile(
    r"(\d{1,2})(?:[:hg.](\d{2})?)?\s*(?:-|–|—|đến|den|to)\s*(\d{1,2})(?:[:hg.](\d{2})?)?", re.IGNORECASE
)


async def quiet(clerk: Clerk, caller: Caller, words: str) -> None:
    """Let nothing arrive inside these hours (it arrives after them), or end that; without words: show and offer."""
    if not words:
        rows = tuple((button(_preset_label(each, caller.words), "q", each),) for each in PRESETS)
        await clerk.tell(caller, "quiet.ask", *rows, quiet=shown_hours(caller.chat.quiet, caller.words))
        return
    if fold(words) in _OFF:
        await clerk.desk.store.chats.set_quiet(caller.chat.id, None, clerk.desk.clock())
        await clerk.tell(caller, "quiet.off")
        return
    hours = read_hours(words)
    if hours is None:
        await clerk.tell(caller, "quiet.mistake", said=words[:40])
        return
    await clerk.desk.store.chats.set_quiet(caller.chat.id, hours, clerk.desk.clock())
    off = (button(_preset_label("off", caller.words), "q", "off"),)
    await clerk.tell(caller, "quiet.on", off, quiet=shown_hours(hours, caller.words))


def read_hours(text: str) -> QuietHours | None:
    """Quiet hours as people write them: "22:00-06:00", "22h-6h", "21h30 - 6"; None where it is none."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    start_hour, start_minute, end_hour, end_minute = (int(part or 0) for part in found.groups())
    if max(start_hour, end_hour) > 24 or max(start_minute, end_minute) > 59:
        return None
    start, end = (start_hour * 60 + start_minute) % 1440, (end_hour * 60 + end_minute) % 1440
    return QuietHours(start=start, end=end) if start != end else None


def shown_hours(hours: QuietHours | None, words: Words) -> str:
    """ "22:00–06:00", or the word for none."""
    return f"{_clock(hours.start)}–{_clock(hours.end)}" if hours else words.say("quiet.none")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _preset_label(preset: str, words: Words) -> str:
    return words.say("button.quiet_off") if preset == "off" else preset.replace("-", "–")
