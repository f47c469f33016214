"""The corpus of pages read: `python -m tests.bench.corpus_pages ../shared/corpus [-v]`, what is right and what not.

The rules for "right":
- an article page gives exactly one item (it is an article, not a list of what stands beside it);
- title: the words of the expected title, with or without the site's name behind it; blanks and case do not count;
- link: the address that the truth names, else the one that the page calls canonical; scheme and `www.` do not count;
- date: the same minute as the truth where that has a zone, the same local day where it has none; no truth, no count;
- listings of the timeline: title, link and time equal what stands in the markup (read by a plain pattern, not by
  us), in the page's order; and from one capture to the next exactly the expected ids are new, by the set of known keys;
- a page that shows an error instead of content is trouble and gives nothing.
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.core.address import host_of
from bot.model import Item, Reading, Source
from bot.sources.decode import decode
from bot.sources.page import read_listing

NOW = datetime(2026, 11, 25, tzinfo=UTC)
_CANONICAL = re.compile(rb'<link[^>]+rel=["\']canonical["\'][^>]*>', re.IGNORECASE)
_HREF = re.compile(rb'href=["\']([^"\']+)')
_ROW = re.compile(r'<div class="tin"><a href="([^"]+)">(.*?)</a> <span>\((.*?)\)</span>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One comparison: which file, what was compared, whether it is right, and both sides where it is not."""

    file: str
    what: str
    right: bool
    note: str = ""


def read(page: Path, url: str) -> Reading:
    """The reading of one file of the corpus."""
    source = Source(id="corpus", title="Corpus", url=url, kind="page")
    return read_listing(decode(page.read_bytes(), "").text, url, source, NOW)


def judge(corpus: Path) -> Iterator[Verdict]:
    """Every comparison that the corpus allows."""
    for page in sorted((corpus / "pages").glob("*/*.html")):
        yield from _article(page)
    timeline = corpus / "made" / "timeline"
    for page in sorted(timeline.glob("*.html")):
        yield from _listing(page)
    yield from _news(timeline)
    for page in sorted((corpus / "made").glob("*.html")):
        reading = read(page, "https://portal.example.gov.vn/tin-tuc")
        right = reading.trouble is not None and not reading.items
        yield Verdict(file=page.name, what="trouble", right=right, note=str(reading.trouble))


def _article(page: Path) -> Iterator[Verdict]:
    truth = _truth(page)
    url = truth.get("url") or _canonical(page) or "https://news.example/article"
    reading = read(page, url)
    one = len(reading.items) == 1
    yield Verdict(
        file=page.name, what="one item", right=one, note=f"{len(reading.items)} items {reading.trouble or ''}"
    )
    if not one:
        return
    item = reading.items[0]
    expected = truth.get("title")
    if expected:
        yield Verdict(
            file=page.name, what="title", right=_same_title(item.title, expected), note=_both(item.title, expected)
        )
    link = _canonical(page) or url
    yield Verdict(file=page.name, what="link", right=_same_link(item.url, link), note=_both(item.url, link))
    published = truth.get("publishedTime") or truth.get("publish_date")
    if published:
        right = _same_time(item.published_at, published)
        yield Verdict(file=page.name, what="date", right=right, note=_both(item.published_at, published))


def _truth(page: Path) -> dict[str, str]:
    stem = page.name.removesuffix(".html").removesuffix(".source")
    for name in (f"{stem}.expected-metadata.json", f"{stem}.json"):
        beside = page.with_name(name)
        if beside.exists() and beside.stat().st_size:
            found: dict[str, str] = json.loads(beside.read_text("utf-8"))
            return found
    return {}


def _canonical(page: Path) -> str:
    tag = _CANONICAL.search(page.read_bytes())
    href = _HREF.search(tag[0]) if tag else None
    return html.unescape(href[1].decode()) if href else ""


def _same_title(read_title: str, expected: str) -> bool:
    one, other = (" ".join(text.split()).casefold() for text in (read_title, html.unescape(expected)))
    return one == other or (len(one) >= 15 and bool(re.match(re.escape(one) + r"\s*[|–—:_·-]", other)))


def _same_link(read_link: str | None, expected: str) -> bool:
    one, other = urlsplit(read_link or ""), urlsplit(expected)
    return (host_of(read_link or ""), one.path.rstrip("/"), one.query) == (
        host_of(expected),
        other.path.rstrip("/"),
        other.query,
    )


def _same_time(read_at: datetime | None, expected: str) -> bool:
    if read_at is None:
        return False
    text = re.sub(r"([+-]\d{2})(\d{2})$", r"\1:\2", expected.replace("Z", "+00:00"))
    truth = datetime.fromisoformat(text)
    if truth.tzinfo is None:
        return truth.date() in (read_at.date(), read_at.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date())
    return abs((read_at - truth).total_seconds()) < 60


def _both(one: object, other: object) -> str:
    return f"{one} / truth: {other}"


def _listing(page: Path) -> Iterator[Verdict]:
    rows = _ROW.findall(page.read_text("utf-8"))
    items = read(page, "http://thiduakt.example.gov.vn/wps/portal/tintuc").items
    yield Verdict(file=page.name, what="items", right=len(items) == len(rows), note=_both(len(items), len(rows)))
    for item, (href, title, written) in zip(items, rows, strict=False):
        told = datetime.strptime(f"{written} +0700", "%d/%m/%Y %I:%M %p %z")
        link = re.sub(r";jsessionid=[^?]*", "", html.unescape(href))
        yield Verdict(
            file=page.name, what="title", right=item.title == html.unescape(title), note=_both(item.title, title)
        )
        yield Verdict(file=page.name, what="link", right=_same_link(item.url, link), note=_both(item.url, link))
        yield Verdict(file=page.name, what="date", right=item.published_at == told, note=_both(item.published_at, told))


def _news(timeline: Path) -> Iterator[Verdict]:
    """What is new from capture to capture, by keys alone, as the store decides it."""
    known: set[str] = set()
    for step in json.loads((timeline / "expected.json").read_text("utf-8")):
        items = read(timeline / f"{step['step']}.html", "http://thiduakt.example.gov.vn/wps/portal/tintuc").items
        new = [_id_of(item) for item in items if known and not known & set(item.keys)]
        known |= {key for item in items for key in item.keys}
        yield Verdict(file=step["step"], what="new", right=new == step["new"], note=_both(new, step["new"]))


def _id_of(item: Item) -> str:
    found = re.search(r"/tintuc/(\w+)", item.url or "")
    return found[1] if found else ""


def main() -> None:
    """Prints the table: for each kind of comparison how many are right; then every one that is not (all with -v)."""
    verdicts = list(judge(Path(sys.argv[1])))
    print(f"{'compared':<10}{'right':>7}{'of':>6}{'share':>9}")
    for what in dict.fromkeys(verdict.what for verdict in verdicts):
        mine = [verdict for verdict in verdicts if verdict.what == what]
        right = sum(verdict.right for verdict in mine)
        print(f"{what:<10}{right:>7}{len(mine):>6}{right / len(mine):>9.1%}")
    right = sum(verdict.right for verdict in verdicts)
    print(f"{'all':<10}{right:>7}{len(verdicts):>6}{right / len(verdicts):>9.1%}")
    for verdict in verdicts:
        if not verdict.right or "-v" in sys.argv:
            print(f"{'right' if verdict.right else 'WRONG'}  {verdict.file} {verdict.what}: {verdict.note}")


if __name__ == "__main__":
    main()
