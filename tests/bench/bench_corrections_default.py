"""What a whole province was sent is corrected at the default budget, and new items come all the while.

python -m tests.bench.bench_corrections_default [CHATS]     100,000 take an hour; the messages are sent beforehand, paid
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time

from bot.simulator import Limits, PretendPortal
from tests.bench.ground import LOA_CORE, Ground, a_ground, pin, run
from tests.bench.stalls import stalled

READERS = 20
"""So many chats follow the source of the new items as well."""
BETWEEN = 30.0
"""Seconds from one new item to the next."""
SUBJECTS = ("tiêm chủng mở rộng", "đấu giá đất ở", "lịch cắt điện", "tuyển sinh lớp mười", "hội chợ nông sản")
MOST_LATE = 2.0
PAID = {"telegram": {"messages_per_second": 1000, "paid_broadcast": True}}
DEFAULT = {"telegram": {"messages_per_second": 28, "paid_broadcast": False}}


async def main() -> None:
    """Say how long the edits took, and how late each new item was among them."""
    chats = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    async with PretendPortal() as other, a_ground(limits=Limits(paid_per_second=1_000_000), tables=PAID) as ground:
        ground.loa.sources = [{"url": f"{ground.portal.url}/rss"}, {"url": f"{other.url}/rss", "title": "Tin khác"}]
        ground.loa.configure()
        await ground.subscribe(chats)
        item = await sent_to_all(ground, other, chats)
        await begin_again(ground)
        say(f"{chats:,} chats have the item; budget from now on: 28/s")
        async with stalled(ground) as visitor:
            tally, corrected = ground.telegram.world.tally, time.monotonic()
            ground.portal.edit(item, title="Mưa lớn, 5 xã bị ngập")
            await ground.telegram.wait_until(lambda: tally.edits >= 1, timeout=120.0, what="the first edit")
            late: list[float] = []
            while tally.edits < chats:
                late.append(await news_meanwhile(ground, other, len(late)))
                await waited(ground, chats, BETWEEN)
            took = time.monotonic() - corrected
            say(f"  {tally.edits:,} edited in {took:.0f} s, {tally.edits / took:.1f}/s")
            say(f"  {len(late)} new items to {READERS} chats each meanwhile; from the reading to the last of them")
            median, many = sorted(late)[len(late) // 2], sum(each > MOST_LATE for each in late)
            say(f"  median {median:.2f} s, worst {max(late):.2f} s, {many} longer than {MOST_LATE:.0f} s")
            say(f"  longest wait for the loop: {await visitor.longest()}")
        report(ground, chats)


async def sent_to_all(ground: Ground, other: PretendPortal, chats: int) -> int:
    """One item in everybody's chat; its id at the portal."""
    await ground.start()
    await ground.telegram.wait_until(lambda: other.hits["/rss"] >= 2, timeout=30.0, what="the other's baseline")
    item = ground.portal.publish("Mưa lớn, 3 xã bị ngập", "Nước sông Chu lên nhanh.")
    await ground.finished(chats, within=120 + chats / 100)
    return item.id


async def begin_again(ground: Ground) -> None:
    """The same house at the default budget, with somebody who follows the other source."""
    await ground.loa.stop()
    with sqlite3.connect(ground.folder / "loa.db") as conn:
        conn.executemany(
            "INSERT INTO follows (chat_id, thread, source_id, since) VALUES (?, 0, 'tin2', 0)",
            ((number,) for number in range(1, READERS + 1)),
        )
    ground.loa.tables = DEFAULT
    ground.loa.configure()
    await ground.loa.start()
    assert ground.loa.process is not None
    pin(ground.loa.process.pid, LOA_CORE)
    hits = ground.portal.hits["/rss"]
    await ground.telegram.wait_until(lambda: ground.portal.hits["/rss"] > hits, timeout=30.0, what="a reading")


async def news_meanwhile(ground: Ground, other: PretendPortal, number: int) -> float:
    """Publish one more item; seconds from its reading to the last of its readers."""
    tally = ground.telegram.world.tally
    before, hits = tally.accepted, other.hits["/rss"]
    other.publish(f"Thông báo số {number}: {SUBJECTS[number % len(SUBJECTS)]}", f"Nội dung của thông báo {number}.")
    await ground.telegram.wait_until(lambda: other.hits["/rss"] > hits, timeout=30.0, what="a reading")
    read = time.monotonic()
    await ground.finished(before + READERS, within=60.0)
    return time.monotonic() - read


async def waited(ground: Ground, chats: int, most: float) -> None:
    """Until the next item is due, or all is edited."""
    until = time.monotonic() + most
    while time.monotonic() < until and ground.telegram.world.tally.edits < chats:
        await asyncio.sleep(0.25)


def report(ground: Ground, chats: int) -> None:
    """What Telegram counted, and what the ledger says of the edits."""
    stats = ground.telegram.stats()
    say(f"  429s: {stats['statuses'].get('429', 0)}, violations: {stats['violations']}")
    say(f"  memory: {ground.memory():.0f} MB")
    with sqlite3.connect(f"file:{ground.folder}/loa.db?mode=ro", uri=True) as conn:
        states = dict(conn.execute("SELECT state, count(*) FROM edits GROUP BY state").fetchall())
    say(f"  edits by state: {states} of {chats:,}")


def say(line: str) -> None:
    """Print at once: the next line may be an hour away."""
    print(line, flush=True)


if __name__ == "__main__":
    run(main)
