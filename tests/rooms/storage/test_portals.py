"""Portlets and albums as they are kept: what is news of them, to whom it is owed, and where it is not shown."""

from __future__ import annotations

from datetime import timedelta

from bot.core.albums import album_items
from bot.model import ALBUMS, Album, AlbumPicture, Chat, Followed, PortalPage, Portlets, Source, WebLink
from storage.portals import KeptPortlets
from storage.store import Store
from tests.builders import a_baseline, a_chat, a_source, an_item, claim, publish
from tests.fakes import HandClock

HOME = "https://portal.example/"
ABOUT = "Ban Thi đua - Khen thưởng tỉnh"


def an_album(number: int, *, pictures: int = 3) -> Album:
    shown = tuple(AlbumPicture(url=f"{HOME}anh/{number}-{each}.jpg") for each in range(pictures))
    return Album(title=f"Album số {number}", url=f"{HOME}thu-vien-anh/{number}", pictures=shown)


async def read(store: Store, clock: HandClock, *albums: Album, about: str = ABOUT) -> KeptPortlets:
    """One reading of the portal's home page."""
    page = await store.portals.of("tdkt")
    page = PortalPage(source_id="tdkt", home=HOME, baseline_at=page.baseline_at)
    items = album_items(albums, "tdkt", HOME)
    links = (WebLink(title="Sở Nội vụ", url="https://noivu.example/"),) if about else ()
    told = Portlets(about=about, links=links, albums=albums)
    return await store.portals.keep(page, told, items, now=clock(), next_at=clock() + timedelta(hours=6))


async def an_admirer(store: Store, clock: HandClock, number: int = 1, source_id: str = "tdkt" + ALBUMS) -> Chat:
    chat = await a_chat(store, clock, number)
    await store.chats.follow(chat.id, 0, source_id, clock())
    return chat


async def test_the_first_reading_with_albums_is_the_baseline_and_owes_nothing(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await an_admirer(store, clock)
    assert await read(store, clock) == KeptPortlets()
    assert (await store.portals.of("tdkt")).baseline_at is None
    assert await read(store, clock, an_album(1), an_album(2)) == KeptPortlets()
    assert await claim(store, clock) == ()
    assert len((await store.portals.of("tdkt")).albums) == 2


async def test_a_new_album_is_owed_to_those_who_follow_the_portals_albums_and_to_nobody_else(
    store: Store, clock: HandClock
) -> None:
    await a_baseline(store, clock)
    admirer = await an_admirer(store, clock, 1)
    await an_admirer(store, clock, 2, "tdkt")
    await an_admirer(store, clock, 3, "*")
    await read(store, clock, an_album(1))
    clock.advance(timedelta(hours=6))
    kept = await read(store, clock, an_album(2), an_album(1))
    assert ([each.item.title for each in kept.new], kept.owed) == (["Album số 2"], 1)
    (note,) = await claim(store, clock)
    assert (note.chat.id, note.reason, note.wanted) == (admirer.id, Followed(source_id="tdkt/anh"), True)
    stored = await store.items.get(note.item_id)
    assert stored is not None
    assert stored.item.pictures == an_album(2).pictures
    assert (await read(store, clock, an_album(2), an_album(1))).new == ()


async def test_who_follows_albums_no_longer_is_owed_none(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    chat = await an_admirer(store, clock)
    await read(store, clock, an_album(1))
    await read(store, clock, an_album(2), an_album(1))
    await store.chats.unfollow(chat.id, 0, "tdkt/anh", clock())
    assert await claim(store, clock) == ()


async def test_albums_are_in_no_list_of_news(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock, "tdkt", an_item(1))
    await read(store, clock, an_album(1), an_album(2))
    assert [each.item.title for each in await store.items.newest(10)] == [an_item(1).title]
    assert [each.item.title for each in await store.items.newest(10, ("tdkt",))] == [an_item(1).title]
    assert [each.item.title async for each in store.items.export()] == [an_item(1).title]
    assert await store.items.count() == 1
    assert (await store.search.search("album", now=clock())).results == ()
    assert await store.check() == "ok"


async def test_a_missed_album_is_no_missed_news(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    chat = await an_admirer(store, clock, 1, "tdkt")
    await read(store, clock, an_album(1))
    await store.chats.pause(chat.id, "blocked", clock())
    clock.advance(timedelta(hours=1))
    await read(store, clock, an_album(2), an_album(1))
    await publish(store, clock, an_item(7))
    assert await store.chats.resume(chat.id, clock()) == 1


async def test_what_a_portlet_said_stays_while_it_is_missing(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await read(store, clock, an_album(1))
    await read(store, clock, about="")
    page = await store.portals.of("tdkt")
    assert (page.about, page.links[0].title, len(page.albums)) == (ABOUT, "Sở Nội vụ", 1)


async def test_a_portal_made_anew_is_a_baseline_again(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await an_admirer(store, clock)
    await read(store, clock, an_album(1), an_album(2), an_album(3))
    kept = await read(store, clock, an_album(11), an_album(12), an_album(13))
    assert kept == KeptPortlets()
    assert (await read(store, clock, an_album(14), an_album(11))).owed == 1


async def test_more_pictures_of_a_known_album_are_kept(store: Store, clock: HandClock) -> None:
    await a_baseline(store, clock)
    await read(store, clock, an_album(1, pictures=1))
    await read(store, clock, an_album(1, pictures=4))
    await read(store, clock, an_album(1, pictures=2))
    (item_id,) = (await store.portals.of("tdkt")).albums
    stored = await store.items.get(item_id)
    assert stored is not None
    assert len(stored.item.pictures) == 4


async def test_portals_are_due_once_their_news_are_read_and_well(store: Store, clock: HandClock) -> None:
    await store.sources.ensure([a_source("tdkt"), a_source("cchc"), a_source("bao")])
    assert await store.portals.due(("tdkt", "cchc"), clock(), 8) == ()
    await a_baseline(store, clock, "tdkt")
    await a_baseline(store, clock, "cchc")
    assert await store.portals.due(("cchc", "tdkt"), clock(), 8) == ("cchc", "tdkt")
    await store.portals.failed("cchc", clock() + timedelta(hours=1))
    await read(store, clock)
    assert await store.portals.due(("cchc", "tdkt"), clock(), 8) == ()
    clock.advance(timedelta(hours=7))
    assert await store.portals.due(("cchc", "tdkt"), clock(), 1) == ("cchc",)
    assert (await store.portals.of("cchc")).failures == 1
    assert [page.source_id for page in await store.portals.all(("cchc", "tdkt"))] == ["tdkt"]


async def test_albums_and_their_followers_go_along_when_a_source_is_renamed(store: Store, clock: HandClock) -> None:
    await store.sources.ensure([a_source("tdkt")])
    await a_baseline(store, clock)
    chat = await an_admirer(store, clock)
    await read(store, clock, an_album(1))
    renamed = Source(id="thidua", title="Thi đua", url="https://portal.example/tdkt/rss", was="tdkt")
    assert await store.sources.ensure([renamed]) == ()
    assert [follow.source_id for follow in await store.chats.follows(chat.id)] == ["thidua/anh"]
    assert (await store.portals.of("thidua")).about == ABOUT
    assert await store.sources.orphans(["thidua"]) == ()


async def test_followers_of_albums_are_orphans_only_without_their_source(store: Store, clock: HandClock) -> None:
    await store.sources.ensure([a_source("tdkt")])
    await an_admirer(store, clock)
    assert await store.sources.ensure([a_source("tdkt")]) == ()
    assert await store.sources.ensure([a_source("cchc")]) == ("tdkt/anh",)
    assert [orphan.source_id for orphan in await store.sources.orphans(["cchc"])] == ["tdkt/anh"]
