"""One item in many chats is corrected, and a new item comes while the edits are on their way.

python -m tests.bench.bench_corrections [CHATS [BUDGET]]

At the default budget 100,000 chats take an hour for the push, an hour for the edits and an hour for the new item
(`bench_corrections_default` takes the middle one alone); a paid one (1000, say) asks the same of the store and of the
loop within minutes.
"""

from __future__ import annotations

import sys
import time

from bot.simulator import Limits
from tests.bench.ground import a_ground, run
from tests.bench.stalls import stalled

BUDGET = 28


async def main() -> None:
    """Say how long the edits took, how long the first news waited behind them, and how long the loop let wait."""
    chats = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    budget = int(sys.argv[2]) if len(sys.argv) > 2 else BUDGET
    paid = budget > BUDGET
    limits = Limits(paid_per_second=1_000_000, enabled=not paid)
    tables = {"telegram": {"messages_per_second": budget, "paid_broadcast": paid}}
    patience = 60 + 3 * chats / min(budget, 250)
    async with a_ground(limits=limits, tables=tables) as ground:
        await ground.subscribe(chats)
        await ground.start()
        telegram, tally = ground.telegram, ground.telegram.world.tally
        item = ground.portal.publish("Mưa lớn, 3 xã bị ngập", "Nước sông Chu lên nhanh.")
        await ground.finished(chats, within=patience)
        say(f"budget {budget}/s: sent to {chats:,} chats")
        async with stalled(ground) as visitor:
            corrected = time.monotonic()
            ground.portal.edit(item.id, title="Mưa lớn, 5 xã bị ngập")
            await telegram.wait_until(lambda: tally.edits >= 1, timeout=60.0, what="the first edit")
            say(f"  the first edit {time.monotonic() - corrected:.2f} s after the portal's correction")
            say(f"  longest wait for the loop while planning: {await visitor.longest()}")
            await telegram.wait_until(lambda: tally.edits >= chats // 20, timeout=patience, what="the first edits")
            ground.portal.publish("Tin mới trong khi sửa", "Một tin mới.")
            published = time.monotonic()
            hits = ground.portal.hits["/rss"]
            await telegram.wait_until(lambda: ground.portal.hits["/rss"] > hits, timeout=30.0, what="a reading")
            read = time.monotonic()
            await ground.finished(chats + 1, within=60.0)
            first = time.monotonic()
            edits_before_all = tally.edits
            say(f"  the new item: read {read - published:.2f} s after it came, at Telegram {first - read:.2f} s later")
            await ground.finished(2 * chats, within=patience)
            rate, left = (chats - 1) / (time.monotonic() - first), tally.edits - edits_before_all
            say(f"  to all {chats:,} chats at {rate:.1f}/s, {left:,} edits left meanwhile")
            await telegram.wait_until(lambda: tally.edits >= chats, timeout=patience, what=f"{chats} edits")
            say(f"  all {tally.edits:,} edited {time.monotonic() - corrected:.0f} s after the correction")
            say(f"  longest wait for the loop in all: {await visitor.longest()}")
        stats = telegram.stats()
        say(f"  429s: {stats['statuses'].get('429', 0)}, violations: {stats['violations']}")
        say(f"  memory: {ground.memory():.0f} MB")


def say(line: str) -> None:
    """Print at once: at the default budget the next line may be an hour away."""
    print(line, flush=True)


if __name__ == "__main__":
    run(main)
