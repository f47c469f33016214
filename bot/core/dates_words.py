"""Dates in words: `Ngày 14 tháng 3 năm 2019`, `14 Mar 2019`, `3 giờ trước`, `Hôm qua`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

_MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12, "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4,
    "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
_ENGLISH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_VIETNAMESE = (
    r"(?:tháng|thg\.?)\s*(?P<month>\d{1,2}|giêng|mười hai|mười một|mười|một|hai|ba|tư|bốn|năm|sáu|bảy|bẩy|tám|chín"
    r"|chạp)"
)
_YEAR = r"(?P<year>\d{4}|\d{2}(?!\d|:))"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d)(?P<day>\d{{1,2}})\s*[,/-]?\s*{_VIETNAMESE}\s*(?:,|/|-|năm)?\s*{_YEAR}",
        rf"{_VIETNAMESE}\s*(?:,|/|-)?\s*(?P<day>\d{{1,2}})\s*(?:,|/|-|năm)\s*{_YEAR}",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,/.-]*{_ENGLISH}[\s,/.-]*{_YEAR}",
        rf"(?<![a-z]){_ENGLISH}[\s./-]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,|\s)\s*(?P<year>\d{{4}})",
        rf"(?<![a-z]){_ENGLISH}\s+(?P<day>\d{{1,2}})\s+\d{{1,2}}:\d\d(?::\d\d)?\s+(?:[A-Z]{{3,4}}\s+|[+-]\d{{4}}\s+)?(?P<year>\d{{4}})",
    )
)
_UNITS = {
    "giây": 1, "second": 1, "sec": 1, "phút": 60, "minute": 60, "min": 60, "giờ": 3600, "tiếng": 3600, "hour": 3600,
    "hr": 3600, "ngày": 86400, "day": 86400, "tuần": 604800, "week": 604800,
}  # fmt: skip
_AGO = re.compile(
    r"(?P<count>\d{1,4}|một|a|an)\s*(?P<unit>giây|phút|giờ|tiếng|ngày|tuần|tháng|năm|seconds?|secs?|minutes?|mins?|hours?|hrs?"
    r"|days?|weeks?|months?|years?)\s*(?:đồng hồ\s*)?(?:trước|ago)",
    re.IGNORECASE,
)
_JUST_NOW = re.compile(r"vừa xong|vừa mới|mới đây|just now", re.IGNORECASE)
_DAYS_BACK = {"hôm nay": 0, "today": 0, "hôm qua": 1, "yesterday": 1, "hôm kia": 2}
_DAY_WORD = re.compile(r"(?<!\w)(hôm nay|hôm qua|hôm kia|today|yesterday)(?!\w)", re.IGNORECASE)
# Beginnings of months in the languages that dateparser is asked about; loading more of them takes seconds.
_FOREIGN = (
    (
        re.compile(
            r"(?<![^\W\d_])(?:jan|gen|ene|f[eé]v|feb|m[aäå]r|abr|avr|apr|ma[iyjg]|mei|mag|giu|jun|juin|jui|jul|lug|ago"
            r"|ao[uû]|aug|agu|set|sep|out|o[ckt]t|nov|d[eéi][czs])[^\W\d_]{0,8}",
            re.IGNORECASE,
        ),
        ("en", "fr", "de", "es", "pt", "it", "nl", "id"),
    ),
    (re.compile("[а-яА-Я]{3}"), ("ru",)),
    (re.compile("[年月日]"), ("zh", "ja")),
    (re.compile("[년월일]"), ("ko",)),
    (re.compile("[\u0e01-\u0e3a]{2}"), ("th",)),
    (re.compile("[\u0e81-\u0ebd]{2}"), ("lo",)),
    (re.compile("[\u1780-\u17b3]{2}"), ("km",)),
)
_FOREIGN_YEAR = re.compile(r"(?<!\d)(?:19|20|25)\d\d(?!\d)")


def find_named_day(text: str) -> tuple[date, int, int] | None:
    """The day that a month's name, Vietnamese or English, makes certain, with its place in *text*."""
    for form in _FORMS:
        found = form.search(text)
        if found is None:
            continue
        month = found["month"].lower()
        year = int(found["year"])
        try:
            day = date(
                year if year > 99 else year + (1900 if year >= 69 else 2000),
                _MONTHS.get(month) or int(month),
                int(found["day"]),
            )
        except ValueError:
            continue
        return day, found.start(), found.end()
    return None


def read_relative(text: str, local_now: datetime) -> datetime | date | None:
    """`3 giờ trước` is an instant; `hôm qua`, `2 ngày trước` are days, whose time of day may stand beside them."""
    if _JUST_NOW.search(text):
        return local_now
    if found := _AGO.search(text):
        count = int(found["count"]) if found["count"].isdigit() else 1
        return _back(local_now, count, found["unit"].lower())
    if found := _DAY_WORD.search(text):
        return local_now.date() - timedelta(days=_DAYS_BACK[found[1].lower()])
    return None


def _back(local_now: datetime, count: int, unit: str) -> datetime | date | None:
    singular = unit.removesuffix("s")
    seconds = _UNITS.get(singular)
    if seconds is None:
        months = count * (12 if singular in ("năm", "year") else 1)
        return _months_back(local_now.date(), months)
    if seconds >= 86400:
        return local_now.date() - timedelta(seconds=seconds * count)
    return local_now - timedelta(seconds=seconds * count)


def _months_back(day: date, months: int) -> date | None:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28)) if year > 0 else None


def read_in_other_language(text: str, now: datetime, timezone: str) -> datetime | None:
    """What dateparser makes of a month's name in another language; never asked about numbers alone."""
    languages = next((languages for month, languages in _FOREIGN if month.search(text)), ())
    if not languages or not _FOREIGN_YEAR.search(text) or len(text) > 60:
        return None
    import dateparser

    found: datetime | None = dateparser.parse(
        text,
        languages=list(languages),
        settings={
            "DATE_ORDER": "DMY",
            "PREFER_LOCALE_DATE_ORDER": False,
            "REQUIRE_PARTS": ["day", "month", "year"],
            "STRICT_PARSING": True,
            "PARSERS": ["absolute-time"],
            "TIMEZONE": timezone,
            "RETURN_AS_TIMEZONE_AWARE": True,
            "RELATIVE_BASE": now.astimezone(UTC).replace(tzinfo=None),
        },
    )
    return found
