"""What a watch brings in the odd cases: corrected items, chats that were away, days and sources in the query."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage.store import Store
from tests.fakes import notice
from tests.rooms.jobs.test_poll import TDKT, Desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = await Store.open(f"sqlite:///{tmp_path}/loa.db")
    await store.sources.ensure([TDKT])
    desk = Desk(store)
    await desk.poll()
    yield desk
    await store.close()


async def watching(desk: Desk, number: int, query: str) -> None:
    """A chat that watches *query* from now on."""
    chat = await desk.chat(number)
    desk.watches.add(await desk.store.watches.add(chat.id, 0, query, (), desk.clock()))


async def test_what_matches_only_since_its_correction_is_found_and_not_pushed(desk: Desk) -> None:
    """An item is news once, when it is first seen: a portal that rewrites its archive rings at nobody's door."""
    await watching(desk, 1, "bão số 9")
    desk.portal.publish(notice("Công điện khẩn", 100))
    await desk.poll()
    desk.portal.listed[0] = replace(desk.portal.listed[0], title="Công điện khẩn ứng phó bão số 9")
    assert len((await desk.poll()).corrected) == 1
    assert await desk.owed() == ()
    assert (await desk.store.search.search("bão số 9", now=desk.clock())).total == 1


async def test_what_matched_when_it_came_is_pushed_though_its_correction_does_not(desk: Desk) -> None:
    await watching(desk, 1, "bão số 8")
    desk.portal.publish(notice("Công điện ứng phó bão số 8", 100))
    await desk.poll()
    desk.portal.listed[0] = replace(desk.portal.listed[0], title="Công điện ứng phó bão số 9")
    await desk.poll()
    assert await desk.titles() == ["Công điện ứng phó bão số 9"]


async def test_a_chat_that_was_away_is_owed_what_comes_after_its_return(desk: Desk) -> None:
    await watching(desk, 1, "bão")
    chat = await desk.chat(1)
    await desk.store.chats.pause(chat.id, "blocked", desk.clock())
    desk.portal.publish(notice("Tin bão hôm qua", 100))
    await desk.poll()
    await desk.store.chats.resume(chat.id, desk.clock())
    desk.portal.publish(notice("Tin bão hôm nay", 101))
    await desk.poll()
    assert await desk.titles() == ["Tin bão hôm nay"]


async def test_the_filters_of_a_watched_query_hold(desk: Desk) -> None:
    today = desk.clock()
    await watching(desk, 1, "bão nguon:khac")
    await watching(desk, 2, "bão nguon:tdkt")
    await watching(desk, 3, f"bão tu:{today + timedelta(days=2):%d/%m/%Y}")
    await watching(desk, 4, "bão -nguon:tdkt")
    desk.portal.publish(notice("Tin bão", 100))
    await desk.poll()
    (note,) = await desk.owed()
    assert note.chat.id == (await desk.chat(2)).id
    desk.clock.advance(timedelta(days=2))
    desk.portal.publish(notice("Tin bão mới", 101, published_at=desk.clock()))
    await desk.poll()
    assert await desk.titles() == ["Tin bão", "Tin bão mới", "Tin bão mới"]
