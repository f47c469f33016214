"""Captures of lists, polled in their order: what was new, corrected, withdrawn, published again, one story.

    python -m tests.bench.bench_timeline ../shared/corpus/made/timeline tests/data/timeline

A folder has `expected.json`, a list of steps, and `<step>.html` for each. A step may name its `source`, how many
`polls` read it (a withdrawal needs three), and the articles that are `gone`; what it does not expect must not happen.
An article is named by what stands behind `/tintuc/` in its address, one story as "second=first".
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.jobs.poll import poll
from bot.jobs.stories import StoryBook
from bot.jobs.watching import WatchBook
from bot.model import Item, Memory, Reading, Source, StoredItem, Whereabouts
from bot.sources.reader_document import Document, understand
from storage.store import Store
from tests.fakes import HandClock

KINDS = ("new", "corrected", "withdrawn", "republished", "same")
BEGUN = datetime(2026, 11, 25, tzinfo=UTC)
BETWEEN = timedelta(minutes=10)
MOST = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One thing that was said or should have been said; right where both."""

    step: str
    kind: str
    what: str
    said: bool
    expected: bool


@dataclass
class Captures:
    """A portal that shows one capture after another."""

    clock: HandClock
    page: Path = Path()
    gone: frozenset[str] = frozenset()

    async def read(self, source: Source, memory: Memory) -> Reading:
        """The present capture, whole."""
        document = Document(body=self.page.read_bytes(), url=source.url)
        return replace(understand(document, source, self.clock(), most=MOST).reading, next_page=None)

    async def read_page(self, source: Source, memory: Memory, url: str) -> Reading:
        """There is none."""
        raise AssertionError(url)

    async def enrich(self, source: Source, items: Sequence[Item]) -> tuple[Item, ...]:
        """Articles are not read."""
        return tuple(items)

    async def whereabouts(self, source: Source, item: Item) -> Whereabouts:
        """As the step says."""
        return Whereabouts.GONE if name_of(item) in self.gone else Whereabouts.THERE


@dataclass
class Timeline:
    """A store that is told one step after another."""

    folder: Path
    store: Store
    clock: HandClock = field(default_factory=lambda: HandClock(now=BEGUN))
    names: dict[int, str] = field(default_factory=dict)
    addresses: dict[int, str | None] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.reader = Captures(self.clock)
        self.watches, self.stories = WatchBook(self.clock, "Asia/Ho_Chi_Minh"), StoryBook(self.clock)

    async def tell(self, step: Mapping[str, Any]) -> dict[str, set[str]]:
        """What the step's readings said, by its kind."""
        source_id = step.get("source", "cong")
        source = Source(id=source_id, title=source_id, url=f"http://{source_id}.example/tintuc", kind="page")
        self.reader.page, self.reader.gone = self.folder / f"{step['step']}.html", frozenset(step.get("gone", ()))
        said: dict[str, set[str]] = {kind: set() for kind in KINDS}
        for _ in range(step.get("polls", 1)):
            self.clock.advance(BETWEEN)
            report = await poll(
                source,
                reader=self.reader,
                store=self.store,
                watches=self.watches,
                stories=self.stories,
                clock=self.clock,
                chance=lambda: 0.5,
            )
            stored = [each async for each in self._all()]
            self.names |= {each.id: name_of(each.item) for each in stored if each.id not in self.names}
            if not report.baseline:
                said["new"] |= {self.names[item_id] for item_id in report.new}
            said["corrected"] |= {self.names[item_id] for item_id in report.corrected}
            self._compare(said, stored)
        return said

    def _compare(self, said: dict[str, set[str]], stored: Iterable[StoredItem]) -> None:
        for each in stored:
            if each.withdrawn_at is not None and each.id not in self.withdrawn:
                said["withdrawn"].add(self.names[each.id])
                self.withdrawn.add(each.id)
            if name_of(each.item) != self.names[each.id] and self.addresses.get(each.id) != each.item.url:
                said["republished"].add(name_of(each.item))
            if each.story is not None and each.id not in self.addresses:
                said["same"].add(f"{self.names[each.id]}={self.names[each.story]}")
            self.addresses[each.id] = each.item.url

    async def _all(self) -> AsyncIterator[StoredItem]:
        for source_id in {step.get("source", "cong") for step in steps_of(self.folder)}:
            for each in await self.store.stories.last_of(source_id, 1_000):
                yield each


def name_of(item: Item) -> str:
    """The article's name in its address."""
    found = re.search(r"/tintuc/([\w-]+)", item.url or "")
    return found[1] if found else item.title


def steps_of(folder: Path) -> list[dict[str, Any]]:
    """The folder's steps."""
    return list(json.loads((folder / "expected.json").read_text("utf-8")))


async def judge(folder: Path) -> tuple[Verdict, ...]:
    """Everything that was said or expected, step by step."""
    verdicts: list[Verdict] = []
    with tempfile.TemporaryDirectory(prefix="loa-timeline-") as place:
        store = await Store.open(f"sqlite:///{place}/loa.db")
        try:
            timeline = Timeline(folder, store)
            for step in steps_of(folder):
                said = await timeline.tell(step)
                for kind in KINDS:
                    expected = set(step.get(kind, ()))
                    verdicts += [
                        Verdict(
                            step=step["step"], kind=kind, what=what, said=what in said[kind], expected=what in expected
                        )
                        for what in sorted(said[kind] | expected)
                    ]
        finally:
            await store.close()
    return tuple(verdicts)


def share(verdicts: Sequence[Verdict]) -> str:
    """How many are right of how many."""
    right = sum(each.said and each.expected for each in verdicts)
    return f"{right / len(verdicts):.3f} ({right}/{len(verdicts)})" if verdicts else "none"


def main() -> None:
    """Print precision and recall of each kind, and everything that is wrong."""
    for folder in map(Path, sys.argv[1:]):
        verdicts = asyncio.run(judge(folder))
        print(f"{folder}: {len(steps_of(folder))} steps")
        for kind in KINDS:
            mine = [each for each in verdicts if each.kind == kind]
            said, expected = [each for each in mine if each.said], [each for each in mine if each.expected]
            print(f"  {kind:12} precision {share(said):16} recall {share(expected)}")
        for each in verdicts:
            if each.said != each.expected:
                print(f"  WRONG {each.step} {each.kind}: {each.what} {'said' if each.said else 'missed'}")


if __name__ == "__main__":
    main()
