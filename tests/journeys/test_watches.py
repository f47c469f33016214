"""Keyword alerts and search as a subscriber meets them: the real process, the chat, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from bot.model import ChatKind
from bot.simulator import PretendPortal, PretendTelegram
from storage.store import Store
from tests.journeys.house import Loa

Portals: TypeAlias = tuple[PretendPortal, PretendPortal]
PERSON = 8001
STORM = "Chủ động ứng phó bão số 9"
ORDER = "Ủy ban nhân dân tỉnh yêu cầu các xã ven sông chủ động ứng phó mưa lũ do bão gây ra."


@pytest.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as pretended:
        yield pretended


@pytest.fixture
async def portals() -> AsyncIterator[tuple[PretendPortal, PretendPortal]]:
    async with PretendPortal() as province, PretendPortal(news=False) as office:
        yield province, office


def a_loa(folder: Path, telegram: PretendTelegram, portals: Portals, **tables: Mapping[str, object]) -> Loa:
    """A province and one of its offices."""
    province, office = portals
    sources = [
        {"url": f"{province.url}/rss"},
        {"id": "so-nv", "url": f"{office.url}/atom.xml", "title": "Sở Nội vụ"},
    ]
    return Loa(folder=folder, api_root=telegram.url, token=telegram.token, sources=sources, tables=tables)


async def read_once(telegram: PretendTelegram, portals: Portals) -> None:
    """The bot listens and both sources have their baselines."""
    province, office = portals
    await telegram.wait_listening()
    await telegram.wait_until(lambda: province.hits["/rss"] > 1 and office.hits["/atom.xml"] > 1, what="two baselines")


def bold(message: Mapping[str, Any]) -> list[str]:
    """What stands in bold."""
    text = message["text"].encode("utf-16-le")
    spans = [(each["offset"], each["length"]) for each in message["entities"] if each["type"] == "bold"]
    return [text[2 * start : 2 * (start + length)].decode("utf-16-le") for start, length in spans]


def labels(message: Mapping[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def pressed(telegram: PretendTelegram, message: Mapping[str, Any], label: str) -> Mapping[str, Any]:
    """The message as it is after one of its buttons was pressed."""
    number = message["message_id"]
    telegram.press(PERSON, number, text=label)

    def now() -> Mapping[str, Any]:
        return next(each for each in telegram.sent(PERSON) if each["message_id"] == number)

    await telegram.wait_until(lambda: now() != message, what=f"an answer to {label}")
    return now()


def nothing_amiss(telegram: PretendTelegram) -> None:
    stats = telegram.stats()
    assert (stats["violations"], stats["problems"], stats["unanswered_callbacks"]) == (0, {}, [])


async def with_archive(loa: Loa, titles: Sequence[str]) -> Loa:
    """An archive of these titles is imported, a minute apart, the first one newest."""
    now = datetime.now(UTC) - timedelta(days=1)
    notices = [
        {"source": "kho", "title": title, "guid": str(number), "url": f"https://kho.example/{number}.html"}
        | {"published_at": (now - timedelta(minutes=number)).isoformat()}
        for number, title in enumerate(titles)
    ]
    file = loa.folder / "archive.jsonl"
    file.write_text("\n".join(json.dumps(notice) for notice in notices), encoding="utf-8")
    assert (await loa.run("import", str(file))).code == 0
    return loa


async def test_a_watch_pushes_names_its_query_and_marks_its_words(
    tmp_path: Path, telegram: PretendTelegram, portals: Portals
) -> None:
    async with a_loa(tmp_path, telegram, portals, push={"collect_above": 50}) as loa:
        await read_once(telegram, portals)
        (saved,) = await telegram.ask(PERSON, '/theodoi "mua lu"')
        assert "Đang theo dõi" in saved["text"]
        assert labels(saved) == ["Thôi theo dõi", "Chỉ từ một số nguồn", "Từ khóa đang theo dõi"]
        item = portals[0].publish(STORM, ORDER)
        portals[0].publish("Tin khác hẳn", "Không liên quan.")
        (push,) = await telegram.wait_sent(PERSON, after=saved["message_id"])
        assert bold(push) == [STORM, "mưa lũ"]
        assert push["text"].endswith("\nNhận tin vì đang theo dõi từ khóa “mua lu”.")
        portals[0].edit(item.id, summary=ORDER.replace("mưa lũ", "mưa lũ lớn"))
        await telegram.wait_until(lambda: "Đã sửa" in telegram.sent(PERSON)[-1]["text"], what="the correction")
        (edited,) = telegram.sent(PERSON, after=saved["message_id"])
        assert bold(edited) == [STORM, "mưa lũ"]
        assert edited["text"].endswith("\nNhận tin vì đang theo dõi từ khóa “mua lu”.")
        assert await loa.stop() == 0
    nothing_amiss(telegram)


async def test_watches_and_a_follow_bring_one_push_that_names_them(
    tmp_path: Path, telegram: PretendTelegram, portals: Portals
) -> None:
    async with a_loa(tmp_path, telegram, portals, push={"collect_above": 2}) as loa:
        await read_once(telegram, portals)
        await telegram.ask(PERSON, "/dangky tdkt")
        for query in ("bão", '"ứng phó"', "mưa lũ"):
            await telegram.ask(PERSON, f"/theodoi {query}")
        spoken = telegram.sent(PERSON)[-1]["message_id"]
        portals[0].publish(STORM, ORDER)
        (push,) = await telegram.wait_sent(PERSON, after=spoken)
        named = "“ứng phó”, “bão” và “mưa lũ”"
        assert push["text"].endswith(f"Nhận tin vì đã đăng ký nguồn này và đang theo dõi từ khóa {named}.")
        assert bold(push) == [STORM, "ứng phó mưa lũ", "bão"]
        spoken = (await telegram.ask(PERSON, "/theodoi kiểm tra"))[0]["message_id"]
        for number in range(3):
            portals[0].publish(f"Kiểm tra việc ứng phó bão, đợt {number}")
        await telegram.wait_until(lambda: "đợt 2" in "".join(m["text"] for m in telegram.sent(PERSON, after=spoken)))
        listed = telegram.sent(PERSON, after=spoken)[-1]
        assert listed["text"].endswith("Nhận tin vì đang theo dõi từ khóa “ứng phó”, “bão” và “kiểm tra”.")
        assert [mark for mark in bold(listed) if mark != "3 tin mới"] == ["Kiểm tra", "ứng phó bão"] * 3
        assert await loa.stop() == 0
    nothing_amiss(telegram)


async def test_the_sources_of_a_watch_are_chosen_by_buttons_that_outlive_a_kill(
    tmp_path: Path, telegram: PretendTelegram, portals: Portals
) -> None:
    async with a_loa(tmp_path, telegram, portals) as loa:
        await read_once(telegram, portals)
        (saved,) = await telegram.ask(PERSON, "/theodoi bão")
        offered = await pressed(telegram, saved, "Chỉ từ một số nguồn")
        assert offered["text"].startswith("🔔 Từ khóa “bão”: nhận tin từ tất cả các nguồn.")
        await loa.kill()
        await loa.start()
        chosen = await pressed(telegram, offered, "☐ Sở Nội vụ")
        assert chosen["text"].startswith("🔔 Từ khóa “bão”: nhận tin từ Sở Nội vụ.")
        await loa.kill()
        await loa.start()
        listed = await pressed(telegram, chosen, "Từ khóa đang theo dõi")
        assert listed["text"] == "1 từ khóa đang theo dõi\n\n1. bão (chỉ từ Sở Nội vụ)"
        hits = portals[0].hits["/rss"]
        portals[0].publish("Tin bão của tỉnh")
        await telegram.wait_until(lambda: portals[0].hits["/rss"] > hits + 2, what="a look at the province")
        portals[1].publish("Tin bão của sở")
        (push,) = await telegram.wait_sent(PERSON, after=saved["message_id"])
        assert push["text"].startswith("Tin bão của sở\n")
        assert await loa.stop() == 0
    nothing_amiss(telegram)


async def test_a_watch_that_was_silent_for_long_is_hinted_at(
    tmp_path: Path, telegram: PretendTelegram, portals: Portals
) -> None:
    loa = a_loa(tmp_path, telegram, portals)
    store = await Store.open(f"sqlite:///{tmp_path}/loa.db")
    long_ago = datetime.now(UTC) - timedelta(days=40)
    chat = await store.chats.meet(PERSON, ChatKind.PRIVATE, "Chị Hoà", "vi", long_ago)
    await store.watches.add(chat.id, 0, '"thi đuaa"', (), long_ago)
    await store.close()
    async with loa:
        await read_once(telegram, portals)
        await telegram.ask(PERSON, "/theodoi thi đua")
        (listed,) = await telegram.ask(PERSON, "/dstheodoi")
        assert '\n1. "thi đuaa" 💤 có phải là: đua?\n2. thi đua\n\n💤 Đã lâu' in listed["text"]
        assert await loa.stop() == 0
    nothing_amiss(telegram)


async def test_inline_search_gives_title_date_picture_and_further_pages(
    tmp_path: Path, telegram: PretendTelegram, portals: Portals
) -> None:
    loa = await with_archive(a_loa(tmp_path, telegram, portals), [f"Lam Giang ứng phó bão, tin {n}" for n in range(30)])
    async with loa:
        await read_once(telegram, portals)
        (storm,) = (await telegram.wait_answer(telegram.inline(PERSON, "bão đổi hư")))["results"]
        assert storm["title"] == "Bão số 9 đổi hướng: Lam Giang chủ động di dời 1.240 hộ dân ven sông"
        assert re.fullmatch(r"Thứ \w+, \d\d/\d\d/\d{4}, \d\d:\d\d · Tin tức - Sự kiện", storm["description"])
        assert storm["thumbnail_url"] == f"{portals[0].url}/anh/112.png"
        assert storm["description"] in storm["input_message_content"]["message_text"]
        offset, titles = "", list[str]()
        for _ in range(5):
            answer = await telegram.wait_answer(telegram.inline(PERSON, "lam giang ứng phó bã", offset=offset))
            titles += [result["title"] for result in answer["results"]]
            if not (offset := answer["next_offset"]):
                break
        assert titles == [f"Lam Giang ứng phó bão, tin {n}" for n in range(30)]
        nothing = await telegram.wait_answer(telegram.inline(PERSON, "xyzzy"))
        assert (nothing["results"], nothing["button"]["start_parameter"]) == ([], "help")
        assert await loa.stop() == 0
    nothing_amiss(telegram)


async def test_search_counts_over_a_thousand_and_offers_what_is_close(
    tmp_path: Path, telegram: PretendTelegram, portals: Portals
) -> None:
    loa = await with_archive(a_loa(tmp_path, telegram, portals), [f"Phòng chống bão, tin {n}" for n in range(1_100)])
    async with loa:
        await read_once(telegram, portals)
        (found,) = await telegram.ask(PERSON, "phong chong bao")
        assert found["text"].startswith("“phong chong bao”: ít nhất 1.000 tin\nTin 1–5\n\n1. Phòng chống bão, tin 0\n")
        (close,) = await telegram.ask(PERSON, '"phòng chống báo*"')
        head, near, first, *others = close["text"].split("\n\n")
        assert (head, near) == ('Không có tin nào khớp với “"phòng chống báo*"”.', "Gần giống, không khớp hoàn toàn:")
        assert first.startswith("Phòng chống bão, tin 0\n")
        assert len(others) == 4
        assert bold(close) == [near]
        (saved,) = await telegram.ask(PERSON, "/theodoi phòng chống bão")
        assert "Trong 30 ngày qua, từ khóa này có ít nhất 1.000 tin:" in saved["text"]
        assert await loa.stop() == 0
    nothing_amiss(telegram)


async def test_a_channel_and_a_topic_get_what_they_watch_and_no_more_when_it_ends(
    tmp_path: Path, telegram: PretendTelegram, portals: Portals
) -> None:
    channel, forum = -1000000005001, -1000000005002
    telegram.chat(channel, type="channel", username="kenh_tinh", title="Kênh", members={PERSON: "administrator"})
    telegram.chat(forum, is_forum=True, topics={7: "Bão lũ"}, members={PERSON: "administrator"})
    async with a_loa(tmp_path, telegram, portals) as loa:
        await read_once(telegram, portals)
        await telegram.ask(PERSON, "/theodoi bão @kenh_tinh")
        asked = telegram.say(forum, "/theodoi bão", user_id=PERSON, thread_id=7)
        (saved,) = await telegram.wait_sent(forum, after=asked)
        portals[0].publish(STORM, ORDER)
        (post,) = await telegram.wait_sent(channel)
        (push,) = await telegram.wait_sent(forum, after=saved["message_id"])
        assert push["message_thread_id"] == 7
        for message in (post, push):
            assert message["text"].startswith(f"{STORM}\n")
            assert message["text"].endswith("\nNhận tin vì đang theo dõi từ khóa “bão”.")
        assert all(button.get("url") for row in post["reply_markup"]["inline_keyboard"] for button in row)
        await telegram.ask(PERSON, "/thoitheodoi BÃO @kenh_tinh")
        portals[0].publish("Tin bão thứ hai")
        await telegram.wait_sent(forum, after=push["message_id"])
        assert len(telegram.sent(channel)) == 1
        assert await loa.stop() == 0
    nothing_amiss(telegram)
