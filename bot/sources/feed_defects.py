"""Defects that show only in a feed as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

from bot.model import Item

_TOO_MANY_FOR_CHANCE = 8
_ENOUGH_TO_SEE_A_HABIT = 3


def hour_where_minutes_are_months(items: tuple[Item, ...], generator: str) -> tuple[Item, ...]:
    """The items with full hours, where every minute is a month: NukeViet before 4.6 wrote `gmdate("H:m:s")`.

    The hour is right and the minute is lost for good. The full hour keeps day and order true and stands for "some time
    in this hour". Without NukeViet's name it takes eight items of two months to believe it.
    """
    dated = [item.published_at for item in items if item.published_at is not None and not item.date_only]
    if not dated or any(at.minute != at.month for at in dated):
        return items
    if "nukeviet" not in generator.lower() and (
        len(dated) < _TOO_MANY_FOR_CHANCE or len({at.month for at in dated}) < 2
    ):
        return items
    return tuple(
        replace(item, published_at=item.published_at.replace(minute=0, second=0, microsecond=0))
        if item.published_at is not None and not item.date_only
        else item
        for item in items
    )


def day_where_all_are_midnight(items: tuple[Item, ...], timezone: str) -> tuple[Item, ...]:
    """The items marked as dated by the day, where all of three or more are of midnight at the source."""
    zone = ZoneInfo(timezone)
    dated = [item.published_at for item in items if item.published_at is not None]
    if len(dated) < _ENOUGH_TO_SEE_A_HABIT or any(at.astimezone(zone).time() != time() for at in dated):
        return items
    return tuple(replace(item, date_only=item.published_at is not None) for item in items)
