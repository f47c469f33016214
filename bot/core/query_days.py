"""Days as people write them in a query's date filters: 01/03/2019, 3/2019, 2019, 2019-03-01, hôm nay."""

import re
from datetime import date, timedelta
from typing import Final

from bot.core.text import fold

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_YEAR = re.compile(r"\d{4}")
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


def _written(text: str, today: date) -> tuple[date, date] | None:
    if found := _ISO_DAY.fullmatch(text):
        return _one(date(int(found[1]), int(found[2]), int(found[3])))
    if found := _DAY.fullmatch(text):
        return _one(date(int(found[3] or today.year), int(found[2]), int(found[1])))
    if found := _MONTH.fullmatch(text):
        return _month(int(found[2]), int(found[1]))
    if _YEAR.fullmatch(text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    return None


def _one(day: date) -> tuple[date, date]:
    return day, day


def _month(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    return first, after - timedelta(days=1)
