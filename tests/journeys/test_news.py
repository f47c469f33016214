"""The whole way: two portals, one subscriber, bursts of news, and a process that is killed in between."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from bot.simulator import PretendPortal, PretendTelegram
from tests.journeys.house import Loa

PERSON = 6001
BURSTS, IN_A_BURST = 10, 5
KILLED_AFTER = (3, 7)


def told(telegram: PretendTelegram, title: str) -> int:
    """How many lines of the chat's messages are that title."""
    lines = [line for message in telegram.sent(PERSON) for line in message["text"].splitlines()]
    return lines.count(title)


def being_sent(folder: Path) -> int:
    """How many notes are on their way."""
    with sqlite3.connect(f"file:{folder}/loa.db?mode=ro", uri=True) as conn:
        return int(conn.execute("SELECT count(*) FROM notes WHERE state = 'sending'").fetchone()[0])


async def test_fifty_items_of_two_sources_arrive_once_each_whatever_is_killed(tmp_path: Path) -> None:
    async with PretendTelegram() as telegram, PretendPortal() as rss, PretendPortal() as atom:
        old = [item.title for portal in (rss, atom) for item in portal.items]
        sources = [{"url": f"{rss.url}/rss"}, {"url": f"{atom.url}/atom.xml", "title": "Sở Nội vụ"}]
        async with Loa(folder=tmp_path, api_root=telegram.url, token=telegram.token, sources=sources) as loa:
            await telegram.wait_listening()
            await telegram.wait_until(lambda: rss.hits["/rss"] > 1 and atom.hits["/atom.xml"] > 1, what="two baselines")
            await telegram.ask(PERSON, "/subscribe all")
            titles = [f"Quyết định số {number} về thi đua, khen thưởng" for number in range(101, 151)]
            for burst in range(BURSTS):
                for place, title in enumerate(titles[burst * IN_A_BURST : (burst + 1) * IN_A_BURST]):
                    (rss if place % 2 else atom).publish(title, f"Nội dung của {title.lower()}.")
                await asyncio.sleep(burst % 3)
                if burst in KILLED_AFTER:
                    await loa.kill()
                    await loa.start()
            await telegram.wait_until(
                lambda: all(told(telegram, title) for title in titles), timeout=90.0, what="fifty items"
            )
            # Telegram has the last message before its answer is written down: a kill in between may repeat it.
            await telegram.wait_until(lambda: not being_sent(tmp_path), timeout=10.0, what="the last verdict")
            await loa.kill()
            await loa.start()
            await telegram.wait_listening()
            await asyncio.sleep(3.0)
            counts = [told(telegram, title) for title in titles]
            repeated = sum(told(telegram, title) for title in old)
            stats = telegram.stats()
            print(f"{counts.count(1)} of {len(titles)} once, {repeated} old ones, {stats['violations']} limits broken")
            assert counts == [1] * len(titles)
            assert (repeated, stats["violations"], stats["duplicates"]) == (0, 0, 0)
