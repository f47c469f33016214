"""Precision and recall of the generic reader on our own layouts: `python -m tests.bench.listings [-v]`.

An item counts as found where its address is the right one; a title and a date are right where they equal the truth.
The operator's selectors and the profiles are not asked: only structure is.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.core.address import canonical
from bot.model import Item, Source
from bot.sources.page import read_listing

LAYOUTS = Path(__file__).parent.parent / "fixtures" / "pages" / "listings"
NOW = datetime.fromisoformat("2026-11-25T09:00:00+07:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What the reader made of one layout, beside what is there; `wrong` names each difference."""

    name: str
    expected: int
    read: int
    found: int
    titles: int
    dates: int
    next_page: bool
    wrong: tuple[str, ...]


def score(page: Path) -> Score:
    """Reads one layout and compares it with the truth beside it."""
    truth = json.loads(page.with_suffix(".json").read_text("utf-8"))
    source = Source(id="bench", title="Bench", url=truth["url"], kind="page")
    reading = read_listing(page.read_text("utf-8"), truth["url"], source, NOW)
    read = {canonical(item.url or ""): item for item in reading.items}
    wrong: list[str] = []
    found = titles = dates = 0
    for expected in truth["items"]:
        item = read.pop(canonical(expected["url"]), None)
        if item is None:
            wrong.append(f"missing: {expected['title']}")
            continue
        found += 1
        titles += _same(wrong, "title", item.title, expected["title"])
        dates += _same(wrong, "date", _date(item), _told(expected))
    wrong += [f"no news: {item.title} <{item.url}>" for item in read.values()]
    right_next = reading.next_page == truth["next_page"]
    if not right_next:
        wrong.append(f"next page: {reading.next_page} instead of {truth['next_page']}")
    return Score(
        name=page.stem,
        expected=len(truth["items"]),
        read=len(reading.items),
        found=found,
        titles=titles,
        dates=dates,
        next_page=right_next,
        wrong=tuple(wrong),
    )


def _same(wrong: list[str], what: str, read: object, expected: object) -> bool:
    if read != expected:
        wrong.append(f"{what}: {read!r} instead of {expected!r}")
    return read == expected


def _date(item: Item) -> tuple[datetime | None, bool]:
    return item.published_at, item.date_only


def _told(expected: dict[str, str | bool | None]) -> tuple[datetime | None, bool]:
    at = expected["published_at"]
    return datetime.fromisoformat(at) if isinstance(at, str) else None, bool(expected["date_only"])


def main() -> None:
    """Prints one line for each layout, the sums, and with -v every difference."""
    scores = [score(page) for page in sorted(LAYOUTS.glob("*.html"))]
    print(f"{'layout':<26}{'items':>6}{'read':>6}{'found':>6}{'titles':>7}{'dates':>6}  next page")
    for one in scores:
        print(
            f"{one.name:<26}{one.expected:>6}{one.read:>6}{one.found:>6}{one.titles:>7}{one.dates:>6}"
            f"  {'right' if one.next_page else 'WRONG'}"
        )
        for line in one.wrong if "-v" in sys.argv else ():
            print(f"    {line}")
    expected, read, found = (sum(getattr(one, name) for one in scores) for name in ("expected", "read", "found"))
    titles, dates = (sum(getattr(one, name) for one in scores) for name in ("titles", "dates"))
    print(
        f"{len(scores)} layouts, {expected} items: precision {found / max(read, 1):.1%}, recall {found / expected:.1%}"
    )
    pages = sum(one.next_page for one in scores)
    print(f"titles {titles / expected:.1%}, dates {dates / expected:.1%}, next pages {pages} of {len(scores)}")


if __name__ == "__main__":
    main()
