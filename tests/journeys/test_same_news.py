"""The same news, as subscribers and operators of the real bot see it; the ledger is read out at the end."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.simulator import Fault, PretendPortal, PretendTelegram
from tests.journeys.house import Loa

PERSON, OPERATOR = 5001, 1001


@pytest.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as pretended:
        yield pretended


def house(folder: Path, telegram: PretendTelegram, *portals: PretendPortal) -> Loa:
    sources = [
        {"id": f"cong{number}", "title": f"Cổng {number}", "url": f"{portal.url}/rss"}
        for number, portal in enumerate(portals, 1)
    ]
    return Loa(folder=folder, api_root=telegram.url, token=telegram.token, sources=sources)


def texts(telegram: PretendTelegram, chat_id: int = PERSON) -> list[str]:
    return [message.get("text", "") for message in telegram.sent(chat_id)]


def about(telegram: PretendTelegram, words: str) -> list[str]:
    return [text for text in texts(telegram) if words in text]


async def until(telegram: PretendTelegram, words: str, *, inside: str) -> str:
    """The one message about *inside*, once it says *words*."""
    await telegram.wait_until(
        lambda: any(words in text for text in about(telegram, inside)), timeout=20.0, what=f"{words!r} about {inside!r}"
    )
    (text,) = about(telegram, inside)
    return text


async def settled(telegram: PretendTelegram, *portals: PretendPortal, subscribe: str = "/subscribe all") -> None:
    """A subscriber, and every portal read twice."""
    await telegram.wait_listening()
    await telegram.ask(PERSON, subscribe)
    async with asyncio.timeout(20):
        for portal in portals:
            hits = portal.hits["/rss"]
            while portal.hits["/rss"] < hits + 2:
                await asyncio.sleep(0.05)


async def kill(loa: Loa) -> None:
    """kill -9 once what was sent is written down: a message on its way may come twice, which has its own tests."""
    async with asyncio.timeout(20):
        while "loa_outbox_sending_notes 0.0" not in (await loa.page("/metrics"))[1]:
            await asyncio.sleep(0.05)
    await loa.kill()


async def verdicts(loa: Loa) -> Counter[str]:
    exported = await loa.run("export", "--what", "ledger")
    assert exported.code == 0, exported.err
    return Counter(json.loads(line)["verdict"] for line in exported.out.splitlines())


async def test_a_correction_outlives_kills_and_bears_its_mark(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with PretendPortal() as portal, house(tmp_path, telegram, portal) as loa:
        await settled(telegram, portal)
        item = portal.publish("Mưa lớn, 3 xã bị ngập", "Nước sông Chu lên nhanh.")
        await until(telegram, "3 xã", inside="Mưa lớn")
        await kill(loa)
        portal.edit(item.id, title="Mưa lớn, 5 xã bị ngập")
        await loa.start()
        assert "Đã sửa lúc" in await until(telegram, "5 xã", inside="Mưa lớn")
        portal.edit(item.id, title="Mưa lớn, 3 xã bị ngập")
        await asyncio.sleep(0.8)
        await kill(loa)
        await loa.start()
        await until(telegram, "3 xã", inside="Mưa lớn")
        assert await loa.stop() == 0
        lines = await verdicts(loa)
    assert lines["sent"] == 1
    assert lines["edited"] == 2
    assert telegram.stats()["violations"] == 0


async def test_a_correction_inside_a_list(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with PretendPortal() as portal, house(tmp_path, telegram, portal) as loa:
        await settled(telegram, portal)
        items = [portal.publish(f"Thông cáo số {number} của tỉnh") for number in range(1, 9)]
        await until(telegram, "8 tin mới", inside="Thông cáo số 1 ")
        await kill(loa)
        portal.edit(items[3].id, title="Thông cáo số 4 của tỉnh (đính chính)")
        await loa.start()
        text = await until(telegram, "(đính chính)", inside="Thông cáo số 1 ")
        assert text.startswith("8 tin mới")
        assert await loa.stop() == 0
        assert await verdicts(loa) == {"sent": 8, "edited": 1}


async def test_a_withdrawal_is_marked_and_the_archive_keeps_the_item(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with PretendPortal() as portal, house(tmp_path, telegram, portal) as loa:
        await settled(telegram, portal)
        item = portal.publish("Bổ nhiệm nhầm chức danh")
        await until(telegram, "Bổ nhiệm", inside="Bổ nhiệm nhầm")
        portal.withdraw(item.id)
        await asyncio.sleep(1.5)
        await kill(loa)
        await loa.start()
        await until(telegram, "Cổng đã gỡ tin này", inside="Bổ nhiệm nhầm")
        assert await loa.stop() == 0
        exported = await loa.run("export", "--what", "items")
        assert "Bổ nhiệm nhầm" in exported.out
        assert await verdicts(loa) == {"sent": 1, "edited": 1}


async def test_an_item_published_again_is_one_push(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with PretendPortal() as portal, house(tmp_path, telegram, portal) as loa:
        await settled(telegram, portal)
        item = portal.publish("Kế hoạch tuyên truyền Đại hội thi đua yêu nước")
        await until(telegram, "Kế hoạch", inside="Kế hoạch tuyên truyền")
        portal.withdraw(item.id)
        await kill(loa)
        portal.publish(item.title, published_at=item.published_at)
        await loa.start()
        await telegram.wait_until(lambda: telegram.stats()["edits"] >= 1, timeout=20.0, what="the new address")
        assert len(about(telegram, "Kế hoạch tuyên truyền")) == 1
        assert await loa.stop() == 0
        assert await verdicts(loa) == {"sent": 1, "edited": 1}


async def test_one_story_of_two_portals_names_both(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with PretendPortal() as one, PretendPortal(news=False) as two, house(tmp_path, telegram, one, two) as loa:
        await settled(telegram, one, two)
        lead = "Chiều nay, cầu Hoà Lộc bắc qua sông Mã được khánh thành sau hai năm thi công."
        one.publish("Khánh thành cầu Hoà Lộc bắc qua sông Mã", lead)
        await until(telegram, "Cổng 1", inside="Hoà Lộc")
        await kill(loa)
        two.publish("KHÁNH THÀNH CẦU HÒA LỘC BẮC QUA SÔNG MÃ", lead)
        await loa.start()
        await until(telegram, "Cổng 1 · Cổng 2", inside="Hoà Lộc")
        two.publish("Quyết định số 410/QĐ-UBND về việc thu hồi đất khu Đông Hải")
        one.publish("Quyết định số 412/QĐ-UBND về việc thu hồi đất khu Đông Hải")
        await telegram.wait_until(lambda: len(about(telegram, "Đông Hải")) == 2, timeout=20.0, what="two decisions")
        assert await loa.stop() == 0
        lines = await verdicts(loa)
    assert (lines["joined"], lines["sent"]) == (1, 3)
    assert telegram.stats()["violations"] == 0


async def test_an_operator_takes_a_mistaken_push_back(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with PretendPortal() as portal, house(tmp_path, telegram, portal) as loa:
        await settled(telegram, portal)
        portal.publish("Thông báo gửi nhầm về nghỉ lễ", published_at=portal.now() - timedelta(hours=1))
        await until(telegram, "gửi nhầm", inside="Thông báo gửi nhầm")
        (preview,) = await telegram.ask(OPERATOR, "/recall gửi nhầm")
        assert "Đã gửi tới 1 nơi" in preview["text"]
        telegram.press(OPERATOR, preview["message_id"], text="Xóa ở mọi nơi")
        await telegram.wait_until(lambda: "Việc này không hoàn tác" in texts(telegram, OPERATOR)[-1], what="a question")
        telegram.press(OPERATOR, preview["message_id"], text="Xác nhận thu hồi")
        await telegram.wait_until(lambda: "Đang thu hồi" in texts(telegram, OPERATOR)[-1], what="the answer")
        await kill(loa)
        await loa.start()
        await telegram.wait_until(lambda: not about(telegram, "gửi nhầm"), timeout=20.0, what="the deletion")
        number = preview["reply_markup"]["inline_keyboard"][0][0]["callback_data"].rpartition(":")[2]
        (page,) = await telegram.ask(OPERATOR, f"/item {number}")
        assert "đã gửi" in page["text"]
        assert await loa.stop() == 0
        assert await verdicts(loa) == {"sent": 1, "deleted": 1}


async def test_an_items_page_says_who_got_it_when_which_revision_and_why_not(
    tmp_path: Path, telegram: PretendTelegram
) -> None:
    stopped, blocked, refused, kept = 5002, 5003, 5004, 5005
    async with PretendPortal() as portal, house(tmp_path, telegram, portal) as loa:
        await settled(telegram, portal)
        for person in (stopped, blocked, refused, kept):
            await telegram.ask(person, "/subscribe all")
        await telegram.ask(stopped, "/quiet 00:00-23:59")
        telegram.chat(blocked, state="blocked")
        telegram.fault(error(refused, "Bad Request: SOMETHING_NEW", "sendMessage"))
        telegram.fault(error(kept, "Bad Request: message can't be edited", "editMessageText"))
        item = portal.publish("Mưa lớn, 3 xã bị ngập", "Nước sông Chu lên nhanh.")
        await telegram.wait_until(
            lambda: all("3 xã" in texts(telegram, person)[-1] for person in (PERSON, kept)), what="two pushes"
        )
        portal.edit(item.id, title="Mưa lớn, 5 xã bị ngập")
        await until(telegram, "5 xã", inside="Mưa lớn")
        await telegram.ask(stopped, "/stop")
        page = ""
        async with asyncio.timeout(20):
            while "5005: đã gửi" not in page or "vẫn là bản 1" not in page:
                page = (await telegram.ask(OPERATOR, "/item Mưa lớn"))[0]["text"]
        assert await loa.stop() == 0
    head, said = page.split("\n\n")
    assert "bản 2" in head
    assert "Đã gửi: 2 · gửi chung với tin khác: 0 · sắp gửi: 0 · không gửi: 3" in head
    at = r"\d\d:\d\d, \d\d/\d\d/\d{4}"
    assert [re.sub(at, "T", line) for line in said.split("\n")] == [
        "5001: đã gửi T, bản 2",
        "5002: không gửi, từ T; người nhận đã dừng nhận tin bằng /stop",
        "5003: không gửi, từ T; người nhận đã chặn bot",
        "5004: không gửi được, từ T; lý do ghi trong sổ gửi, xem bằng loa export --what ledger",
        "5005: đã gửi T, vẫn là bản 1; Telegram không cho sửa tin nhắn này nữa",
    ]


def error(chat_id: int, description: str, method: str) -> Fault:
    return Fault(kind="error", count=0, code=400, description=description, chat_id=chat_id, methods=(method,))
