"""Dates as portals write them, day first always: text -> an instant in UTC, and whether a time of day was given.

    read_date("Thứ Năm, 14/03/2019, 16:05 (GMT+7)", now, "Asia/Ho_Chi_Minh") -> 2019-03-14 09:05 UTC

`dates_times` reads the time of day and the zone, `dates_words` the names of months and the relative forms. What none
of our forms reads goes to dateparser where a month's name stands in it; numbers alone never do: `3/14/2026` is no day.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.core.dates_times import MIDNIGHT, TimeOfDay, read_time, read_zone
from bot.core.dates_words import find_named_day, read_in_other_language, read_relative

_LONGEST = 200
_AHEAD_MOST = timedelta(days=1)
_OLDEST = datetime(1900, 1, 1, tzinfo=UTC)
_UNSET = frozenset({datetime(1970, 1, 1, tzinfo=UTC)})

_ISO_DAY = re.compile(
    r"(?<![\d/.-])(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)(?![-/.]\d)"
)
_COMPACT_DAY = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])(?=T\d|\D|$)")
_DAY = re.compile(
    r"(?<![\d/.:-])(?P<day>\d{1,2})(?P<sep>\s?[/.-]\s?)(?P<month>\d{1,2})(?P=sep)(?P<year>\d{4}|\d{2})(?![\d:])(?!\s?[/.-]\s?\d{1,2}[/.-])"
)
_RANGE = re.compile(r"\d{4}\s*(?:-|–|—|đến|to)\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_EPOCH = re.compile(r"^(?:/Date\()?(?P<seconds>1\d{9}|[2-9]\d{8})(?P<millis>\d{3})?(?:[+-]\d{4})?(?:\)/)?$")
_BLANKS = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDate:
    """An instant in UTC; `date_only` where the portal gave no time of day: then it is the source's midnight.

    `approximate`: counted back from now (`3 giờ trước`), so it differs with every reading and identifies nothing.
    """

    at: datetime
    date_only: bool = False
    approximate: bool = False


def read_date(text: str, now: datetime, timezone: str = "Asia/Ho_Chi_Minh") -> ReadDate | None:
    """What *text* says; None where it says no date, more than one (a range), or one more than a day after *now*.

    Day first, always; *timezone* (an IANA name) where the text gives no zone; `12:00 AM` means that no time was given.
    """
    text = _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip(" ()[]|,;")
    if not 4 <= len(text) <= _LONGEST or _RANGE.search(text):
        return None
    zone = ZoneInfo(timezone)
    read = (
        _read_epoch(text)
        or _read_written(text, zone)
        or _read_relative(text, now, zone)
        or _read_elsewhere(text, now, timezone)
    )
    return read if read is not None and _is_credible(read.at, now) else None


def _is_credible(at: datetime, now: datetime) -> bool:
    return _OLDEST <= at <= now + _AHEAD_MOST and at not in _UNSET


def _read_epoch(text: str) -> ReadDate | None:
    found = _EPOCH.match(text)
    if found is None:
        return None
    millis = int(found["millis"] or 0)
    return ReadDate(at=datetime.fromtimestamp(int(found["seconds"]), UTC) + timedelta(milliseconds=millis))


def _read_written(text: str, zone: tzinfo) -> ReadDate | None:
    found = _find_day(text)
    if found is None:
        return None
    day, start, end = found
    before, after = text[:start], text[end:]
    later = read_time(after)
    clock = later or read_time(before) or read_time(text[start:end]) or MIDNIGHT
    # In `14/03/2019 - 16:05` the dash parts day and time; only without a time after the day is it a zone's sign.
    behind = read_zone(after) if later is None else None
    return _at(day, clock, clock.zone or behind or zone, zone)


def _find_day(text: str) -> tuple[date, int, int] | None:
    for form in (_ISO_DAY, _DAY, _COMPACT_DAY):
        for found in form.finditer(text):
            day = _day_of(found["year"], found["month"], found["day"])
            if day is not None:
                return day, found.start(), found.end()
    return find_named_day(text)


def _day_of(year: str, month: str, day: str) -> date | None:
    try:
        return date(full_year(int(year)) if len(year) == 2 else int(year), int(month), int(day))
    except ValueError:
        return None


def full_year(two_digits: int) -> int:
    """The year that two digits mean (POSIX: 69..99 are of the last century)."""
    return two_digits + (1900 if two_digits >= 69 else 2000)


def _at(day: date, clock: TimeOfDay, zone: tzinfo, source_zone: tzinfo) -> ReadDate | None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=source_zone if clock.absent else zone)
    try:
        at = (midnight + clock.since_midnight).astimezone(UTC)
    except OverflowError:
        return None
    return ReadDate(at=at, date_only=clock.absent)


def _read_relative(text: str, now: datetime, zone: tzinfo) -> ReadDate | None:
    found = read_relative(text, now.astimezone(zone))
    if found is None:
        return None
    if isinstance(found, datetime):
        return ReadDate(at=found.astimezone(UTC), approximate=True)
    return _at(found, read_time(text) or MIDNIGHT, zone, zone)


def _read_elsewhere(text: str, now: datetime, timezone: str) -> ReadDate | None:
    found = read_in_other_language(text, now, timezone)
    if found is None:
        return None
    clock = read_time(text)
    if clock is None or clock.absent:
        return _at(found.date(), MIDNIGHT, ZoneInfo(timezone), ZoneInfo(timezone))
    return ReadDate(at=found.astimezone(UTC))
