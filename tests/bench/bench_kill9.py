"""kill -9 at random moments of a broadcast, with requests open: what is lost, what comes twice, and how much of it.

python -m tests.bench.bench_kill9 [KILLS [SEED]]
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys

from tests.bench.ground import LOA_CORE, Ground, a_ground, pin, run

SLOWEST = 0.15
"""Seconds that Telegram takes for an answer, so that a kill finds several requests open."""
MOST_LIFE = 1.5
"""Seconds that a process may live after it began to send."""


async def main() -> None:
    """Kill, count what was being sent, start again; at the end everybody must have the item."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1_000_000)
    chance = random.Random(seed)
    chats = kills * 32
    async with a_ground(latency=SLOWEST) as ground:
        await ground.subscribe(chats)
        await ground.start()
        ground.portal.publish("Tin cho mọi người", "Một tin gửi tới tất cả.")
        tally = ground.telegram.world.tally
        await ground.telegram.wait_until(lambda: tally.accepted, timeout=30.0, what="the broadcast")
        suspects: dict[int, int] = {}
        most, done = 0, 0
        while done < kills and tally.accepted < chats:
            await asyncio.sleep(chance.uniform(0.0, MOST_LIFE))
            await ground.loa.kill()
            sending = being_sent(ground)
            most, done = max(most, len(sending)), done + 1
            for chat in sending:
                suspects[chat] = suspects.get(chat, 0) + 1
            await restart(ground)
        await settled(ground, within=60 + chats / 20)
        report(ground, chats, done, most, suspects, seed)


def being_sent(ground: Ground) -> list[int]:
    """The Telegram ids of the chats whose note was being sent when the process died."""
    with sqlite3.connect(f"file:{ground.folder}/loa.db?mode=ro", uri=True) as conn:
        found = conn.execute(
            "SELECT c.telegram_id FROM notes n JOIN chats c ON c.id = n.chat_id WHERE n.state = 'sending'"
        ).fetchall()
    return [telegram_id for (telegram_id,) in found]


async def restart(ground: Ground) -> None:
    """Start it again and wait until it sends."""
    tally = ground.telegram.world.tally
    before = tally.accepted
    await ground.loa.start()
    assert ground.loa.process is not None
    pin(ground.loa.process.pid, LOA_CORE)
    await ground.telegram.wait_until(
        lambda: tally.accepted > before or not owed(ground), timeout=60.0, what="a message after a restart"
    )


def owed(ground: Ground) -> int:
    """How many notes are not settled yet."""
    with sqlite3.connect(f"file:{ground.folder}/loa.db?mode=ro", uri=True) as conn:
        return int(conn.execute("SELECT count(*) FROM notes WHERE state IN ('due', 'sending')").fetchone()[0])


async def settled(ground: Ground, within: float) -> None:
    """Until nothing is owed any more."""
    async with asyncio.timeout(within):
        while owed(ground):
            await asyncio.sleep(0.2)


def report(ground: Ground, chats: int, kills: int, most: int, suspects: dict[int, int], seed: int) -> None:
    """Print what came of it; a duplicate of a chat that was never a suspect is a defect."""
    stats = ground.telegram.stats()
    got = {int(chat): count for chat, count in stats["accepted_per_chat"].items()}
    twice = {chat: count for chat, count in got.items() if count > 1}
    unexplained = [chat for chat, count in twice.items() if count - 1 > suspects.get(chat, 0)]
    with sqlite3.connect(f"file:{ground.folder}/loa.db?mode=ro", uri=True) as conn:
        states = dict(conn.execute("SELECT state, count(*) FROM notes GROUP BY state").fetchall())
    print(f"kill -9, {kills} times in a broadcast to {chats:,} chats (seed {seed})")
    print(f"  lost: {chats - len(got)}; notes by state: {states}")
    print(f"  came twice: {len(twice)}, of them not explained by a note that was being sent: {len(unexplained)}")
    print(f"  most notes being sent at a kill: {most} (32 at most); 429s: {stats['statuses'].get('429', 0)}")
    print(f"  most within one second: {stats['max_per_second']}, violations {stats['violations_by_scope']}")


if __name__ == "__main__":
    run(main)
