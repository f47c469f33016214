"""Answers wait at the gate, and go before every push."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.chats.gate import Gate
from bot.core.pace import Pace
from bot.model import Address, ChatKind


def an_address(number: int) -> Address:
    return Address(chat_id=number, telegram_id=1000 + number, kind=ChatKind.PRIVATE)


async def passed(gate: Gate, *numbers: int) -> list[float]:
    """When the gate let each answer through, in seconds from now."""
    clock = asyncio.get_running_loop().time
    begin, instants = clock(), []
    for number in numbers:
        await gate.answer(an_address(number))
        instants.append(clock() - begin)
    return instants


def a_gate(per_second: float = 28.0) -> tuple[Gate, Pace]:
    clock = asyncio.get_running_loop().time
    pace = Pace(per_second=per_second, now=clock() - 60.0)
    return Gate(pace, clock), pace


async def test_an_answer_goes_at_once_while_nothing_else_goes() -> None:
    gate, _ = a_gate()
    (at,) = await passed(gate, 1)
    assert at < 0.5


async def test_the_fourth_answer_to_a_person_waits_for_its_second_and_delays_nobody() -> None:
    gate, _ = a_gate()
    same, other = await asyncio.gather(passed(gate, 1, 1, 1, 1), passed(gate, 2))
    assert same[3] >= 1.0
    assert other[0] < same[3]


async def test_an_answer_overtakes_the_pushes_that_wait() -> None:
    gate, pace = a_gate(per_second=5.0)
    now = asyncio.get_running_loop().time()
    pace.take(7, ChatKind.PRIVATE, now)
    await gate.answer(an_address(1))
    assert pace.broadcast_at(now) > now + 0.39


async def test_a_slowed_chat_waits_alone() -> None:
    gate, _ = a_gate()
    gate.slowed(an_address(1), timedelta(seconds=0.3))
    slowed, other = await asyncio.gather(passed(gate, 1), passed(gate, 2))
    assert slowed[0] >= 0.3
    assert other[0] < slowed[0]
