"""What portals and Telegram should not send, and do: nothing lost, no loop, and a ledger that says what happened."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator import Fault, PretendPortal, PretendTelegram
from tests.journeys.house import Loa

PERSON, OTHER = 5001, 5002
MEGABYTE = 1_000_000


@pytest.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as pretended:
        yield pretended


@pytest.fixture
async def portal() -> AsyncIterator[PretendPortal]:
    async with PretendPortal() as pretended:
        yield pretended


@pytest.fixture
async def loa(tmp_path: Path, telegram: PretendTelegram, portal: PretendPortal) -> AsyncIterator[Loa]:
    source = {"url": f"{portal.url}/feed.json"}
    async with Loa(folder=tmp_path, api_root=telegram.url, token=telegram.token, sources=[source]) as loa:
        await telegram.wait_listening()
        await telegram.wait_until(lambda: portal.hits["/feed.json"] >= 2, what="a reading of the portal")
        for person in (PERSON, OTHER):
            await telegram.ask(person, "/subscribe")
        yield loa


async def received(telegram: PretendTelegram, person: int, text: str) -> str:
    """The message with that text, once it is there."""

    def found() -> list[str]:
        return [message["text"] for message in telegram.sent(person) if text in message["text"]]

    await telegram.wait_until(found, timeout=20.0, what=f"{text!r} in {person}")
    await asyncio.sleep(1.5)
    (only,) = found()
    return only


async def ledger(loa: Loa, person: int) -> list[tuple[str, str, str]]:
    """Verdict, state and reason of each of a person's lines, oldest first, from `loa export`."""
    finished = await loa.run("export", "--what", "ledger")
    assert finished.code == 0, finished.err
    lines = [json.loads(line) for line in finished.out.splitlines()]
    return [(line["verdict"], line["state"], line["why"]) for line in lines if line["chat"] == person]


async def test_a_chat_that_no_longer_exists_is_asked_once_and_delays_nobody(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa
) -> None:
    telegram.chat(PERSON, state="not_found")
    portal.publish("Tin cho chỗ không còn")
    await received(telegram, OTHER, "Tin cho chỗ không còn")
    portal.publish("Tin sau đó")
    await received(telegram, OTHER, "Tin sau đó")
    assert telegram.stats()["descriptions"] == {"Bad Request: chat not found": 1}
    assert await ledger(loa, PERSON) == [("cancelled", "cancelled", "Chat not found")]


@pytest.mark.parametrize(
    "title", ["<b></b><img src='x.png'/>", "\u0001\u0002\u0007\u001b", "\u200b\u2060\ufeff"], ids=ascii
)
async def test_a_title_that_shows_nothing_gives_way_to_the_summary(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa, title: str
) -> None:
    portal.publish(title, "Có tóm tắt mà không có tên.")
    text = await received(telegram, PERSON, "Có tóm tắt mà không có tên.")
    assert text.splitlines()[0] == "Có tóm tắt mà không có tên."
    assert await ledger(loa, PERSON) == [("sent", "sent", "")]
    assert "Traceback" not in loa.log


async def test_a_summary_of_a_megabyte_is_cut_to_a_message(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa
) -> None:
    portal.publish("Tin có tóm tắt rất dài", "Một câu tóm tắt dài không dứt. " * (MEGABYTE // 31))
    text = await received(telegram, PERSON, "Tin có tóm tắt rất dài")
    assert "Một câu tóm tắt dài không dứt." in text
    assert len(text) < 4096
    assert await ledger(loa, PERSON) == [("sent", "sent", "")]
    assert telegram.stats()["statuses"].keys() == {"200"}


async def test_an_answer_that_is_no_json_is_unsure_and_tried_again(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa
) -> None:
    telegram.fault(Fault(kind="not_json", chat_id=PERSON, methods=("sendMessage",)))
    portal.publish("Tin gặp câu trả lời lạ")
    await received(telegram, PERSON, "Tin gặp câu trả lời lạ")
    await received(telegram, OTHER, "Tin gặp câu trả lời lạ")
    unsure, sent = await ledger(loa, PERSON)
    assert (unsure[0], sent) == ("unsure", ("sent", "sent", ""))
    assert unsure[2].startswith("the answer is no Bot API object")


async def test_answers_that_are_never_json_end_in_one_dead_note(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa
) -> None:
    telegram.fault(Fault(kind="not_json", chat_id=PERSON, methods=("sendMessage",), count=0))
    portal.publish("Tin không bao giờ được xác nhận")
    await received(telegram, OTHER, "Tin không bao giờ được xác nhận")
    async with asyncio.timeout(40):
        while "deliver.dead" not in loa.log:
            await asyncio.sleep(0.2)
    lines = await ledger(loa, PERSON)
    assert [verdict for verdict, _, _ in lines] == ["unsure", "unsure", "dead"]
    assert lines[-1][2].startswith("unsure 3 times")
    telegram.heal()
    portal.publish("Tin sau khi Telegram lành")
    await received(telegram, PERSON, "Tin sau khi Telegram lành")
