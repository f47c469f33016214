"""How long the loop of `loa run` keeps a visitor waiting, and whose time that was.

The visitor is a process of its own: the pretended Telegram's loop is as busy as Loa's, and whoever lives in it waits
for both. What remains is the loop's own work (its thread's processor time) and what its thread waited for a core.

    python -m tests.bench.stalls HOST PORT PID     what `stalled` starts; a line on its standard input asks how it was
"""

from __future__ import annotations

import asyncio
import json
import select
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.ground import Ground

BETWEEN = 0.01
"""Seconds between two visits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """One visit, in seconds: the whole wait, and of it what the loop's thread ran, and waited for a core."""

    waited: float = 0.0
    ran: float = 0.0
    queued: float = 0.0

    def __str__(self) -> str:
        ran, queued = 1000 * self.ran, 1000 * self.queued
        return f"{1000 * self.waited:.0f} ms (of which the loop ran {ran:.0f} and had no core for {queued:.0f})"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks the process all the time for a page that it has not."""

    process: asyncio.subprocess.Process

    async def longest(self) -> Stall:
        """The longest wait so far."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"\n")
        return Stall(**json.loads(await self.process.stdout.readline()))


@asynccontextmanager
async def stalled(ground: Ground) -> AsyncIterator[Visitor]:
    """A visitor for as long as the block takes."""
    assert ground.loa.process is not None
    host, _, port = ground.loa.web.rpartition(":")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.stalls", host, port, str(ground.loa.process.pid)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Visitor(process)
    finally:
        process.kill()
        await process.wait()


def visit(host: str, port: int, pid: int) -> None:
    """Ask again and again until standard input ends."""
    loop_thread = Path(f"/proc/{pid}/task/{pid}/schedstat")
    longest = Stall()
    with socket.create_connection((host, port)) as line, line.makefile("rb") as answers:
        while True:
            (ran, queued), began = times_of(loop_thread), time.monotonic()
            line.sendall(b"GET /nothing-here HTTP/1.1\r\nHost: loa\r\n\r\n")
            length = 0
            while (head := answers.readline()).strip():
                name, _, value = head.lower().partition(b":")
                length = int(value) if name == b"content-length" else length
            answers.read(length)
            waited, (ran_now, queued_now) = time.monotonic() - began, times_of(loop_thread)
            if waited > longest.waited:
                longest = Stall(waited=waited, ran=ran_now - ran, queued=queued_now - queued)
            if select.select([sys.stdin], [], [], BETWEEN)[0]:
                if not sys.stdin.readline():
                    return
                print(json.dumps({"waited": longest.waited, "ran": longest.ran, "queued": longest.queued}), flush=True)


def times_of(thread: Path) -> tuple[float, float]:
    """Seconds for which a thread has run, and for which it was ready and had no core (proc(5), schedstat)."""
    ran, queued, _ = thread.read_text("ascii").split()
    return int(ran) / 1e9, int(queued) / 1e9


if __name__ == "__main__":
    visit(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
