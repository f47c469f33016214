"""How the feeds of a corpus are read, against what a plain parser sees and against the truth where it is known.

    python -m tests.bench.corpus_feeds ../shared/corpus

Three measures: observed.json (count, first item, last title of each file), every single item against feedparser alone,
and truth.json of the made feeds. Every difference is printed with its reason.
"""

from __future__ import annotations

import io
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser

from bot.core.dates import read_date
from bot.core.text import clean
from bot.model import Item, Reading, Source
from bot.sources.decode_legacy import undouble
from bot.sources.fetch_body import unzipped
from bot.sources.reader_document import Document, understand

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
ZONE = "Asia/Ho_Chi_Minh"
SOURCE = Source(id="corpus", title="corpus", url="", kind="feed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that we read otherwise."""

    file: str
    field: str
    theirs: object
    ours: object

    @property
    def reason(self) -> str:
        """Why ours is what it is; "?" where nobody has looked yet."""
        return next((reason for holds, reason in REASONS if holds(self.field, self.theirs, self.ours)), "?")


def _is_web(address: object) -> bool:
    return str(address).startswith("http")


REASONS: tuple[tuple[Callable[[str, object, object], bool], str], ...] = (
    (
        lambda field, theirs, ours: field == "url" and _is_web(ours) and not _is_web(theirs),
        "ours is absolute: a relative link opens nothing in a chat",
    ),
    (
        lambda field, theirs, ours: field == "url" and ours is None and not _is_web(theirs),
        "theirs is the guid: there is no link",
    ),
    (lambda field, _, ours: field == "url" and _is_web(ours), "repaired, or without a session"),
    (lambda field, theirs, _: field == "count" and theirs == 0, "a gzip file: the plain parser saw nothing"),
    (
        lambda field, theirs, ours: field == "count" or ours is None or (field == "last title" and theirs is None),
        "theirs counts entries without title, link, guid and text: those are no items",
    ),
    (
        lambda _, theirs, ours: (
            undouble(str(theirs)) == ours or "\u00e2\u20ac" in str(theirs) or "\u00c3" in str(theirs)
        ),
        "theirs is mojibake, as the feed has it; ours is turned back",
    ),
)


def read(path: Path, data: bytes) -> Reading:
    return understand(Document(body=data), SOURCE, NOW, most=5_000_000).reading


def same(one: object, other: object) -> bool:
    return " ".join(str(one or "").split()) == " ".join(str(other or "").split())


def instant(text: str | None) -> datetime | None:
    found = read_date(text, NOW, ZONE) if text else None
    return found.at if found else None


def against_observed(name: str, seen: dict[str, Any], reading: Reading) -> Iterator[tuple[bool, Difference]]:
    def told(field: str, theirs: object, ours: object, *, equal: bool) -> tuple[bool, Difference]:
        return equal, Difference(file=name, field=field, theirs=theirs, ours=ours)

    items = reading.items
    yield told("count", seen["entries"], len(items), equal=seen["entries"] == len(items))
    first = seen.get("first")
    if not first:
        return
    item = items[0] if items else None
    yield told(
        "title", first["title"], item and item.title, equal=same(clean(first["title"] or ""), item and item.title)
    )
    yield told("url", first["link"], item and item.url, equal=same(first["link"], item and item.url))
    yield told("guid", first["id"], item and item.guid, equal=same(first["id"], item and item.guid))
    at = instant(first["published"] or first["updated"])
    yield told("date", at, item and item.published_at, equal=at == (item.published_at if item else None))
    last = items[-1].title if items else None
    yield told("last title", seen["last_title"], last, equal=same(clean(seen["last_title"] or ""), last))


def against_parser(name: str, data: bytes, reading: Reading) -> Iterator[tuple[int, list[Difference]]]:
    """Each entry that feedparser alone sees, and how our item of the same place differs."""
    entries = feedparser.parse(io.BytesIO(data)).entries
    entries = [entry for entry in entries if any(entry.get(field) for field in ("title", "link", "summary", "id"))]
    for place, entry in enumerate(entries):
        item = reading.items[place] if place < len(reading.items) else None
        if item is None:
            yield place, [Difference(file=name, field="missing", theirs=entry.get("title"), ours=None)]
            continue
        yield place, list(differing(name, entry, item))


def differing(name: str, entry: Any, item: Item) -> Iterator[Difference]:
    at = instant(entry.get("published") or entry.get("updated"))
    for field, theirs, ours in (
        ("title", clean(str(entry.get("title", ""))), item.title),
        ("url", entry.get("link"), item.url),
        ("guid", entry.get("id"), item.guid),
        ("date", at, item.published_at),
    ):
        if not (theirs == ours if field == "date" else same(theirs, ours)):
            yield Difference(file=name, field=field, theirs=theirs, ours=ours)


def against_truth(folder: Path) -> Iterator[tuple[bool, Difference]]:
    truth = json.loads((folder / "truth.json").read_text())
    for name, told in truth.items():
        items = read(folder / name, (folder / name).read_bytes()).items
        wanted = told.get("items") or [{"title": told["title_nfc"]}]
        for place, want in enumerate(wanted):
            item = items[place] if place < len(items) else None
            for field, ours in (
                ("title", item and item.title),
                ("summary", item and item.summary),
                ("link", item and item.url),
                ("guid", item and item.guid),
            ):
                if field in want:
                    yield want[field] == ours, Difference(file=name, field=field, theirs=want[field], ours=ours)
            if "true_time" in want:
                true = datetime.fromisoformat(want["true_time"])
                ours_at = item.published_at if item else None
                equal = ours_at is not None and f"{true.astimezone(UTC):%F %H}" == f"{ours_at:%F %H}"
                yield equal, Difference(file=name, field="day and hour", theirs=true, ours=ours_at)


def main(corpus: Path) -> None:
    observed = json.loads((corpus / "feeds" / "observed.json").read_text())
    print(f"{'file':58} {'theirs':>6} {'ours':>5} {'equal':>7} {'ms':>6}")
    differences: list[Difference] = []
    good = total = item_good = item_total = 0
    for name, seen in observed.items():
        data = (corpus / "feeds" / name).read_bytes()
        started = time.perf_counter()
        reading = read(corpus / "feeds" / name, data)
        spent = 1000 * (time.perf_counter() - started)
        verdicts = list(against_observed(name, seen, reading))
        equal = sum(verdict for verdict, _ in verdicts)
        good, total = good + equal, total + len(verdicts)
        differences += [difference for verdict, difference in verdicts if not verdict]
        unpacked = unzipped(data, 5_000_000)
        for _, found in against_parser(name, unpacked if isinstance(unpacked, bytes) else data, reading):
            item_total += 1
            item_good += not found
            differences += [each for each in found if each not in differences]
        print(f"{name[-58:]:58} {seen['entries']:6} {len(reading.items):5} {equal:3}/{len(verdicts):<3} {spent:6.0f}")
    truths = list(against_truth(corpus / "made"))
    differences += [difference for verdict, difference in truths if not verdict]
    print("\ndifferences:")
    shown: dict[tuple[str, str, str], int] = {}
    for each in differences:
        key = (each.file, each.field, each.reason)
        shown[key] = shown.get(key, 0) + 1
        if shown[key] <= 2:
            print(f"  {each.file}: {each.field}: {_short(each.theirs)} -> {_short(each.ours)}: {each.reason}")
    for (file, field, reason), count in shown.items():
        if count > 2:
            print(f"  {file}: {field}: {count - 2} more like these: {reason}")
    unexplained = sum(each.reason == "?" for each in differences)
    print(f"\n{len(differences)} differences, {unexplained} of them without a reason")
    print(f"observed.json: {good} of {total} values equal ({good / total:.1%})")
    print(f"items against the plain parser: {item_good} of {item_total} wholly equal ({item_good / item_total:.1%})")
    right = sum(verdict for verdict, _ in truths)
    print(f"truth.json: {right} of {len(truths)} values right ({right / len(truths):.1%})")


def _short(value: object) -> str:
    return re.sub(r"\s+", " ", repr(value))[:90]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
