"""View counters that portals write into titles and leads ("Lượt xem: 123"): they count with every reader, and say
nothing of the news.

"Clip đạt 2 triệu lượt xem" is news. So a number before its words counts as a counter only where it is set off: in
brackets, behind a bar or a full stop, or alone.
"""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = r"\d[\d.,]*(?:\s?(?:k|nghìn|triệu))?"
_READINGS: Final = r"(?:lượt|lần)\s+(?:xem|đọc|truy\s+cập|view)"
_LABELLED: Final = rf"(?:(?:tổng\s+)?(?:số\s+)?{_READINGS}|đã\s+xem|(?<!\w)(?:views?|hits?))\s*:\s*{_NUMBER}"
_COUNTED: Final = rf"{_NUMBER}\s*(?:{_READINGS}|views?|hits?)"
_COUNTER: Final = re.compile(
    rf"[(\[]\s*(?:{_LABELLED}|{_COUNTED}|{_READINGS}\s+{_NUMBER})\s*[)\]]"
    rf"|(?:(?:^|\s)[|•·–—-]\s*)?{_LABELLED}(?!\w)"
    rf"|(?:^|[|•·]|[.!?…](?=\s))\s*(?:{_COUNTED}|{_READINGS}\s+{_NUMBER})\s*(?=$|[|•·])",
    re.IGNORECASE,
)
_HINT: Final = re.compile(r"lượt|lần|đã\s+xem|view|hit", re.IGNORECASE)


def without_counters(text: str) -> str:
    """*text* (NFC) without its view counters and what sets them off; the same text where there are none."""
    return " ".join(_COUNTER.sub(" ", text).split()) if _HINT.search(text) and _COUNTER.search(text) else text
