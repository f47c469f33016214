"""Lists in which a heading tells the day of all items under it: `Ngày 14/03/2019` over three links."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.dates import ReadDate
from bot.sources.listing_dates import is_mostly_date, read_said
from bot.sources.listing_entries import Entry
from bot.sources.page_tree import Element, PageTree


def dated_by_headings(tree: PageTree, entries: Sequence[Entry], now: datetime, timezone: str) -> tuple[Entry, ...]:
    """The entries; where none has a date and at least two lines with nothing else part the list, dated by these.

    One such line alone may be the clock of the page.
    """
    if not entries or any(entry.date is not None for entry in entries):
        return tuple(entries)
    days = _days(tree, entries, now, timezone)
    places = [place for place, _, _ in days]
    above = [bisect_right(places, entry.block.start) - 1 for entry in entries]
    if above[0] < 0 or len(set(above)) < 2:
        return tuple(entries)
    return tuple(
        replace(entry, date=days[day][1], date_text=days[day][2]) for entry, day in zip(entries, above, strict=True)
    )


def _days(tree: PageTree, entries: Sequence[Entry], now: datetime, timezone: str) -> list[tuple[int, ReadDate, str]]:
    """The lines of the list that hold nothing but a date, with their places."""
    home = _common(entries)
    if home.tag == "body":
        return []
    found = []
    for piece in tree.pieces_in(home.start, entries[-1].block.start):
        read = read_said(piece.text, now, timezone) if is_mostly_date(piece.text) else None
        if read is not None:
            found.append((piece.place, read, piece.text))
    return found


def _common(entries: Sequence[Entry]) -> Element:
    """The smallest element that holds all entries."""
    first, last = entries[0].block.home, entries[-1].block
    for element in (first, *first.ancestors()):
        if element.start <= last.start and last.end <= element.end:
            return element
    return first
