"""A ground to measure on: the real `loa run` on one core, the pretend Telegram and portal on another."""

from __future__ import annotations

import asyncio
import os
import ssl
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiosqlite

from bot.simulator import Limits, PretendPortal, PretendTelegram
from storage.store import Store
from tests.journeys.house import Loa

TLS = Path(__file__).parents[1] / "fixtures" / "tls"
FIRST_PERSON = 10_000_000
LOA_CORE, SIMULATOR_CORE = 0, 1


@dataclass(kw_only=True)
class Ground:
    """One run: `subscribe` before `start`, then `publish` and look at `telegram`."""

    folder: Path
    telegram: PretendTelegram
    portal: PretendPortal
    loa: Loa
    chats: int = 0
    started: bool = field(default=False, init=False)

    async def subscribe(self, count: int) -> None:
        """That many people follow the source; the store is filled at once, for to subscribe 100,000 takes a day."""
        store = await Store.open(f"sqlite:///{self.folder}/loa.db")
        await store.close()
        people = range(FIRST_PERSON, FIRST_PERSON + count)
        async with aiosqlite.connect(self.folder / "loa.db") as conn:
            await conn.executemany(
                "INSERT INTO chats (id, telegram_id, kind, first_seen_at) VALUES (?, ?, 'private', 0)",
                ((number - FIRST_PERSON + 1, number) for number in people),
            )
            await conn.executemany(
                "INSERT INTO follows (chat_id, thread, source_id, since) VALUES (?, 0, 'tdkt', 0)",
                ((number - FIRST_PERSON + 1,) for number in people),
            )
            await conn.commit()
        self.telegram.crowd(FIRST_PERSON, count)
        self.chats = count

    async def start(self) -> None:
        """Start `loa run` on its core and wait until it listens and has had its baseline."""
        await self.loa.start()
        assert self.loa.process is not None
        pin(self.loa.process.pid, LOA_CORE)
        try:
            await self.telegram.wait_listening(timeout=30.0)
            await self.telegram.wait_until(lambda: self.portal.hits["/rss"] >= 2, timeout=30.0, what="the baseline")
        except TimeoutError as error:
            raise TimeoutError(self.loa.log[-2_000:]) from error

    async def finished(self, count: int, within: float) -> None:
        """Until Telegram has taken that many messages; prints how far it came where that takes too long."""
        tally = self.telegram.world.tally
        await self.telegram.wait_until(lambda: tally.accepted >= count, timeout=within, what=f"{count} messages")

    def rate(self) -> float:
        """Messages a second from the first acceptance to the last."""
        tally = self.telegram.world.tally
        assert tally.first_at is not None
        assert tally.last_at is not None
        return (tally.accepted - 1) / (tally.last_at - tally.first_at)

    def memory(self) -> float:
        """The greatest resident memory of `loa run` so far, in MB."""
        assert self.loa.process is not None
        status = Path(f"/proc/{self.loa.process.pid}/status").read_text("ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


def pin(pid: int, core: int) -> None:
    """Keep every thread of a process on one core, where the machine has more than one."""
    if core < (os.cpu_count() or 1):
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {core})


def local_tls() -> ssl.SSLContext:
    """The context of a server with the test certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "local.pem", TLS / "local-key.pem")
    return context


@asynccontextmanager
async def a_ground(
    *,
    limits: Limits | None = None,
    latency: float = 0.0,
    encrypted: ssl.SSLContext | None = None,
    tables: Mapping[str, Mapping[str, object]] | None = None,
) -> AsyncIterator[Ground]:
    """An empty ground; everything on it is gone afterwards."""
    pinned = os.sched_getaffinity(0)
    setup: dict[str, Any] = {"limits": limits or Limits(), "log_size": 1_000}
    if encrypted is not None:
        setup["ssl_context"] = encrypted
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder:
        async with PretendTelegram(**setup) as telegram, PretendPortal() as portal:
            telegram.api.latency = latency
            path = Path(folder)
            loa = Loa(
                folder=path,
                api_root=telegram.url,
                token=telegram.token,
                sources=[{"url": f"{portal.url}/rss"}],
                tables=tables or {},
            )
            try:
                async with loa_ended(loa):
                    ground = Ground(folder=path, telegram=telegram, portal=portal, loa=loa)
                    if SIMULATOR_CORE in pinned:
                        os.sched_setaffinity(0, {SIMULATOR_CORE})
                    yield ground
            finally:
                os.sched_setaffinity(0, pinned)


@asynccontextmanager
async def loa_ended(loa: Loa) -> AsyncIterator[None]:
    """Whatever happens, the process is gone afterwards."""
    try:
        yield
    finally:
        if loa.process is not None and loa.process.returncode is None:
            await loa.kill()


def run(bench: Any) -> None:
    """Run a benchmark's coroutine and say how long it took in all."""
    began = time.monotonic()
    asyncio.run(bench())
    print(f"the whole benchmark: {time.monotonic() - began:.0f} s")
