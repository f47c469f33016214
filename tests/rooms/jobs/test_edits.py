"""Corrections: sent messages are edited through the outbox, after new items, within bounds, whatever crashes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import Item, Reading, StoredItem
from bot.simulator import Fault
from tests.outlet import Outlet, opened_outlet


@pytest.fixture
async def outlet(tmp_path: Path) -> AsyncIterator[Outlet]:
    async with opened_outlet(tmp_path) as outlet:
        yield outlet


async def correct(outlet: Outlet, stored: StoredItem, **fields: object) -> tuple[StoredItem, ...]:
    """The portal says something else of an item that it told before."""
    changed: Item = replace(stored.item, **fields)  # type: ignore[arg-type]
    async with outlet.store.poll("tdkt", outlet.wall()) as tx:
        kept = await tx.keep(Reading(kind="feed", items=(changed,)), (), baseline=False)
    if outlet.delivery is not None:
        outlet.delivery.wake()
    return kept.corrected


async def verdicts(outlet: Outlet) -> list[str]:
    return [str(line["verdict"]) for line in await outlet.ledger()]


async def test_a_corrected_item_is_corrected_in_every_chat_and_marked_with_the_time(outlet: Outlet) -> None:
    chats = await outlet.subscribe(3)
    await outlet.start()
    (stored,) = await outlet.publish(title="Mưa lớn ở Thanh Hoá, 3 xã bị ngập")
    await outlet.until_settled()
    await correct(outlet, stored, title="Mưa lớn ở Thanh Hoá, 5 xã bị ngập")
    await outlet.until_settled()
    for chat in chats:
        (text,) = outlet.texts(chat)
        assert text.startswith("Mưa lớn ở Thanh Hoá, 5 xã bị ngập")
        assert "Đã sửa lúc " in text
    assert (await verdicts(outlet)).count("edited") == 3
    assert outlet.telegram.stats()["violations"] == 0


async def test_there_and_back_ends_where_it_began(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    await outlet.start()
    (stored,) = await outlet.publish(title="Bão số 4")
    await outlet.until_settled()
    await correct(outlet, stored, title="Bão số 5")
    await outlet.until_settled()
    await correct(outlet, stored, title="Bão số 4")
    await outlet.until_settled()
    assert outlet.titles(chat) == ["Bão số 4"]


async def test_a_correction_before_the_push_is_no_edit_and_bears_no_mark(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    (stored,) = await outlet.publish(title="Bão số 4")
    await correct(outlet, stored, title="Bão số 5")
    await outlet.start()
    await outlet.until_settled()
    (text,) = outlet.texts(chat)
    assert text.startswith("Bão số 5")
    assert "Đã sửa" not in text
    assert await verdicts(outlet) == ["sent"]


async def test_a_correction_while_the_push_is_on_its_way_is_owed_when_that_is_written_down(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    outlet.telegram.fault(Fault(kind="latency", seconds=0.5, count=1))
    await outlet.start()
    (stored,) = await outlet.publish(title="Bão số 4")
    async with asyncio.timeout(5):
        while not (await outlet.store.outbox.depth(outlet.wall())).sending:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    await correct(outlet, stored, title="Bão số 5")
    await outlet.until_settled()
    assert outlet.titles(chat) == ["Bão số 5"]
    assert await verdicts(outlet) == ["sent", "edited"]


async def test_an_item_of_a_list_is_corrected_in_its_place(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    stored = await outlet.publish(12)
    await outlet.start()
    await outlet.until_settled()
    before = outlet.texts(chat)[0].split("\n\n")
    await correct(outlet, stored[4], title="Tin số năm, đã đính chính")
    await outlet.until_settled()
    (text,) = outlet.texts(chat)
    after = text.split("\n\n")
    changed = [place for place, line in enumerate(before) if line != after[place]]
    assert (len(before), len(changed)) == (len(after), 1)
    assert "Tin số năm, đã đính chính\nĐã sửa lúc" in text
    assert (await verdicts(outlet)).count("edited") == 1


async def test_after_three_edits_the_message_is_left_and_the_ledger_says_so(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    await outlet.start()
    (stored,) = await outlet.publish(title="Bản 0")
    await outlet.until_settled()
    for number in range(1, 5):
        await correct(outlet, stored, title=f"Bản {number}")
        await outlet.until_settled()
    assert outlet.titles(chat) == ["Bản 3"]
    assert await verdicts(outlet) == ["sent", "edited", "edited", "edited", "left"]
    assert (await outlet.ledger())[-1]["why"] == "edited as often as a message may be"


async def test_a_message_of_last_week_is_left(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    await outlet.start()
    (stored,) = await outlet.publish(title="Bản 0")
    await outlet.until_settled()
    await outlet.stop()
    outlet.wall.ahead = timedelta(days=7, minutes=1)
    await correct(outlet, stored, title="Bản 1")
    assert outlet.titles(chat) == ["Bản 0"]
    assert (await verdicts(outlet))[-1] == "left"
    assert await outlet.store.edits.count() == 0


async def test_a_message_that_its_reader_deleted_is_left(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    await outlet.start()
    (stored,) = await outlet.publish(title="Bản 0")
    await outlet.until_settled()
    gone = "Bad Request: message to edit not found"
    outlet.telegram.fault(Fault(kind="error", code=400, description=gone, methods=("editMessageText",)))
    await correct(outlet, stored, title="Bản 1")
    await outlet.until_settled()
    assert (await outlet.ledger())[-1]["verdict"] == "left"
    assert outlet.titles(chat) == ["Bản 0"]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "not_json"])
async def test_an_edit_without_an_answer_is_made_again_and_once_to_see(outlet: Outlet, kind: str) -> None:
    (chat,) = await outlet.subscribe(1)
    await outlet.start()
    (stored,) = await outlet.publish(title="Bản 0")
    await outlet.until_settled()
    outlet.telegram.fault(Fault(kind=kind, methods=("editMessageText",)))  # type: ignore[arg-type]
    await correct(outlet, stored, title="Bản 1")
    await outlet.until_settled()
    assert outlet.titles(chat) == ["Bản 1"]
    assert await verdicts(outlet) == ["sent", "edit_retry", "edited"]


async def test_new_items_go_before_edits(outlet: Outlet) -> None:
    await outlet.subscribe(40)
    await outlet.start()
    (stored,) = await outlet.publish(title="Bản 0")
    await outlet.until_settled()
    await correct(outlet, stored, title="Bản 1")
    await asyncio.sleep(0.3)
    await outlet.publish(title="Tin mới")
    await outlet.until_settled()
    calls = [call.method for call in outlet.telegram.world.tally.log]
    last_push = max(place for place, method in enumerate(calls) if method == "sendMessage")
    assert calls[last_push:].count("editMessageText") >= 15
    assert calls.count("editMessageText") == 40
    assert outlet.telegram.stats()["violations"] == 0


async def test_after_a_crash_every_message_is_corrected(outlet: Outlet) -> None:
    chats = await outlet.subscribe(30)
    await outlet.start()
    (stored,) = await outlet.publish(title="Bản 0")
    await outlet.until_settled()
    outlet.telegram.fault(Fault(kind="latency", seconds=0.2, count=0))
    await correct(outlet, stored, title="Bản 1")
    await asyncio.sleep(0.5)
    await outlet.crash()
    outlet.telegram.heal()
    await outlet.start(age=0.0)
    await outlet.until_settled()
    assert [outlet.titles(chat) for chat in chats] == [["Bản 1"]] * 30
    assert outlet.telegram.stats()["violations"] == 0


async def test_a_chat_that_is_away_is_corrected_when_it_comes_back(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    await outlet.start()
    (stored,) = await outlet.publish(title="Bản 0")
    await outlet.until_settled()
    await outlet.store.chats.pause(chat.id, "blocked", outlet.wall())
    await correct(outlet, stored, title="Bản 1")
    await asyncio.sleep(0.3)
    assert outlet.titles(chat) == ["Bản 0"]
    await outlet.store.chats.resume(chat.id, outlet.wall())
    await outlet.until_settled()
    assert outlet.titles(chat) == ["Bản 1"]


async def test_a_chat_that_turns_out_to_be_away_is_corrected_when_it_comes_back(outlet: Outlet) -> None:
    (chat,) = await outlet.subscribe(1)
    await outlet.start()
    (stored,) = await outlet.publish(title="Bản 0")
    await outlet.until_settled()
    outlet.telegram.chat(chat.telegram_id, state="blocked")
    await correct(outlet, stored, title="Bản 1")
    await outlet.telegram.wait_call("editMessageText")
    async with asyncio.timeout(10):
        while (await verdicts(outlet))[-1] != "left":
            await asyncio.sleep(0.05)
    outlet.telegram.chat(chat.telegram_id, state="normal")
    await outlet.store.chats.resume(chat.id, outlet.wall())
    await outlet.until_settled()
    assert outlet.titles(chat) == ["Bản 1"]
    assert await verdicts(outlet) == ["sent", "left", "edited"]


@pytest.mark.parametrize("recalled", [False, True])
async def test_who_comes_back_after_a_week_keeps_the_old_words_but_nothing_that_was_recalled(
    outlet: Outlet, *, recalled: bool
) -> None:
    (chat,) = await outlet.subscribe(1)
    await outlet.start()
    (stored,) = await outlet.publish(title="Bản 0")
    await outlet.until_settled()
    await outlet.store.chats.pause(chat.id, "blocked", outlet.wall())
    await correct(outlet, stored, title="Bản 1")
    if recalled:
        await outlet.store.recalls.recall(stored, "delete", outlet.wall())
    await outlet.stop()
    outlet.wall.ahead = timedelta(days=7, minutes=1)
    await outlet.store.chats.resume(chat.id, outlet.wall())
    await outlet.start()
    await outlet.until_settled()
    assert await verdicts(outlet) == (["sent", "deleted"] if recalled else ["sent", "left"])
    assert outlet.titles(chat) == ([] if recalled else ["Bản 0"])
