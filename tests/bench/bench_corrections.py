"""One item in many chats is corrected at the default budget, and a new item comes while the edits are on their way.

python -m tests.bench.bench_corrections [CHATS]     100,000 chats take an hour for the push and an hour for the edits
"""

from __future__ import annotations

import sys
import time

from tests.bench.ground import a_ground, run

BUDGET = 28


async def main() -> None:
    """Print how long the edits took, and how long the first news waited behind them."""
    chats = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    async with a_ground() as ground:
        await ground.subscribe(chats)
        await ground.start()
        telegram, tally = ground.telegram, ground.telegram.world.tally
        item = ground.portal.publish("Mưa lớn, 3 xã bị ngập", "Nước sông Chu lên nhanh.")
        await ground.finished(chats, within=60 + 1.2 * chats / BUDGET)
        ground.portal.edit(item.id, title="Mưa lớn, 5 xã bị ngập")
        await telegram.wait_until(lambda: tally.edits >= chats // 20, timeout=60.0, what="the first edits")
        ground.portal.publish("Tin mới trong khi sửa", "Một tin mới.")
        published = time.monotonic()
        hits = ground.portal.hits["/rss"]
        await telegram.wait_until(lambda: ground.portal.hits["/rss"] > hits, timeout=30.0, what="a reading")
        read = time.monotonic()
        await ground.finished(chats + 1, within=60.0)
        first = time.monotonic()
        edits_before_all = tally.edits
        await ground.finished(2 * chats, within=60 + 1.2 * chats / BUDGET)
        pushed = time.monotonic()
        await telegram.wait_until(
            lambda: tally.edits >= chats, timeout=60 + 1.2 * chats / BUDGET, what=f"{chats} edits"
        )
        stats = telegram.stats()
        print(f"default budget, {chats:,} sent messages corrected: {tally.edits:,} edited")
        print(f"  the new item: read {read - published:.2f} s after it came, at Telegram {first - read:.2f} s later")
        rate, left = (chats - 1) / (pushed - first), tally.edits - edits_before_all
        print(f"  to all {chats:,} chats at {rate:.1f}/s, {left:,} edits after it began")
        print(f"  429s: {stats['statuses'].get('429', 0)}, violations: {stats['violations']}")
        print(f"  memory: {ground.memory():.0f} MB")


if __name__ == "__main__":
    run(main)
