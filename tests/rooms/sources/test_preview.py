"""`loa preview`: the object that it prints."""

import json
from datetime import UTC, datetime
from pathlib import Path

from bot.sources.preview import preview, preview_json
from tests.rooms.sources.loopback import FEEDS, RULES, Loopback

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)


async def shown(place: str, **more: str) -> dict[str, object]:
    return preview_json(await preview(place, clock=lambda: NOW, rules=RULES, **more))  # type: ignore[arg-type]


async def test_a_file_is_shown_as_the_bot_would_see_it() -> None:
    seen = await shown(str(FEEDS / "rss20.xml"))
    assert list(seen) == ["kind", "title", "items", "next_page", "trouble"]
    assert (seen["kind"], seen["title"], seen["trouble"]) == ("feed", "Sở Nông nghiệp - Tin hoạt động", None)
    items = seen["items"]
    assert isinstance(items, list)
    assert items[0] == {
        "key": "guid:sn-20815",
        "title": "Ra quân nạo vét kênh mương vụ Đông Xuân & trồng cây ven đê",
        "url": "https://sonongnghiep.songlam.gov.vn/tin-hoat-dong/ra-quan-nao-vet-kenh-muong-20815.html?utm_source=rss",
        "summary": "Sáng 3/11, hơn 400 đoàn viên đã ra quân nạo vét 12 km kênh.\n\nMực nước đã về đúng thiết kế.",
        "published_at": "2026-11-03T07:30:00+07:00",
        "author": "Hoàng Thị Mận",
        "image_url": "https://sonongnghiep.songlam.gov.vn/anh/kenh.jpg",
        "image_caption": None,
        "guid": "sn-20815",
        "date_only": False,
    }
    assert json.loads(json.dumps(seen)) == seen


async def test_a_day_is_shown_as_midnight_at_the_source() -> None:
    items = (await shown(str(FEEDS / "atom10.xml")))["items"]
    assert isinstance(items, list)
    assert (items[1]["published_at"], items[1]["date_only"]) == ("2026-10-28T00:00:00+07:00", True)


async def test_a_base_address_makes_the_links_of_a_file_whole(tmp_path: Path) -> None:
    feed = tmp_path / "a.xml"
    feed.write_text('<rss version="2.0"><channel><item><title>T</title><link>/tin/1</link></item></channel></rss>')
    for base, url in (("", "/tin/1"), ("https://x.vn/rss", "https://x.vn/tin/1")):
        items = (await shown(str(feed), base_url=base))["items"]
        assert isinstance(items, list)
        assert items[0]["url"] == url


async def test_trouble_is_shown_with_nothing_else(tmp_path: Path) -> None:
    for place in (str(tmp_path / "no.xml"), str(tmp_path), str(FEEDS / "error-page.html"), "http://127.0.0.1:1/rss"):
        seen = await shown(place)
        assert seen["items"] == []
        assert seen["trouble"]


async def test_an_address_is_fetched_and_its_page_told_from_a_feed(portal: Loopback) -> None:
    seen = await shown(portal.puts("/tin", (FEEDS / "listing.html").read_bytes()))
    assert (seen["kind"], seen["trouble"]) == ("page", None)
    assert (await shown(portal.url + "/tin", kind="feed"))["trouble"]
