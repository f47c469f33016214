"""The saved queries in memory: however many are taken in, nobody else has to wait."""

import asyncio

from bot.jobs.watching import AT_ONCE, WatchBook
from storage.store import Store
from tests.builders import a_chat
from tests.fakes import HandClock, notice


async def test_while_watches_are_taken_others_have_their_turn(store: Store, clock: HandClock) -> None:
    chat = (await a_chat(store, clock)).id
    saved = [await store.watches.add(chat, 0, f"lũ số {number}", (), clock()) for number in range(3 * AT_ONCE)]
    book, turns = WatchBook(clock, "Asia/Ho_Chi_Minh"), 0

    async def somebody_else() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(somebody_else())
    await book.load(saved)
    other.cancel()
    assert len(book) == len(saved)
    assert turns >= 3


async def test_every_watch_is_read_once_over_several_slices(store: Store, clock: HandClock) -> None:
    chat = (await a_chat(store, clock)).id
    for number in range(1, 1_102):
        await store.watches.add(chat, 0, f"lũ số {number}", (), clock())
    slices = [some async for some in store.watches.in_slices()]
    assert len(slices) == 3
    assert [watch.query for some in slices for watch in some] == [f"lũ số {number}" for number in range(1, 1_102)]


async def test_a_query_waits_under_the_word_that_is_not_common(store: Store, clock: HandClock) -> None:
    chat = (await a_chat(store, clock)).id
    book = WatchBook(clock, "Asia/Ho_Chi_Minh")
    book.expect({"tinh³": 900, "tinh": 900})
    await book.load([await store.watches.add(chat, 0, "tỉnh lũ", (), clock())])
    assert await book.wanting([notice("Tỉnh có lũ", 1)])
    assert not await book.wanting([notice("Tỉnh họp", 2)])
