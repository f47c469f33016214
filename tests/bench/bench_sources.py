"""10,000 sources on one core: how long a round takes, whether the loop ever stands still, what it costs in memory.

    make bench NAME=bench_sources ARGS="10000"

The real bot runs in a process of its own on one core, the portals and Telegram on another one. In the measured round
95 % of the portals answer 304 and 5 % have a new item, for which one chat is waiting.

A stall is told three times: by the wall, with what else had the core; by the process's own work, which is what the loop
would have waited alone on a core; and by what the loop's own thread worked meanwhile.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bot.simulator import Limits, PretendTelegram
from tests.bench._portals import Portals

READER = 5001
PROBE = 0.005


def main() -> None:
    if sys.argv[1:2] == ["child"]:
        import uvloop

        gc.disable()
        uvloop.run(live_with_a_probe(Path(sys.argv[2])))
    else:
        asyncio.run(measure(int((sys.argv[1:] or ["10000"])[0])))


async def measure(count: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    limits = Limits(paid_per_second=1000)
    async with Portals(items=2) as portals, PretendTelegram(limits=limits) as telegram:
        with tempfile.TemporaryDirectory() as made:
            child = Child(Path(made), core=cores[0])
            child.configure([portals.url(number) for number in range(count)], telegram)
            await child.start()
            await telegram.wait_listening(timeout=120)
            await telegram.ask(READER, "/start")
            await telegram.ask(READER, "/dangky all")
            await child.until_read(count, since=0)
            print(f"first round, {count:,} baselines: {child.seconds():.1f} s, {child.worst()}")
            for title in ("nothing new anywhere", "5 % have news"):
                await asyncio.sleep(3)
                if "news" in title:
                    for number in random.Random(6).sample(range(count), count // 20):
                        portals.editions[portals.url(number).split("/")[2].partition(":")[0]] += 1
                before = dict(portals.answers)
                child.begin()
                await child.until_read(count, since=child.round_began)
                answers = {s: n - before.get(s, 0) for s, n in sorted(portals.answers.items()) if n > before.get(s, 0)}
                print(f"a round, {title}: {child.seconds():.1f} s, {child.worst()}, answers {answers}")
            await child.stop()


@dataclass(slots=True)
class Child:
    """The bot's process, and its database seen from outside."""

    folder: Path
    core: int
    process: asyncio.subprocess.Process | None = None
    round_began: int = 0
    lags: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    loop: list[float] = field(default_factory=list)
    memory: int = 0
    processor: float = 0.0
    _began: float = 0.0
    _processor: float = 0.0
    _listening: asyncio.Task[None] | None = None

    def configure(self, urls: Sequence[str], telegram: PretendTelegram) -> None:
        head = (
            f'[telegram]\napi_root = "{telegram.url}"\n[storage]\nurl = "sqlite:///loa.db"\n'
            '[fetch]\nallow_private = true\n[web]\nlisten = ""\n'
        )
        tables = [
            f'[[sources]]\nid = "s{n}"\ntitle = "Cổng {n}"\nurl = "{url}"\ninterval = "1h"\n'
            for n, url in enumerate(urls)
        ]
        (self.folder / "config.toml").write_text(head + "".join(tables), encoding="utf-8")
        (self.folder / ".env").write_text(f"TELEGRAM_BOT_TOKEN={telegram.token}\n", encoding="utf-8")

    async def start(self) -> None:
        self._began = time.monotonic()
        self.process = await asyncio.create_subprocess_exec(
            *("taskset", "-c", str(self.core), sys.executable, "-m", "tests.bench.bench_sources", "child"),
            str(self.folder),
            stdout=asyncio.subprocess.PIPE,
        )
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            told = json.loads(line)
            self.lags.append(told["lag"])
            self.own.append(told["own"])
            self.loop.append(told["loop"])
            self.memory, self.processor = told["memory"], told["processor"]

    def begin(self) -> None:
        """Let every source be due."""
        self.lags.clear()
        self.own.clear()
        self.loop.clear()
        self._processor = self.processor
        self._began, self.round_began = time.monotonic(), int(time.time() * 1000)
        with sqlite3.connect(self.folder / "loa.db", timeout=30) as db:
            db.execute("UPDATE sources SET next_poll_at = 0")

    async def until_read(self, count: int, since: int) -> None:
        """Until all of them had a good reading since then."""
        while await asyncio.to_thread(self._read, since) < count:
            assert self.process is not None
            assert self.process.returncode is None, "it died"
            await asyncio.sleep(0.25)

    def _read(self, since: int) -> int:
        file = self.folder / "loa.db"
        if not file.exists():
            return 0
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30) as db:
            found: int = db.execute("SELECT count(*) FROM sources WHERE last_success_at > ?", (since,)).fetchone()[0]
        return found

    def seconds(self) -> float:
        return time.monotonic() - self._began

    def worst(self) -> str:
        return (
            f"longest stall of the loop {1000 * max(self.own, default=0):.0f} ms of its own work "
            f"(its thread {1000 * max(self.loop, default=0):.0f} ms; "
            f"{1000 * max(self.lags, default=0):.0f} ms by the wall, with what else ran on the core), "
            f"memory {self.memory >> 20} MB at most, processor {self.processor - self._processor:.1f} s"
        )

    async def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        await self.process.wait()


async def live_with_a_probe(folder: Path) -> None:
    """`loa run`, and beside it a task that only wants its turn every 5 ms; how much too late it came is printed.

    What of that was this process's own work, and its loop's, is told apart: others may have had the core meanwhile.
    """
    os.chdir(folder)
    from bot.app.running import SHORTEST_SLICE, WAITERS, live
    from bot.config import load_config
    from bot.logs import set_up_logs

    config = load_config(os.environ, path=folder / "config.toml", needs=frozenset({"token"}))
    set_up_logs(level=30, secrets=())
    sys.setswitchinterval(SHORTEST_SLICE)  # as `run` does
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.set_default_executor(ThreadPoolExecutor(WAITERS))
    loop.add_signal_handler(15, stop.set)

    async def probe() -> None:
        told, worst = loop.time(), {"lag": 0.0, "own": 0.0, "loop": 0.0}
        while True:
            begun, worked, ran = loop.time(), time.process_time(), time.thread_time()
            await asyncio.sleep(PROBE)
            late = loop.time() - begun - PROBE
            own, thread = min(late, time.process_time() - worked), min(late, time.thread_time() - ran)
            now = {"lag": late, "own": own, "loop": thread}
            worst = {name: max(worst[name], now[name]) for name in worst}
            if loop.time() - told >= 0.5:
                seen = {**worst, "memory": peak_memory(), "processor": time.process_time()}
                print(json.dumps(seen), flush=True)
                told, worst = loop.time(), dict.fromkeys(worst, 0.0)

    probing = asyncio.create_task(probe())
    await live(config, stop)
    probing.cancel()


def peak_memory() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    main()
