"""What is held back, and what a portal corrects afterwards."""

from bot.model import (
    Priority,
)
from storage.store import Store
from tests.builders import (
    a_baseline,
    a_follower,
    an_item,
    publish,
)
from tests.fakes import HandClock


async def test_a_doubtful_item_is_held_known_and_not_found(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await a_follower(store, clock)
    kept, owed = await publish(store, clock, an_item(1, doubt="foreign_host"))
    assert (kept.new, owed, kept.held[0].held) == ((), 0, "foreign_host")
    assert await store.items.newest(5) == ()
    assert (await store.search.search("thi đua", now=clock())).total == 0
    async with store.poll("tdkt", clock()) as tx:
        assert await tx.owe_followers(kept.held, Priority.NORMAL) == 0
    assert await store.items.recognise("tdkt", [an_item(1)]) == (kept.held[0].id,)


async def test_a_reading_that_cures_the_doubt_releases_nothing_by_itself(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    kept, _ = await publish(store, clock, an_item(1, doubt="foreign_host"))
    again, _ = await publish(store, clock, an_item(1, title="Tin đã sửa"))
    assert (again.new, again.corrected) == ((), ())
    (held,) = await store.items.held()
    assert (held.id, held.held, held.item.title) == (kept.held[0].id, "foreign_host", "Tin đã sửa")


async def test_a_held_item_that_is_pushed_is_found_and_owed_once(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await a_follower(store, clock)
    kept, _ = await publish(store, clock, an_item(1, doubt="foreign_host"))
    for owed in (1, 0):
        async with store.poll("tdkt", clock()) as tx:
            stored = await tx.release(kept.held[0].id)
            assert await tx.owe_followers([stored] if stored else [], Priority.NORMAL) == owed
    assert (await store.search.search("thi đua", now=clock())).total == 1
    assert await store.items.held() == ()


async def test_a_held_item_that_is_dropped_never_comes_again(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    kept, _ = await publish(store, clock, an_item(1, doubt="foreign_host"))
    assert await store.items.drop_held(kept.held[0].id)
    assert await store.items.held() == ()
    again, _ = await publish(store, clock, an_item(1, title="Tin khác hẳn"))
    assert (again.new, again.held, again.corrected) == ((), (), ())
    async with store.poll("tdkt", clock()) as tx:
        assert await tx.release(kept.held[0].id) is None


async def test_a_correction_raises_the_revision_each_time(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock, "tdkt", an_item(1))
    for revision, title in enumerate(("Bão số 4", "Bão số 3", "Bão số 4"), start=2):
        kept, owed = await publish(store, clock, an_item(1, title=title))
        assert [(each.revision, each.item.title) for each in kept.corrected] == [(revision, title)]
        assert (kept.new, owed) == ((), 0)
    assert (await store.search.search('"bão số 4"', now=clock())).total == 1
    assert (await store.search.search('"bão số 3"', now=clock())).total == 0


async def test_a_correction_keeps_what_the_list_leaves_out(store: Store, clock: HandClock) -> None:
    full = an_item(1, summary="Sáng 14/3", author="Lê Hoa", body="Toàn văn", image_url="https://portal.example/a.jpg")
    await a_baseline(store, clock, "tdkt", full)
    kept, _ = await publish(store, clock, an_item(1, title="Tin đã sửa"))
    item = kept.corrected[0].item
    assert (item.title, item.summary, item.author, item.body) == ("Tin đã sửa", "Sáng 14/3", "Lê Hoa", "Toàn văn")


async def test_a_correction_that_leads_to_a_foreign_host_is_not_believed(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock, "tdkt", an_item(1))
    kept, _ = await publish(store, clock, an_item(1, title="Nhà cái uy tín", doubt="foreign_host"))
    assert kept.corrected == ()
    assert (await store.items.newest(1))[0].item.title == an_item(1).title


async def test_a_summary_that_comes_later_is_filled_in_and_found(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock, "tdkt", an_item(1))
    kept, _ = await publish(store, clock, an_item(1, summary="Trao bằng khen tại Thanh Hoá"))
    assert kept.corrected == ()
    (stored,) = await store.items.newest(1)
    assert (stored.revision, stored.item.summary) == (1, "Trao bằng khen tại Thanh Hoá")
    assert (await store.search.search("bằng khen", now=clock())).total == 1
