"""Lines read in a process of their own: to understand a line and to fold its words costs as much
as to store it, and two cores share that."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final, TypeAlias
from zoneinfo import ZoneInfo

from bot.cli.lines import BadLine, item_of_line
from bot.errors import LoaError
from storage.search_folding import Folding

if TYPE_CHECKING:
    from storage.archive import Arrival

Said: TypeAlias = "Arrival | BadLine | None"
"""What a line says; None: nothing."""
Compounds: TypeAlias = tuple[str, ...]
"""Those of the archive, with which the texts are folded (see `Folding`)."""
Read: TypeAlias = Callable[[Sequence[bytes], Compounds], Awaitable[list[Said]]]

WORTH_A_PROCESS: Final = 4_000_000
"""Bytes: less is read before another process has begun."""


@asynccontextmanager
async def line_reader(zone: ZoneInfo, size: int) -> AsyncIterator[Read]:
    """What reads lines, of a file of *size* bytes; each answer is to be had before the next question is put."""
    if size < WORTH_A_PROCESS:
        here = LineReader(zone)
        yield lambda lines, compounds: asyncio.to_thread(here.read, lines, compounds)
        return
    spawning = multiprocessing.get_context("spawn")  # a fork would take the threads' locks along
    ours, theirs = spawning.Pipe()
    reader = spawning.Process(target=_read_for, args=(theirs, zone), name="loa-lines", daemon=True)
    reader.start()
    theirs.close()  # so that the pipe ends when either side does, by kill -9 too

    try:
        yield lambda lines, compounds: asyncio.to_thread(_asked, ours, lines, compounds)
    finally:
        reader.terminate()
        ours.close()
        await asyncio.to_thread(reader.join)


class LineReader:
    """Understands lines; days without a zone of their own are meant in *zone*."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._folding = Folding()

    def read(self, lines: Sequence[bytes], compounds: Compounds) -> list[Said]:
        """What each line says."""
        if compounds != self._folding.compounds:
            self._folding = Folding(compounds)
        met: set[bytes] = set()
        return [self._said(line, met) for line in lines]

    def _said(self, line: bytes, met: set[bytes]) -> Said:
        try:
            text = line.decode("utf-8-sig").strip()
        except UnicodeDecodeError:
            return BadLine(why="it is not UTF-8 - save the file as UTF-8")
        said = item_of_line(text, self._zone) if text else None
        if said is None or isinstance(said, BadLine):
            return said
        return replace(said, folded=self._folding.fold(said.item.title, said.item.summary, said.item.body, met))


def _asked(reader: Connection, lines: Sequence[bytes], compounds: Compounds) -> list[Said]:
    try:
        reader.send((lines, compounds))
        answer: list[Said] = reader.recv()
    except (EOFError, OSError):
        raise LoaError(
            "the process that reads the lines was ended - start the import again: what is stored stays"
        ) from None
    return answer


def _read_for(asker: Connection, zone: ZoneInfo) -> None:
    """The other process: answers until the asker is gone. Ctrl-C is the asker's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # what is made here is gone with its answer
    reader = LineReader(zone)
    while True:
        try:
            asker.send(reader.read(*asker.recv()))
        except (EOFError, OSError):
            return
