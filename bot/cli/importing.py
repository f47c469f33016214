"""`import`: items from another archive, streamed: a million of them need no more memory than a thousand."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final
from zoneinfo import ZoneInfo

import typer

from bot.cli.opening import ConfigPath, configured, opened
from bot.cli.showing import Progress, progress
from bot.errors import ConfigError

if TYPE_CHECKING:
    from storage.archive import Arrival
    from storage.store import Store

AT_ONCE: Final = 5_000
"""Items of one commit."""
MOST_TOLD: Final = 100
LONGEST_LINE: Final = 10_000_000


def import_items(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help='One {"source", "title", "url", ...} a line.')],
    config: ConfigPath = None,
) -> int:
    """Take items into the archive; nothing is pushed. A bad line is told, the others are imported."""
    return asyncio.run(_import(file, config))


async def _import(file: Path, path: Path | None) -> int:
    settings = configured(path)
    try:
        data, size = file.open("rb"), file.stat().st_size
    except OSError as trouble:
        raise ConfigError((f"{file} - it cannot be read ({trouble.strerror}): give a file of JSON lines",)) from None
    gc.enable()  # it was off for the start; this goes on for long
    with data, progress("importing", size) as bar:
        lines = _Lines(data=data, name=file.name, zone=ZoneInfo(settings.schedule.timezone), bar=bar)
        async with opened(settings) as store:
            await store.sources.ensure(settings.sources)
            new = await _bring(store, lines, {source.id for source in settings.sources})
    counted = lines.counted
    known = counted["good"] - new
    print(f"imported {new:,}, known already {known:,}, bad lines {counted['bad']:,}")
    return 1 if counted["bad"] else 0


async def _bring(store: Store, lines: _Lines, known: set[str]) -> int:
    """Store batch after batch; the next one is read while the present one is written. How many items were new."""
    new = 0
    batch = lines.batch()
    while batch:
        writing = asyncio.create_task(_store(store, batch, known))
        batch = await asyncio.to_thread(lines.batch)
        new += await writing
    return new


async def _store(store: Store, batch: list[Arrival], known: set[str]) -> int:
    for source_id in {arrival.item.source_id for arrival in batch} - known:
        await store.sources.make_archive(source_id)
        known.add(source_id)
    return await store.items.bring(batch, datetime.now(UTC))


@dataclass(slots=True, kw_only=True)
class _Lines:
    """The file as batches of items; bad lines are told on standard error and counted."""

    data: BinaryIO
    name: str
    zone: ZoneInfo
    bar: Progress
    counted: Counter[str] = field(default_factory=Counter)

    def batch(self) -> list[Arrival]:
        """The next items of the file; empty at its end."""
        from bot.cli.lines import BadLine, item_of_line

        batch: list[Arrival] = []
        for line in self._lines():
            read = item_of_line(line, self.zone)
            if isinstance(read, BadLine):
                self._tell(read.why)
                continue
            batch.append(read)
            if len(batch) == AT_ONCE:
                break
        self.counted["good"] += len(batch)
        self.bar.reach(self.counted["bytes"], f"{self.counted['good']:,} items")
        return batch

    def _lines(self) -> Iterator[str]:
        """Each line that says something."""
        while line := self.data.readline(LONGEST_LINE):
            self.counted["lines"] += 1
            self.counted["bytes"] += len(line)
            if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                self._pass_over()
                self._tell(f"it is longer than {LONGEST_LINE:,} bytes - write one object a line")
                continue
            try:
                text = line.decode("utf-8-sig").strip()
            except UnicodeDecodeError:
                self._tell("it is not UTF-8 - save the file as UTF-8")
                continue
            if text:
                yield text

    def _pass_over(self) -> None:
        """What is left of a line that is too long."""
        while (rest := self.data.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            self.counted["bytes"] += len(rest)

    def _tell(self, why: str) -> None:
        self.counted["bad"] += 1
        if self.counted["bad"] <= MOST_TOLD:
            print(f"{self.name} line {self.counted['lines']}: {why}", file=sys.stderr)
