"""Days as people write them in a query's date filters: 01/03/2019, 1/3/19, 3/2019, 2019, 2019-03-01, hôm nay."""

import re
from datetime import date, timedelta
from typing import Final

from bot.core.text import fold

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?")
_ISO_DAY = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")
_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_ISO_MONTH = re.compile(r"(\d{4})[/.-](\d{1,2})")
_YEAR = re.compile(r"\d{4}")
_MOST_YEARS_AHEAD: Final = 10
"""A year of two figures that lies further ahead is one of the last century."""
_NAMED: Final = {"hom nay": 0, "homnay": 0, "today": 0, "hom qua": 1, "homqua": 1, "yesterday": 1}


def read_days(text: str, today: date) -> tuple[date, date] | None:
    """Return the first and the last day that *text* names, or None where it names none.

    Day first, always; a day without a year is that of this year; a month or a year is all its days.
    """
    if (past := _NAMED.get(fold(text))) is not None:
        return today - timedelta(days=past), today - timedelta(days=past)
    try:
        return _written(text, today)
    except ValueError:
        return None


def is_named(text: str) -> bool:
    """Whether *text* is the name of a day: hôm nay, yesterday."""
    return fold(text) in _NAMED


def is_written_as_days(text: str) -> bool:
    """Whether *text* has the form of a day, a month or a year, were it in the calendar or not."""
    return any(form.fullmatch(text) for form in (_DAY, _ISO_DAY, _MONTH, _ISO_MONTH, _YEAR))


def _written(text: str, today: date) -> tuple[date, date] | None:
    if found := _ISO_DAY.fullmatch(text):
        return _one(date(int(found[1]), int(found[2]), int(found[3])))
    if found := _DAY.fullmatch(text):
        return _one(date(_year(found[3], today), int(found[2]), int(found[1])))
    if found := _MONTH.fullmatch(text):
        return _month(int(found[2]), int(found[1]))
    if found := _ISO_MONTH.fullmatch(text):
        return _month(int(found[1]), int(found[2]))
    if _YEAR.fullmatch(text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    return None


def _year(written: str | None, today: date) -> int:
    if not written:
        return today.year
    year = int(written)
    if len(written) > 2:
        return year
    return 2000 + year if 2000 + year <= today.year + _MOST_YEARS_AHEAD else 1900 + year


def _one(day: date) -> tuple[date, date]:
    return day, day


def _month(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    return first, after - timedelta(days=1)
