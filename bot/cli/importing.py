"""`import`: items from another archive, streamed: a million of them need no more memory than a few thousand."""

from __future__ import annotations

import asyncio
import gc
import io
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final
from zoneinfo import ZoneInfo

import typer

from bot.cli.opening import ConfigPath, configured, opened
from bot.cli.opml import is_opml, tables_of
from bot.cli.showing import Progress, progress
from bot.cli.tables import DAMAGED, Lines, beginning_of, lines_of, unzipped
from bot.config import Config
from bot.errors import ConfigError, LoaError

if TYPE_CHECKING:
    from bot.cli.lines_apart import Compounds, Read
    from storage.archive import Arrival
    from storage.store import Store

AT_ONCE: Final = 10_000
"""Lines of one commit: for about a second, while nobody else can write."""
MOST_BYTES: Final = 16_000_000
"""Fewer lines where they are long."""
MANY_OBJECTS: Final = 500_000
"""More than a batch is made of: nothing of it is garbage before it is stored, and looking costs a fifth of the time."""
MOST_TOLD: Final = 100
LONGEST_LINE: Final = 10_000_000


def import_items(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help='One {"source", "title", "url", ...} a line.')],
    config: ConfigPath = None,
) -> int:
    """Take items into the archive; nothing is pushed. A bad line is told, the others are imported.

    A table (CSV) is read as well, and both gzipped. Of an OPML document the sources are printed, for config.toml.
    """
    settings = configured(config)
    try:
        raw, size = file.open("rb"), file.stat().st_size
    except OSError as trouble:
        raise ConfigError((f"{file} - it cannot be read ({trouble.strerror}): give a file of JSON lines",)) from None
    with raw:
        data = unzipped(raw)
        try:
            if is_opml(beginning_of(data)):
                return _print_sources(data, settings)
            lines = lines_of(data)
        except DAMAGED as trouble:
            raise LoaError(f"{file.name} cannot be unpacked ({trouble}) - make it again where it came from") from None
        return asyncio.run(_import(lines, file.name, settings, size if lines is raw else None))


def _print_sources(data: BinaryIO, settings: Config) -> int:
    tables = tables_of(data, settings.sources)
    print("\n".join(tables), end="")
    print(f"{len(tables)} sources that config.toml does not have: add them to it", file=sys.stderr)
    return 0


async def _import(source: Lines, name: str, settings: Config, size: int | None) -> int:
    from bot.cli.lines_apart import WORTH_A_PROCESS, line_reader
    from bot.jobs.tidying import MANY, tell_again, tidy

    gc.set_threshold(MANY_OBJECTS)
    gc.enable()  # it was off for the start; this goes on for long
    zone = ZoneInfo(settings.schedule.timezone)
    with progress("importing", size) as bar:
        async with opened(settings) as store, line_reader(zone, size or WORTH_A_PROCESS) as read:
            lines = _Lines(data=source, name=name, bar=bar, read=read, compounds=await store.search.compounds())
            await store.sources.ensure(settings.sources)
            async with store.bulk():
                new = await _bring(store, lines, {source.id for source in settings.sources})
            if new >= MANY:
                bar.reach(lines.counted["bytes"], "putting the index in order")
                await tell_again(store)
                await tidy(store)
    counted = lines.counted
    known = counted["good"] - new
    print(f"imported {new:,}, known already {known:,}, bad lines {counted['bad']:,}")
    return 1 if counted["bad"] else 0


async def _bring(store: Store, lines: _Lines, known: set[str]) -> int:
    """Store batch after batch; the next one is read while the present one is written. How many items were new."""
    new = 0
    batch = await lines.batch()
    while batch is not None:
        if not lines.compounds:
            await store.search.learn_compounds([arrival.folded for arrival in batch if arrival.folded])
            lines.compounds = await store.search.compounds()
        reading = asyncio.create_task(lines.batch())
        new += await _store(store, batch, known)
        batch = await reading
    return new


async def _store(store: Store, batch: list[Arrival], known: set[str]) -> int:
    for source_id in {arrival.item.source_id for arrival in batch} - known:
        await store.sources.make_archive(source_id)
        known.add(source_id)
    return await store.items.bring(batch, datetime.now(UTC))


@dataclass(slots=True, kw_only=True)
class _Lines:
    """The file as batches of items; bad lines are told on standard error and counted."""

    data: Lines
    name: str
    bar: Progress
    read: Read
    compounds: Compounds
    counted: Counter[str] = field(default_factory=Counter)

    async def batch(self) -> list[Arrival] | None:
        """The items of the next lines, which may be none; None at the end of the file."""
        from bot.cli.lines import BadLine

        numbered = await asyncio.to_thread(self._next)
        if not numbered:
            return None
        batch: list[Arrival] = []
        for number, said in zip(numbered, await self.read(tuple(numbered.values()), self.compounds), strict=True):
            if isinstance(said, BadLine):
                self._tell(number, said.why)
            elif said is not None:
                batch.append(said)
        self.counted["good"] += len(batch)
        self.bar.reach(self.counted["bytes"], f"{self.counted['good']:,} items")
        return batch

    def _next(self) -> dict[int, bytes]:
        """So many lines as are stored at once, by their numbers."""
        numbered: dict[int, bytes] = {}
        most = self.counted["bytes"] + MOST_BYTES
        while len(numbered) < AT_ONCE and (self.counted["bytes"] < most or not numbered):
            line = self._line()
            if not line:
                break
            self.counted["lines"] += 1
            self.counted["bytes"] += len(line)
            if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                self._pass_over()
                self._tell(self.counted["lines"], f"it is longer than {LONGEST_LINE:,} bytes - write one object a line")
            else:
                numbered[self.counted["lines"]] = line
        return numbered

    def _line(self) -> bytes:
        """The next line; where the file is damaged it ends, and all that stands before is imported."""
        try:
            return self.data.readline(LONGEST_LINE)
        except DAMAGED as trouble:
            self._tell(self.counted["lines"] + 1, f"the file is damaged from here on ({trouble}) - make it again")
            self.data = io.BytesIO()
            return b""

    def _pass_over(self) -> None:
        """What is left of a line that is too long."""
        while rest := self._line():
            self.counted["bytes"] += len(rest)
            if rest.endswith(b"\n"):
                return

    def _tell(self, number: int, why: str) -> None:
        self.counted["bad"] += 1
        if self.counted["bad"] <= MOST_TOLD:
            print(f"{self.name} line {number}: {why}", file=sys.stderr)
