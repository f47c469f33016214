"""The dashboard: one quiet page, in Vietnamese, for whoever wants to know whether all is well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.model import StoredItem
from bot.web.figures import Figures

_PAGES = Path(__file__).parent / "pages"


def dashboard(
    figures: Figures, newest: Sequence[StoredItem], *, sent: int, now: datetime, timezone: str, version: str
) -> str:
    """The page as HTML; texts of portals are escaped, and only http and https addresses become links."""
    zone = ZoneInfo(timezone)

    def ago(at: datetime | None) -> str:
        return "chưa có" if at is None else in_words((now - at).total_seconds())

    def clock_time(at: datetime) -> str:
        return at.astimezone(zone).strftime("%H:%M, %d/%m/%Y")

    page = Environment(loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page.filters.update(ago=ago, clock_time=clock_time)
    return page.get_template("dashboard.html").render(
        figures=figures, newest=newest, sent=sent, now=now, version=version
    )


def in_words(seconds: float) -> str:
    """How long ago, in the largest unit that fits."""
    for unit, name in ((86_400, "ngày"), (3_600, "giờ"), (60, "phút")):
        if seconds >= unit:
            return f"{int(seconds // unit)} {name} trước"
    return "vừa xong" if seconds < 5 else f"{int(seconds)} giây trước"
