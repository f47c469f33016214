"""What the others lose, repeat or delay: each of their measured failures as a journey of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.simulator import Fault, PretendPortal, PretendTelegram
from tests.journeys.house import Loa

PERSON = 5001
GROUP = -7001
CREATOR = 5002


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
    source = {"url": f"{portal.url}/rss"}
    async with Loa(folder=tmp_path, api_root=telegram.url, token=telegram.token, sources=[source]) as loa:
        await listening(telegram, portal)
        yield loa


async def listening(telegram: PretendTelegram, portal: PretendPortal) -> None:
    """Until it listens to Telegram and has read the portal (the second request comes after the first was kept)."""
    hits = portal.hits["/rss"]
    await telegram.wait_listening()
    await telegram.wait_until(lambda: portal.hits["/rss"] >= hits + 2, what="a reading of the portal")


async def pushes(telegram: PretendTelegram, chat_id: int, *texts: str, within: float = 15.0) -> list[str]:
    """The chat's messages, once each of *texts* is in one of them."""

    def seen() -> bool:
        said = [message["text"] for message in telegram.sent(chat_id)]
        return all(any(text in each for each in said) for text in texts)

    await telegram.wait_until(seen, timeout=within, what=f"{texts} in {chat_id}")
    return [message["text"] for message in telegram.sent(chat_id)]


async def all_answered(telegram: PretendTelegram, people: Sequence[int]) -> None:
    await telegram.wait_until(lambda: all(telegram.sent(person) for person in people), what="all subscribed")


def containing(texts: list[str], words: str) -> int:
    return sum(text.count(words) for text in texts)


async def test_old_items_are_not_pushed_but_the_latest_are_offered(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa
) -> None:
    welcome = await telegram.ask(PERSON, "/subscribe")
    buttons = [button for row in welcome[-1]["reply_markup"]["inline_keyboard"] for button in row]
    offer = next(button for button in buttons if "5" in button["text"])
    portal.publish("Tin đầu tiên sau khi đăng ký")
    said = await pushes(telegram, PERSON, "Tin đầu tiên sau khi đăng ký")
    assert not any(item.title in text for item in portal.items[:-1] for text in said)
    telegram.press(PERSON, welcome[-1]["message_id"], data=offer["callback_data"])
    newest = sorted(portal.items, key=lambda item: item.published_at)[-2]
    await pushes(telegram, PERSON, newest.title)


@pytest.mark.parametrize("count", [8, 12])
async def test_many_items_of_one_poll_all_arrive_once(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa, count: int
) -> None:
    await telegram.ask(PERSON, "/subscribe")
    titles = [f"Thông báo số hiệu {number:03}" for number in range(count)]
    for title in titles:
        portal.publish(title)
    said = await pushes(telegram, PERSON, *titles)
    await asyncio.sleep(1.5)
    assert [containing(said, title) for title in titles] == [1] * count
    assert telegram.stats()["violations"] == 0


async def test_two_429s_for_one_message_do_not_lose_it(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa
) -> None:
    await telegram.ask(PERSON, "/subscribe")
    telegram.fault(Fault(kind="429", retry_after=1, count=2, methods=("sendMessage",)))
    portal.publish("Tin gặp hai lần 429")
    said = await pushes(telegram, PERSON, "Tin gặp hai lần 429")
    assert containing(said, "Tin gặp hai lần 429") == 1
    assert telegram.stats()["statuses"]["429"] == 2


async def test_a_message_that_waits_survives_kill_9(telegram: PretendTelegram, portal: PretendPortal, loa: Loa) -> None:
    await telegram.ask(PERSON, "/subscribe")
    telegram.fault(Fault(kind="429", retry_after=4, methods=("sendMessage",)))
    portal.publish("Tin đang chờ")
    await telegram.wait_until(lambda: telegram.stats()["statuses"].get("429"), what="the 429")
    await asyncio.sleep(0.3)
    await loa.kill()
    await loa.start()
    said = await pushes(telegram, PERSON, "Tin đang chờ")
    assert containing(said, "Tin đang chờ") == 1
    assert telegram.stats()["violations"] == 0


async def test_301_chats_get_one_item_at_28_a_second_and_nothing_is_refused(
    tmp_path: Path, telegram: PretendTelegram, portal: PretendPortal, loa: Loa
) -> None:
    people = range(10_000, 10_301)
    for batch in range(0, 301, 25):
        asking = people[batch : batch + 25]
        for person in asking:
            telegram.say(person, "/subscribe")
        await all_answered(telegram, asking)
    before = telegram.stats()["accepted"]
    tally = telegram.world.tally
    # The subscriptions' answers are a second old: from now on only pushes are counted.
    await asyncio.sleep(1.0)
    tally.most_in_one_second = 0
    telegram.limits.grace = 0.0
    portal.publish("Tin cho ba trăm lẻ một người")
    await telegram.wait_until(lambda: tally.accepted >= before + 301, timeout=60.0, what="all pushes")
    for person in people:
        assert containing([message["text"] for message in telegram.sent(person)], "Tin cho ba trăm lẻ một người") == 1
    stats = telegram.stats()
    assert stats["violations"] == 0
    assert "429" not in stats["statuses"]
    assert stats["max_per_second"] <= 30


async def test_a_failing_feed_is_asked_less_and_less_and_heals(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa
) -> None:
    await telegram.ask(PERSON, "/subscribe")
    portal.break_with("500")
    before = portal.hits["/rss"]
    await asyncio.sleep(8.0)
    assert 1 <= portal.hits["/rss"] - before <= 5
    portal.heal()
    portal.publish("Tin sau khi cổng hồi phục")
    await pushes(telegram, PERSON, "Tin sau khi cổng hồi phục", within=20.0)


async def test_an_unchanged_feed_costs_a_304_and_the_process_little_memory(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa
) -> None:
    unchanged, asked = portal.statuses[304], portal.hits["/rss"]
    await telegram.wait_until(lambda: portal.hits["/rss"] >= asked + 4, what="four readings more")
    assert portal.statuses[304] - unchanged >= 3
    assert loa.process is not None
    status = Path(f"/proc/{loa.process.pid}/status").read_text("ascii")
    assert int(status.split("VmRSS:")[1].split()[0]) < 100 * 1024


async def test_who_blocked_and_came_back_is_told_what_was_missed(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa
) -> None:
    await telegram.ask(PERSON, "/subscribe")
    telegram.chat(PERSON, state="blocked")
    portal.publish("Tin gửi vào chỗ bị chặn")
    await telegram.wait_until(lambda: telegram.stats()["statuses"].get("403"), what="the refusal")
    await asyncio.sleep(0.5)
    portal.publish("Tin thứ hai không ai nhận")
    await asyncio.sleep(2.5)
    assert telegram.stats()["statuses"]["403"] == 1
    telegram.chat(PERSON, state="normal")
    said = await telegram.ask(PERSON, "/start")
    assert any("2" in message["text"] for message in said)
    portal.publish("Tin sau khi trở lại")
    texts = await pushes(telegram, PERSON, "Tin sau khi trở lại")
    assert containing(texts, "Tin gửi vào chỗ bị chặn") == 0


async def test_a_group_that_became_a_supergroup_keeps_its_news(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa
) -> None:
    telegram.chat(GROUP, type="group", members={CREATOR: "creator"})
    await telegram.ask(GROUP, "/subscribe", user_id=CREATOR)
    portal.publish("Tin trước khi nâng cấp")
    await pushes(telegram, GROUP, "Tin trước khi nâng cấp")
    telegram.migrate(GROUP, -1000000007001)
    portal.publish("Tin sau khi nâng cấp")
    said = await pushes(telegram, -1000000007001, "Tin sau khi nâng cấp")
    assert containing(said, "Tin sau khi nâng cấp") == 1


async def test_sigterm_during_a_broadcast_ends_within_ten_seconds_and_loses_nothing(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa
) -> None:
    people = range(20_000, 20_040)
    for person in people:
        telegram.say(person, "/subscribe")
    await all_answered(telegram, people)
    before = telegram.stats()["accepted"]
    telegram.fault(Fault(kind="latency", seconds=0.5, count=0, methods=("sendMessage",)))
    portal.publish("Tin bị ngắt giữa chừng")
    await telegram.wait_until(lambda: telegram.stats()["accepted"] >= before + 5, what="a few pushes")
    assert await asyncio.wait_for(loa.stop(), 10) == 0
    telegram.heal()
    await loa.start()
    for person in people:
        said = await pushes(telegram, person, "Tin bị ngắt giữa chừng")
        assert containing(said, "Tin bị ngắt giữa chừng") == 1
