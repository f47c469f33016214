"""Whether Telegram can be reached, and what is spent on finding out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.jobs.reach import FAILURES, Reach
from tests.hurry import hurried


@dataclass
class Line:
    """A harmless call that is answered after so many were not."""

    deaf: int = 0
    asked: int = 0

    async def ask(self) -> bool:
        self.asked += 1
        return self.asked > self.deaf


async def failing(reach: Reach, times: int) -> asyncio.Event:
    back = asyncio.Event()
    for _ in range(times):
        reach.failed(back.set)
    return back


def test_a_single_failure_is_no_reason_to_doubt_telegram() -> None:
    async def story() -> None:
        line = Line()
        reach = Reach(line.ask, chance=lambda: 0.0)
        await failing(reach, FAILURES - 1)
        reach.answered()
        await failing(reach, FAILURES - 1)
        assert not reach.lost
        assert line.asked == 0

    hurried(1.0, story)


def test_several_failures_in_a_row_stop_everything_until_telegram_answers() -> None:
    async def story() -> float:
        line = Line(deaf=4)
        reach = Reach(line.ask, chance=lambda: 0.0)
        began = asyncio.get_running_loop().time()
        back = await failing(reach, FAILURES)
        assert reach.lost
        await back.wait()
        assert not reach.lost
        assert line.asked == 5
        return asyncio.get_running_loop().time() - began

    assert 15.0 <= hurried(200.0, story) < 60.0


def test_a_telegram_that_answers_and_yet_takes_nothing_is_given_rest() -> None:
    async def story() -> float:
        reach = Reach(Line().ask, chance=lambda: 0.0)
        began = asyncio.get_running_loop().time()
        for _ in range(10):
            back = await failing(reach, FAILURES)
            await back.wait()
        return asyncio.get_running_loop().time() - began

    assert 5.0 <= hurried(100.0, story) < 60.0


def test_who_stops_asks_no_more() -> None:
    async def story() -> None:
        line = Line(deaf=1_000)
        reach = Reach(line.ask, chance=lambda: 0.0)
        await failing(reach, FAILURES)
        await asyncio.sleep(0)
        await reach.close()
        assert not reach.lost

    hurried(1.0, story)
