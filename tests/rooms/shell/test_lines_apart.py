"""Lines of JSON read in a process of their own: the same answers, and a clear word where that process is gone."""

from __future__ import annotations

import json
import multiprocessing
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.cli.lines import BadLine
from bot.cli.lines_apart import WORTH_A_PROCESS, LineReader, Said, line_reader
from bot.errors import LoaError
from storage.archive import Arrival

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LINES = (
    json.dumps({"source": "tdkt", "title": "Tin ở đây", "published_at": "2026-03-14T16:05:00"}).encode(),
    b"\xef\xbb\xbf  \r\n",
    b"{bad",
    b"\xff\xfe",
)


async def test_a_process_of_its_own_reads_as_we_do_and_ends_with_its_use() -> None:
    async with line_reader(HANOI, WORTH_A_PROCESS) as read:
        (reader,) = multiprocessing.active_children()
        for compounds in ((), ("tin o3",)):
            said = await read(LINES, compounds)
            assert in_order(said) == in_order(LineReader(HANOI).read(LINES, compounds))
    assert said[1] is None
    assert isinstance(said[2], BadLine)
    assert isinstance(said[3], BadLine)
    assert not reader.is_alive()


def in_order(said: list[Said]) -> list[Said]:
    """The words for the index are a set: each process has them in an order of its own."""
    return [
        replace(each, folded=each.folded._replace(words=b" ".join(sorted(each.folded.words.split()))))
        if isinstance(each, Arrival) and each.folded
        else each
        for each in said
    ]


async def test_a_small_file_is_read_here() -> None:
    async with line_reader(HANOI, 1_000) as read:
        assert multiprocessing.active_children() == []
        assert await read(LINES, ()) == LineReader(HANOI).read(LINES, ())


async def test_a_reader_that_was_killed_is_told_in_one_line() -> None:
    async with line_reader(HANOI, WORTH_A_PROCESS) as read:
        (reader,) = multiprocessing.active_children()
        reader.kill()
        reader.join()
        with pytest.raises(LoaError, match="what is stored stays"):
            await read(LINES, ())
