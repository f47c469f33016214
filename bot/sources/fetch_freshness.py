"""For how long an answer is fresh: until then its portal need not be asked again (RFC 9111, 4.2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

_DIRECTIVE = re.compile(r"([a-z-]+)(?:\s*=\s*\"?(\d{1,10})\"?)?", re.IGNORECASE)
_LONGEST = timedelta(days=365)


def freshness_of(header: Callable[[str, str], str]) -> timedelta:
    """The rest of its life that the answer's Cache-Control, Age, Expires and Date give it; zero where they give none.

    We are a private cache: s-maxage is for others. What cannot be read counts as stale.
    """
    directives = {name.lower(): value for name, value in _DIRECTIVE.findall(header("Cache-Control", ""))}
    if "no-store" in directives or "no-cache" in directives:
        return timedelta()
    if directives.get("max-age"):
        age = header("Age", "0")
        seconds = int(directives["max-age"]) - (int(age) if age.isascii() and age.isdigit() else 0)
        return min(timedelta(seconds=max(0, min(seconds, 10**9))), _LONGEST)
    expires, date = _instant(header("Expires", "")), _instant(header("Date", ""))
    if expires is None or date is None:
        return timedelta()
    return min(max(timedelta(), expires - date), _LONGEST)


def _instant(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return read if read.tzinfo else None
