"""Portals beside their news: looked at slowly, quiet in trouble, new albums owed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.errors import StoreUnavailable
from bot.jobs.portlets import Portals
from bot.model import Album, AlbumPicture, Item, Portlets, Source, Trouble, TroubleKind
from storage.store import Store
from tests.builders import a_baseline, a_chat, a_source, claim
from tests.fakes import HandClock

ROOT = "https://portal.example"
TDKT = a_source("tdkt", url=f"{ROOT}/tin-tuc", kind="page")
CCHC = a_source("cchc", url=f"{ROOT}/cchc", kind="page")
FEED = a_source("bao", url="https://bao.example/rss", kind="feed")


def an_album(number: int) -> Album:
    cover = AlbumPicture(url=f"{ROOT}/anh/nho/{number}.jpg")
    return Album(title=f"Album số {number}", url=f"{ROOT}/album/{number}", pictures=(cover,))


@dataclass
class Portal:
    """A home page without a network; an album's own page shows four pictures of it."""

    albums: list[Album] = field(default_factory=list)
    broken: bool = False
    asked: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    async def read(self, source: Source) -> Portlets | Trouble:
        self.asked.append(source.id)
        if self.broken:
            return Trouble(kind=TroubleKind.TIMEOUT, why="no answer within 30 s")
        return Portlets(about="Ban Thi đua", albums=tuple(self.albums))

    async def fill(self, source: Source, album: Item) -> Item:
        self.opened.append(album.title)
        pictures = tuple(AlbumPicture(url=f"{album.url}/{number}.jpg") for number in range(4))
        return replace(album, pictures=pictures)


@dataclass
class Round:
    """The job, and whether it told that something is owed."""

    portals: Portals
    woken: list[bool]

    async def look(self) -> int:
        return await self.portals.look()


def a_round(store: Store, clock: HandClock, portal: Portal, *sources: Source) -> Round:
    woken: list[bool] = []
    portals = Portals(
        store=store,
        sources={source.id: source for source in sources or (TDKT,)},
        read=portal.read,
        fill=portal.fill,
        owed=lambda: woken.append(True),
        clock=clock,
        chance=lambda: 0.5,
    )
    return Round(portals=portals, woken=woken)


async def test_a_portal_is_looked_at_four_times_a_day(store: Store, clock: HandClock) -> None:
    portal = Portal()
    round_ = a_round(store, clock, portal)
    assert await round_.look() == 0
    await a_baseline(store, clock)
    for _ in range(24 * 6):
        await round_.look()
        clock.advance(timedelta(minutes=10))
    assert 3 <= len(portal.asked) <= 4


async def test_sources_of_one_portal_are_looked_at_as_one_and_feeds_alone_not_at_all(
    store: Store, clock: HandClock
) -> None:
    portal = Portal()
    for source_id in ("tdkt", "cchc", "bao"):
        await a_baseline(store, clock, source_id)
    await a_round(store, clock, portal, CCHC, TDKT, FEED).look()
    assert portal.asked == ["cchc"]
    clock.advance(timedelta(hours=8))
    await a_round(store, clock, portal, TDKT, CCHC, FEED).look()
    assert portal.asked == ["cchc", "cchc"]


async def test_a_new_album_is_owed_with_the_pictures_of_its_page(store: Store, clock: HandClock) -> None:
    portal = Portal(albums=[an_album(1)])
    round_ = a_round(store, clock, portal)
    await a_baseline(store, clock)
    chat = await a_chat(store, clock)
    await store.chats.follow(chat.id, 0, "tdkt/anh", clock())
    await round_.look()
    assert await claim(store, clock) == ()
    portal.albums.insert(0, an_album(2))
    clock.advance(timedelta(hours=8))
    await round_.look()
    assert round_.woken == [True]
    (note,) = await claim(store, clock)
    stored = await store.items.get(note.item_id)
    assert stored is not None
    assert (stored.item.title, len(stored.item.pictures)) == ("Album số 2", 4)
    clock.advance(timedelta(hours=8))
    await round_.look()
    assert round_.woken == [True]


async def test_only_a_few_album_pages_are_opened_at_once(store: Store, clock: HandClock) -> None:
    portal = Portal(albums=[an_album(number) for number in range(12)])
    await a_baseline(store, clock)
    await a_round(store, clock, portal).look()
    assert portal.opened == ["Album số 0", "Album số 1", "Album số 2"]
    assert len((await store.portals.of("tdkt")).albums) == 12


async def test_trouble_is_quiet_and_asks_ever_more_seldom(store: Store, clock: HandClock) -> None:
    portal = Portal(albums=[an_album(1)])
    round_ = a_round(store, clock, portal)
    await a_baseline(store, clock)
    await round_.look()
    portal.broken = True
    clock.advance(timedelta(days=1))
    before = len(portal.asked)
    for _ in range(3 * 24 * 4):
        await round_.look()
        clock.advance(timedelta(minutes=15))
    assert 4 <= len(portal.asked) - before <= 8
    page = await store.portals.of("tdkt")
    assert (page.about, len(page.albums)) == ("Ban Thi đua", 1)
    assert (await store.sources.memory("tdkt")).trouble is None
    assert await store.sources.untold(1) == ()


async def test_an_accident_does_not_become_a_hammer(store: Store, clock: HandClock) -> None:
    asked: list[str] = []

    async def read(source: Source) -> Portlets | Trouble:
        asked.append(source.id)
        raise StoreUnavailable("the disk is full")

    await a_baseline(store, clock)
    portals = replace(a_round(store, clock, Portal()).portals, read=read)
    with pytest.raises(StoreUnavailable):
        await portals.look()
    assert await portals.look() == 0
    assert asked == ["tdkt"]
