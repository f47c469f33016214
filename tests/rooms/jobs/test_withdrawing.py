"""Withdrawals: missing from several good readings, older neighbours still listed, and the address says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model import StoredItem
from tests.fakes import START, notice
from tests.rooms.jobs.test_poll import Desk, desk

__all__ = ["desk"]


def titled(number: int) -> str:
    return f"Tin số {number} về phong trào thi đua"


async def five_listed(desk: Desk) -> None:
    """A list of five, the newest on top."""
    for number in range(100, 105):
        at = START - timedelta(days=200 - number)
        desk.portal.publish(notice(titled(number), number, published_at=at))
    await desk.poll()


async def stored(desk: Desk, number: int) -> StoredItem:
    found = [each async for each in desk.store.items.export() if each.item.title == titled(number)]
    return found[0]


async def polls(desk: Desk, times: int) -> None:
    for _ in range(times):
        await desk.poll()


async def test_what_is_missing_three_times_and_gone_is_withdrawn_and_kept(desk: Desk) -> None:
    await five_listed(desk)
    desk.portal.withdraw(titled(102))
    await polls(desk, 2)
    assert (await stored(desk, 102)).withdrawn_at is None
    assert desk.portal.asked == []
    await polls(desk, 1)
    item = await stored(desk, 102)
    assert (item.withdrawn_at, item.revision) == (desk.clock(), 2)
    assert titled(102) not in [each.item.title for each in await desk.store.items.newest(10)]


async def test_what_leaves_the_list_at_its_end_is_not_asked_for(desk: Desk) -> None:
    await five_listed(desk)
    desk.portal.withdraw(titled(100))
    await polls(desk, 6)
    assert desk.portal.asked == []
    assert (await stored(desk, 100)).withdrawn_at is None


async def test_what_is_only_unlisted_stays_and_is_asked_for_ever_more_seldom(desk: Desk) -> None:
    await five_listed(desk)
    desk.portal.unlist(titled(102))
    await polls(desk, 13)
    assert desk.portal.asked == [titled(102)] * 3  # after 3, 6 and 12 readings
    assert (await stored(desk, 102)).withdrawn_at is None


async def test_an_error_page_counts_for_nothing(desk: Desk) -> None:
    await five_listed(desk)
    desk.portal.withdraw(titled(102))
    await polls(desk, 2)
    desk.portal.break_down()
    await polls(desk, 5)
    assert desk.portal.asked == []
    desk.portal.heal()
    await polls(desk, 1)
    assert (await stored(desk, 102)).withdrawn_at is not None


async def test_a_list_that_was_rebuilt_withdraws_nothing(desk: Desk) -> None:
    for number in range(100, 120):
        desk.portal.publish(notice(titled(number), number, published_at=START - timedelta(days=200 - number)))
    await desk.poll()
    for number in range(104, 116):
        desk.portal.withdraw(titled(number))
    await polls(desk, 5)
    assert desk.portal.asked == []


async def test_what_comes_back_is_no_longer_withdrawn_and_owes_no_second_push(desk: Desk) -> None:
    await five_listed(desk)
    await desk.follower(1)
    before = list(desk.portal.listed)
    desk.portal.withdraw(titled(102))
    await polls(desk, 3)
    desk.portal.listed = before
    report = await desk.poll()
    item = await stored(desk, 102)
    assert (item.withdrawn_at, item.revision, report.new, report.owed) == (None, 3, (), 0)


async def test_what_is_due_of_a_withdrawn_item_is_not_sent(desk: Desk) -> None:
    await five_listed(desk)
    await desk.follower(1)
    desk.portal.publish(notice(titled(105), 105, published_at=START))
    desk.portal.publish(notice(titled(106), 106, published_at=START + timedelta(minutes=1)))
    await desk.poll()
    desk.portal.withdraw(titled(105))
    await polls(desk, 3)
    assert await desk.titles() == [titled(106)]


async def test_an_item_that_is_missed_again_after_it_came_back_is_counted_afresh(desk: Desk) -> None:
    await five_listed(desk)
    before = list(desk.portal.listed)
    desk.portal.withdraw(titled(102))
    await polls(desk, 2)
    desk.portal.listed = [replace(each) for each in before]
    await polls(desk, 1)
    desk.portal.withdraw(titled(102))
    await polls(desk, 2)
    assert desk.portal.asked == []
