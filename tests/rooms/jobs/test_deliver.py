"""Deliver: claim what is owed, send it, write down the verdict."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import TokenRefused
from bot.model import ChatKind, Priority, QuietHours
from bot.simulator import Fault
from tests.outlet import Outlet, opened_outlet


@pytest.fixture
async def outlet(tmp_path: Path) -> AsyncIterator[Outlet]:
    async with opened_outlet(tmp_path) as outlet:
        yield outlet


async def test_what_is_owed_arrives_once_and_the_ledger_says_so(outlet: Outlet) -> None:
    chats = await outlet.subscribe(3)
    await outlet.start()
    await outlet.publish(title="Hội nghị tổng kết")
    await outlet.until_settled()
    assert [outlet.titles(chat) for chat in chats] == [["Hội nghị tổng kết"]] * 3
    assert {line["verdict"] for line in await outlet.ledger()} == {"sent"}
    assert outlet.telegram.stats()["violations"] == 0


async def test_a_broadcast_keeps_the_budget_of_all(outlet: Outlet) -> None:
    await outlet.subscribe(60)
    await outlet.publish()
    await outlet.start()
    await outlet.until_sent(60)
    await outlet.until_settled()
    stats = outlet.telegram.stats()
    assert (stats["violations"], stats["duplicates"]) == (0, 0)
    assert set(stats["accepted_per_chat"].values()) == {1}


async def test_one_chats_many_notes_keep_their_order_and_its_pace(outlet: Outlet) -> None:
    outlet.terms = replace(outlet.terms, collect_above=100)
    (chat,) = await outlet.subscribe(1)
    await outlet.publish(5)
    await outlet.start()
    await outlet.until_settled()
    assert outlet.titles(chat) == [f"Tin số {n}" for n in range(1, 6)]
    assert outlet.telegram.stats()["violations"] == 0


async def test_a_burst_becomes_one_list_and_each_note_is_written_down(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    await outlet.publish(12)
    await outlet.start()
    await outlet.until_settled()
    (text,) = outlet.texts(chat)
    assert text.startswith("12 tin mới")
    assert [f"Tin số {n}\n" in text + "\n" for n in range(1, 13)] == [True] * 12
    lines = await outlet.ledger()
    assert len(lines) == 12
    assert len({line["message"] for line in lines}) == 1


async def test_urgent_overtakes_a_chat_with_many_due_notes(outlet: Outlet) -> None:
    outlet.terms = replace(outlet.terms, collect_above=1000)
    (chat,) = await outlet.subscribe(1)
    await outlet.publish(20)
    await outlet.start()
    await outlet.until_sent(3)
    await outlet.publish(title="Khẩn: bão đổi hướng", priority=Priority.URGENT)
    await outlet.until_sent(7)
    assert "Khẩn: bão đổi hướng" in outlet.titles(chat)[:6]


async def test_a_chat_with_a_thousand_notes_delays_no_other(outlet: Outlet) -> None:
    outlet.terms = replace(outlet.terms, collect_above=1000)
    await outlet.subscribe(1)
    await outlet.publish(300)
    others = await outlet.subscribe(10, first=2)
    await outlet.publish(title="Cho mọi người")
    await outlet.start()
    await outlet.telegram.wait_until(
        lambda: all(outlet.titles(chat) == ["Cho mọi người"] for chat in others), timeout=5.0
    )


async def test_a_429_delays_its_chat_alone_and_nothing_is_lost(outlet: Outlet) -> None:
    slow, *others = await outlet.subscribe(6)
    outlet.telegram.fault(Fault(kind="429", retry_after=2, chat_id=slow.telegram_id))
    await outlet.publish()
    await outlet.start()
    await outlet.until_sent(5, within=1.8)
    assert not outlet.texts(slow)
    assert all(len(outlet.texts(chat)) == 1 for chat in others)
    await outlet.until_settled()
    assert len(outlet.texts(slow)) == 1
    assert outlet.telegram.stats()["violations"] == 0


async def test_two_429s_for_one_message_still_deliver_it(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    outlet.telegram.fault(Fault(kind="429", retry_after=1, count=2))
    await outlet.publish()
    await outlet.start()
    await outlet.until_settled()
    assert len(outlet.texts(chat)) == 1


async def test_a_429_survives_a_restart(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    outlet.telegram.fault(Fault(kind="429", retry_after=3))
    await outlet.publish()
    await outlet.start()
    await outlet.telegram.wait_call("sendMessage")
    await asyncio.sleep(0.3)
    await outlet.stop()
    await outlet.start()
    await outlet.until_settled()
    assert len(outlet.texts(chat)) == 1
    assert outlet.telegram.stats()["violations"] == 0


async def test_a_blocked_chat_is_paused_with_that_reason_and_delays_nobody(outlet: Outlet) -> None:
    blocked, *others = await outlet.subscribe(4)
    outlet.telegram.chat(blocked.telegram_id, state="blocked")
    await outlet.publish()
    await outlet.start()
    await outlet.until_settled()
    now = await outlet.store.chats.get(blocked.id)
    assert now is not None
    assert now.paused == "blocked"
    assert all(len(outlet.texts(chat)) == 1 for chat in others)
    await outlet.publish()
    await outlet.until_settled()
    assert len(outlet.telegram.calls("sendMessage", chat_id=blocked.telegram_id)) == 1


async def test_an_upgraded_group_gets_its_note_under_its_new_number(outlet: Outlet) -> None:
    (group,) = await outlet.subscribe(1, kind=ChatKind.GROUP)
    outlet.telegram.migrate(group.telegram_id, -1000000000500)
    await outlet.publish()
    await outlet.start()
    await outlet.until_settled()
    moved = await outlet.store.chats.get(group.id)
    assert moved is not None
    assert moved.telegram_id == -1000000000500
    assert len(outlet.texts(moved)) == 1


@pytest.mark.parametrize("kind", ["drop_before", "not_json"])
async def test_what_telegram_did_not_execute_arrives_at_the_next_try(outlet: Outlet, kind: str) -> None:
    (chat,) = await outlet.subscribe(1)
    outlet.telegram.fault(Fault(kind=kind))  # type: ignore[arg-type]
    await outlet.publish()
    await outlet.start()
    await outlet.until_settled()
    assert len(outlet.texts(chat)) == 1
    assert [line["verdict"] for line in await outlet.ledger()] == ["unsure", "sent"]


async def test_an_answer_lost_for_good_is_tried_twice_more_and_counted(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    outlet.telegram.fault(Fault(kind="drop_after", count=1))
    await outlet.publish()
    delivery = await outlet.start()
    await outlet.until_settled()
    assert len(outlet.texts(chat)) == 2
    assert delivery.tally["unsure"] == 1
    assert delivery.tally["sent"] == 1


async def test_while_telegram_is_gone_no_note_loses_a_chance(outlet: Outlet) -> None:
    chats = await outlet.subscribe(8)
    outlet.telegram.fault(Fault(kind="error", code=502, count=0, methods=("sendMessage", "getMe")))
    await outlet.publish()
    delivery = await outlet.start()
    await asyncio.sleep(3.5)
    assert delivery.tally["unsure"] <= 4
    outlet.telegram.heal()
    await outlet.until_settled(within=30.0)
    assert all(len(outlet.texts(chat)) == 1 for chat in chats)
    assert delivery.tally["dead"] == 0


async def test_markup_that_telegram_refuses_goes_plain_and_is_counted_as_a_defect(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    refusal = "Bad Request: can't parse entities: Unsupported start tag"
    outlet.telegram.fault(Fault(kind="error", code=400, description=refusal, methods=("sendMessage",)))
    await outlet.publish(title="A < B")
    delivery = await outlet.start()
    await outlet.until_settled()
    assert outlet.titles(chat) == ["A < B"]
    assert "parse_mode" not in outlet.telegram.calls("sendMessage")[-1].parameters
    assert delivery.tally["defect"] == 1


async def test_a_revoked_token_ends_the_delivery_and_keeps_the_notes(outlet: Outlet) -> None:
    await outlet.subscribe(1)
    await outlet.start()
    outlet.telegram.api.token = "4200000002:another"
    await outlet.publish()
    assert outlet.running is not None
    with pytest.raises(TokenRefused):
        await outlet.running
    outlet.running = None
    depth = await outlet.store.outbox.depth(outlet.wall())
    assert (depth.due, depth.sending) == (1, 0)


async def test_what_was_unsubscribed_meanwhile_does_not_arrive(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    await outlet.publish()
    await outlet.store.chats.stop(chat.id, outlet.wall())
    await outlet.start()
    await outlet.until_settled()
    assert not outlet.texts(chat)


async def test_quiet_hours_hold_back_and_urgent_news_passes(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    local = outlet.wall() + timedelta(hours=7)
    minute = local.hour * 60 + local.minute
    asleep = QuietHours(start=(minute - 60) % 1440, end=(minute + 60) % 1440)
    await outlet.store.chats.set_quiet(chat.id, asleep, outlet.wall())
    await outlet.publish(title="Thường")
    await outlet.publish(title="Khẩn", priority=Priority.URGENT)
    await outlet.start()
    await outlet.until_sent(1)
    await asyncio.sleep(0.7)
    assert outlet.titles(chat) == ["Khẩn"]
    outlet.wall.ahead = timedelta(hours=2)
    await outlet.until_settled()
    assert outlet.titles(chat) == ["Khẩn", "Thường"]


async def test_what_waits_for_the_end_of_quiet_hours_comes_once_they_are_ended(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    local = outlet.wall() + timedelta(hours=7)
    minute = local.hour * 60 + local.minute
    asleep = QuietHours(start=(minute - 60) % 1440, end=(minute + 300) % 1440)
    await outlet.store.chats.set_quiet(chat.id, asleep, outlet.wall())
    await outlet.publish(title="Thường")
    await outlet.start()
    await asyncio.sleep(0.7)
    assert not outlet.titles(chat)
    await outlet.store.chats.set_quiet(chat.id, None, outlet.wall())
    await outlet.until_settled()
    assert outlet.titles(chat) == ["Thường"]
