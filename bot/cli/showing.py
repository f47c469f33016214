"""Tables and progress bars: rich where a person looks, plain lines where a program reads."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Something that is told how far the work has come."""

    def expect(self, total: float | None) -> None:
        """So much is to be done in all, as far as one can tell now."""

    def reach(self, done: float, said: str = "") -> None:
        """So much is done; *said* stands beside the bar."""


class _Silent:
    def expect(self, total: float | None) -> None:
        """Nobody looks."""

    def reach(self, done: float, said: str = "") -> None:
        """Nobody looks."""


class _Bar:
    def __init__(self, what: str, total: float | None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self.bars = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(show_speed=True),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[said]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self.bars.add_task(what, total=total, said="")

    def expect(self, total: float | None) -> None:
        """So much is to be done in all."""
        self.bars.update(self._task, total=total)

    def reach(self, done: float, said: str = "") -> None:
        """So much is done."""
        self.bars.update(self._task, completed=done, said=said)


@contextmanager
def progress(what: str, total: float | None) -> Iterator[Progress]:
    """A bar on standard error if that is a terminal, else nothing; *total* None: unknown yet."""
    if not sys.stderr.isatty():
        yield _Silent()
        return
    bar = _Bar(what, total)
    with bar.bars:
        yield bar


def show_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal, tab-separated lines elsewhere."""
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*heads)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
