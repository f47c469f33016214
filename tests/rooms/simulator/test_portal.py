"""The pretend portal as a reader of feeds and a person with a browser meet it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import aiohttp
import pytest
import pytest_asyncio

from bot.simulator import PretendPortal
from bot.simulator.portal_items import slug


@pytest_asyncio.fixture
async def portal() -> AsyncIterator[PretendPortal]:
    async with PretendPortal() as server:
        yield server


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


async def test_three_feeds_tell_the_same_items(portal: PretendPortal, session: aiohttp.ClientSession) -> None:
    portal.publish("Họp <báo> & công bố", "Tóm tắt", guid="tin-1", published_at=datetime(2019, 3, 14, 9, 5, tzinfo=UTC))
    async with session.get(f"{portal.url}/rss") as answer:
        rss = ET.fromstring(await answer.read())
    async with session.get(f"{portal.url}/atom.xml") as answer:
        atom = ET.fromstring(await answer.read())
    async with session.get(f"{portal.url}/feed.json") as answer:
        items = json.loads(await answer.read())["items"]
    name = "{http://www.w3.org/2005/Atom}"
    assert rss.findtext("channel/item/title") == "Họp <báo> & công bố"
    assert rss.findtext("channel/item/pubDate") == "Thu, 14 Mar 2019 16:05:00 +0700"
    keys = [item["id"] for item in items]
    assert keys[0] == "tin-1"
    assert [node.text for node in rss.findall("channel/item/guid")] == keys
    assert [node.text for node in atom.findall(f"{name}entry/{name}id")] == keys


async def test_an_unchanged_feed_answers_304_until_something_is_published(
    portal: PretendPortal, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{portal.url}/rss") as answer:
        known = {"If-None-Match": answer.headers["ETag"], "If-Modified-Since": answer.headers["Last-Modified"]}
    async with session.get(f"{portal.url}/rss", headers=known) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    portal.publish("Tin mới")
    async with session.get(f"{portal.url}/rss", headers=known) as answer:
        assert answer.status == 200


async def test_a_feed_shows_only_its_newest_items(portal: PretendPortal, session: aiohttp.ClientSession) -> None:
    portal.feed_size = 3
    async with session.get(f"{portal.url}/feed.json") as answer:
        items = json.loads(await answer.read())["items"]
    assert [item["id"] for item in items] == [item.key() for item in portal.newest()[:3]]


async def test_a_posted_form_publishes_and_links_to_the_article(
    portal: PretendPortal, session: aiohttp.ClientSession
) -> None:
    async with session.post(f"{portal.url}/dang-tin", data={"title": "Đường mới", "summary": "Thông xe"}) as answer:
        page = await answer.text()
    item = portal.newest()[0]
    assert (item.title, item.summary) == ("Đường mới", "Thông xe")
    assert f'<a href="/tin-tuc/duong-moi-{item.id}.html">' in page
    async with session.get(portal.url + item.path) as answer:
        assert "Thông xe" in await answer.text()


async def test_a_form_without_a_title_is_answered_kindly_and_publishes_nothing(
    portal: PretendPortal, session: aiohttp.ClientSession
) -> None:
    before = len(portal.items)
    async with session.post(f"{portal.url}/dang-tin", data={"title": " ", "summary": "giữ lại"}) as answer:
        assert answer.status == 422
        page = await answer.text()
    assert "Tin cần có tiêu đề." in page
    assert "giữ lại" in page
    assert len(portal.items) == before


async def test_another_site_cannot_publish(portal: PretendPortal, session: aiohttp.ClientSession) -> None:
    headers = {"Origin": "https://elsewhere.example"}
    async with session.post(f"{portal.url}/dang-tin", data={"title": "x"}, headers=headers) as answer:
        assert answer.status == 403


async def test_an_edit_keeps_the_guid_and_a_withdrawn_item_is_gone(
    portal: PretendPortal, session: aiohttp.ClientSession
) -> None:
    item = portal.publish("Tiêu đề sai")
    edited = portal.edit(item.id, title="Tiêu đề đúng")
    assert edited.key() == item.key()
    portal.withdraw(item.id)
    async with session.get(portal.url + edited.path) as answer:
        assert answer.status == 404
    with pytest.raises(LookupError):
        portal.withdraw(item.id)


async def test_every_page_and_picture_of_the_listing_opens(
    portal: PretendPortal, session: aiohttp.ClientSession
) -> None:
    paths = ["/", "/tin-tuc", "/tin-tuc?trang=2", "/gioi-thieu", "/lien-ket", "/thu-vien-anh", "/dang-tin"]
    item = portal.newest()[0]
    for path in [*paths, item.path, f"/dang-tin/{item.id}/sua"]:
        async with session.get(portal.url + path) as answer:
            assert answer.status == 200, path
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    async with session.get(portal.url + item.picture_path) as answer:
        assert (await answer.read()).startswith(b"\x89PNG")


async def test_trouble_strikes_where_it_was_ordered_and_ends_when_healed(
    portal: PretendPortal, session: aiohttp.ClientSession
) -> None:
    portal.break_with("503", paths=("/rss",), seconds=120)
    async with session.get(f"{portal.url}/rss") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "120")
    async with session.get(f"{portal.url}/atom.xml") as answer:
        assert answer.status == 200
    portal.heal()
    portal.break_with("huge")
    async with session.get(f"{portal.url}/rss") as answer:
        assert len(await answer.read()) > 6_000_000
    portal.heal()
    async with session.get(f"{portal.url}/rss") as answer:
        assert answer.status == 200
    assert portal.hits["/rss"] == 3


async def test_a_hanging_portal_lets_go_when_it_stops(session: aiohttp.ClientSession) -> None:
    portal = PretendPortal()
    await portal.start()
    portal.break_with("hang")
    waiting = asyncio.create_task(session.get(f"{portal.url}/rss").__aenter__())
    while not portal.hits["/rss"]:
        await asyncio.sleep(0.01)
    await asyncio.wait_for(portal.stop(), 5)
    with pytest.raises(aiohttp.ClientError):
        await asyncio.wait_for(waiting, 5)


def test_a_slug_keeps_the_letters_of_vietnamese() -> None:
    assert slug("Đại hội Thi đua yêu nước: 68 điển hình!") == "dai-hoi-thi-dua-yeu-nuoc-68-dien-hinh"
