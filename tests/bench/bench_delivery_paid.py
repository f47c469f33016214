"""The paid budget over TLS with 50 ms answers: the whole way, against python-telegram-bot's own transport alone.

    python -m tests.bench.bench_delivery_paid [CHATS [BUDGET]]

The other way is what a bot does that awaits `bot.send_message` in as many tasks as its default pool has connections,
on the same core, against the same server, without a store, a pace or a verdict.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from bot.simulator import Limits
from tests.bench.ground import FIRST_PERSON, LOA_CORE, TLS, a_ground, local_tls, pin, run

LATENCY = 0.05
OTHERS_MESSAGES = 1_500


async def main() -> None:
    """Print both rates and their ratio."""
    chats = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    budget = int(sys.argv[2]) if len(sys.argv) > 2 else 5_000
    telegram_table = {"messages_per_second": budget, "paid_broadcast": True, "ca_file": str(TLS / "local.pem")}
    limits = Limits(paid_per_second=1_000_000, enabled=True)
    async with a_ground(
        limits=limits, latency=LATENCY, encrypted=local_tls(), tables={"telegram": telegram_table}
    ) as ground:
        ground.telegram.crowd(FIRST_PERSON, max(chats, OTHERS_MESSAGES))
        theirs, their_spent = await the_other_way(ground.telegram.url, ground.telegram.token)
        ground.telegram.world.tally.first_at = None
        before = ground.telegram.world.tally.accepted
        await ground.subscribe(chats)
        await ground.start()
        sim_began = time.process_time()
        began = cpu_of(ground.loa.process)
        ground.portal.publish("Tin cho mọi người", "Một tin gửi tới tất cả. " * 8)
        await ground.finished(before + chats, within=60 + chats / 200)
        tally = ground.telegram.world.tally
        assert tally.first_at is not None
        assert tally.last_at is not None
        seconds = tally.last_at - tally.first_at
        ours = (chats - 1) / seconds
        print(f"paid budget, TLS, {1000 * LATENCY:.0f} ms answers, {chats:,} chats, one core each side")
        print(f"  whole way (claim, pace, python-telegram-bot, mark): {ours:,.0f} messages/s")
        print(f"  python-telegram-bot's default transport alone: {theirs:,.0f} messages/s; ratio {ours / theirs:.1f}")
        spent, main_thread = (after - before for before, after in zip(began, cpu_of(ground.loa.process), strict=True))
        print(f"  CPU: {1000 * spent / chats:.2f} ms a message (so {chats / spent:,.0f}/s on a core of its own)")
        print(f"  theirs: {1000 * their_spent:.2f} ms a message; ratio in CPU {their_spent * chats / spent:.1f}")
        print(
            f"  of it outside the main thread: {1 - main_thread / spent:.0%}; the core was ours {spent / seconds:.0%}"
        )
        print(f"  the simulator's CPU: {(time.process_time() - sim_began) * 1000 / chats:.2f} ms a message")
        print(f"  duplicates {ground.telegram.stats()['duplicates']}, memory {ground.memory():.0f} MB")


def cpu_of(process: asyncio.subprocess.Process | None) -> tuple[float, float]:
    """CPU seconds that a process has used, and its main thread of them."""
    assert process is not None
    tasks = [Path(f"/proc/{process.pid}/stat"), Path(f"/proc/{process.pid}/task/{process.pid}/stat")]
    fields = [task.read_text("ascii").rpartition(")")[2].split() for task in tasks]
    whole, main_thread = ((int(each[11]) + int(each[12])) / os.sysconf("SC_CLK_TCK") for each in fields)
    return whole, main_thread


async def the_other_way(url: str, token: str) -> tuple[float, float]:
    """The library's default transport in a process on our core: messages a second, and CPU seconds for each."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.bench_delivery_paid",
        "--other-way",
        url,
        token,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "SSL_CERT_FILE": str(TLS / "local.pem")},
    )
    pin(process.pid, LOA_CORE)
    out, _ = await process.communicate()
    rate, spent = out.split()
    return float(rate), float(spent)


async def other_way(url: str, token: str) -> None:
    """Send OTHERS_MESSAGES with the library as it comes, and print the rate."""
    from telegram import Bot

    async with Bot(token, base_url=f"{url}/bot") as bot:
        waiting = iter(range(OTHERS_MESSAGES))

        async def send() -> None:
            for number in waiting:
                await bot.send_message(
                    FIRST_PERSON + number, "<b>Tin</b> mới", parse_mode="HTML", allow_paid_broadcast=True
                )

        began, spent = time.perf_counter(), time.process_time()
        await asyncio.gather(*(send() for _ in range(256)))
        rate = OTHERS_MESSAGES / (time.perf_counter() - began)
        print(rate, (time.process_time() - spent) / OTHERS_MESSAGES)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--other-way"]:
        asyncio.run(other_way(*sys.argv[2:4]))
    else:
        run(main)
