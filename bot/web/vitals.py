"""What the parts of the running process report of themselves, and what /health makes of it.

Times are seconds of a monotonic clock, so that a jump of the wall clock makes nobody ill.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TELEGRAM_TROUBLE_AFTER = 4.0
"""A single failed call says little; seconds of nothing but failures do."""
TELEGRAM_SILENT_AFTER = 11.5
"""A long poll comes back after 6 s: much longer than that, nobody answers. The two together stay well under 20 s."""
LOOP_SILENT_AFTER = 15.0


@dataclass(slots=True, kw_only=True)
class Vitals:
    """Written by the loops of the app, read by the web page."""

    started: float
    telegram_answered: float | None = None
    telegram_trouble: str = ""
    telegram_trouble_since: float | None = None
    beats: dict[str, float] = field(default_factory=dict)

    def telegram_answers(self, at: float) -> None:
        """Telegram has answered a call, with whatever it was."""
        self.telegram_answered, self.telegram_trouble, self.telegram_trouble_since = at, "", None

    def telegram_fails(self, at: float, why: str) -> None:
        """A call did not reach Telegram, or Telegram would not serve it."""
        self.telegram_trouble = why
        if self.telegram_trouble_since is None:
            self.telegram_trouble_since = at

    def beat(self, loop: str, at: float) -> None:
        """A loop has gone round."""
        self.beats[loop] = at


def reasons(vitals: Vitals, at: float) -> tuple[str, ...]:
    """Why the process is not well, one sentence each; empty: it is."""
    silent = tuple(
        f"the {loop} loop has stood still for {at - last:.0f} s"
        for loop, last in vitals.beats.items()
        if at - last >= LOOP_SILENT_AFTER
    )
    return (*_telegram(vitals, at), *silent)


def _telegram(vitals: Vitals, at: float) -> tuple[str, ...]:
    since = vitals.telegram_trouble_since
    if since is not None and at - since >= TELEGRAM_TROUBLE_AFTER:
        return (f"Telegram cannot be reached for {at - since:.0f} s: {vitals.telegram_trouble}",)
    last = vitals.telegram_answered if vitals.telegram_answered is not None else vitals.started
    if at - last >= TELEGRAM_SILENT_AFTER:
        return (f"Telegram cannot be reached: no answer for {at - last:.0f} s",)
    return ()
