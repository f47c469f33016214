"""The default budget: one item to 2,000 people, counted where it arrives.

python -m tests.bench.bench_delivery_default [CHATS]
"""

from __future__ import annotations

import sys

from tests.bench.ground import a_ground, run

BUDGET = 28


async def main() -> None:
    """Print the rate, the fullest second, what was broken and what came twice."""
    chats = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    async with a_ground() as ground:
        await ground.subscribe(chats)
        await ground.start()
        ground.portal.publish("Tin cho mọi người", "Một tin gửi tới tất cả.")
        await ground.finished(chats, within=60 + 1.2 * chats / BUDGET)
        stats = ground.telegram.stats()
        each_once = set(stats["accepted_per_chat"].values()) == {1} and len(stats["accepted_per_chat"]) == chats
        print(f"default budget, {chats:,} chats, one item: each once: {'yes' if each_once else 'NO'}")
        print(f"  rate {ground.rate():.2f}/s = {100 * ground.rate() / BUDGET:.1f} % of {BUDGET}/s")
        print(f"  most within one second: {stats['max_per_second']} (Telegram allows 30)")
        print(f"  429s: {stats['statuses'].get('429', 0)}, violations: {stats['violations']}")
        print(f"  memory: {ground.memory():.0f} MB")


if __name__ == "__main__":
    run(main)
