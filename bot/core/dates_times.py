"""The time of day and the zone inside a written date: `04:05 PM`, `16h05`, `4:05 CH`, `16:05:00 GMT+7`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo

_CLOCK = re.compile(
    r"(?<![\d/:.-])(?P<hour>\d{1,2})\s?(?P<sep>:|giờ|h(?![a-z])|g(?![a-z])|\.(?=\d\d\s*[ap]\.?m))\s?(?P<minute>\d{1,2}(?!\d|[/.-]\d{1,2}[/.-]))?(?!\d)"
    r"(?:\s?:\s?(?P<second>\d{1,2})(?!\d)(?:[.,](?P<fraction>\d{1,9}))?)?\s?(?:'|’|′|phút|ph|p(?![a-z.]))?"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?|sa\b|ch\b|sáng|trưa|chiều|tối|đêm)?",
    re.IGNORECASE,
)
_BARE_HOUR = re.compile(r"(?<![\d/:.-])(?P<hour>\d{1,2})\s?(?P<half>[ap]\.?m\b\.?)", re.IGNORECASE)
_COMPACT = re.compile(r"^T(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?=Z|[+-]\d|$)")
_ZONE = re.compile(
    r"^[\s,(\[]*(?:(?P<utc>Z|GMT|UTC|UT)(?![a-z])\s?)?(?P<sign>[+-])\s?(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?![\d/.:-])"
    r"|^[\s,(\[]*(?P<name>[A-Z]{1,5})(?![A-Za-z])"
)
_AFTERNOON = ("p", "ch", "chiều", "tối")
_MORNING = ("a", "sa", "sáng", "đêm")

# Names that RFC 822 mails and feeds use, with the minutes east of Greenwich; names that mean two places are left out.
_NAMED_ZONES = {
    "Z": 0, "GMT": 0, "UTC": 0, "UT": 0, "WET": 0, "ICT": 420, "WIB": 420, "SGT": 480, "HKT": 480, "MYT": 480,
    "PHT": 480, "AWST": 480, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "CET": 60,
    "MEZ": 60, "CEST": 120, "MESZ": 120, "EET": 120, "SAST": 120, "EEST": 180, "MSK": 180, "EST": -300, "EDT": -240,
    "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "HST": -600, "BRT": -180,
    "CST": -360, "BST": 60, "IST": 330, "WEST": 60, "ET": -300, "PT": -480,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDay:
    """A time of day; `zone` None: the source's own. `absent`: the text gave none, midnight stands for it."""

    since_midnight: timedelta
    zone: tzinfo | None = None
    absent: bool = False


MIDNIGHT = TimeOfDay(since_midnight=timedelta(), absent=True)


def read_time(text: str) -> TimeOfDay | None:
    """The first time of day in *text*, None where there is none; `12:00 AM` is how .NET writes that there is none."""
    found = _CLOCK.search(text)
    if found is not None and (found["minute"] or found["sep"] != ":"):
        return _clock(
            int(found["hour"]),
            int(found["minute"] or 0),
            float(f"{found['second'] or 0}.{found['fraction'] or 0}"),
            found["half"] or "",
            text[found.end() :],
        )
    if found := _BARE_HOUR.search(text):
        return _clock(int(found["hour"]), 0, 0.0, found["half"], text[found.end() :])
    if found := _COMPACT.match(text):
        return _clock(int(found["hour"]), int(found["minute"]), float(found["second"] or 0), "", text[found.end() :])
    return None


def _clock(hour: int, minute: int, second: float, half: str, rest: str) -> TimeOfDay | None:
    half = half.lower()
    if hour == 12 and minute == 0 and second == 0 and half.startswith("a"):
        return MIDNIGHT
    if half.startswith(_AFTERNOON) and hour < 12:
        hour += 12
    elif half.startswith(_MORNING) and hour == 12:
        hour = 0
    elif half == "trưa" and hour < 10:
        hour += 12
    if hour > 24 or minute > 59 or second >= 61 or (hour == 24 and (minute or second)):
        return None
    return TimeOfDay(since_midnight=timedelta(hours=hour, minutes=minute, seconds=second), zone=read_zone(rest))


def read_zone(text: str) -> tzinfo | None:
    """The zone right after the time. `GMT+7` lies east of Greenwich, whatever POSIX says of such names."""
    found = _ZONE.match(text)
    if found is None:
        return None
    if found["name"]:
        minutes = _NAMED_ZONES.get(found["name"])
        return None if minutes is None else timezone(timedelta(minutes=minutes))
    hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
    if hours > 14 or minutes > 59 or not (found["utc"] or found["minutes"] or hours):
        return None
    east = timedelta(hours=hours, minutes=minutes)
    return timezone(-east if found["sign"] == "-" else east)
