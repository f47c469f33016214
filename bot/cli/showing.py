"""Tables and progress bars: rich where a person looks, plain lines where a program reads."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Something that is told how far the work has come."""

    def advance(self, amount: float) -> None:
        """So much more is done."""


class _Silent:
    def advance(self, amount: float) -> None:
        """Nobody looks."""


class _Bar:
    def __init__(self, what: str, total: float) -> None:
        from rich.console import Console
        from rich.progress import Progress as RichProgress

        self.bars = RichProgress(console=Console(stderr=True), transient=True)
        self._task = self.bars.add_task(what, total=total)

    def advance(self, amount: float) -> None:
        """So much more is done."""
        self.bars.advance(self._task, amount)


@contextmanager
def progress(what: str, total: float) -> Iterator[Progress]:
    """A bar on standard error if that is a terminal, else nothing."""
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
