"""The west door: what an address turns out to be, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Item, Memory, Reading, TroubleKind, Validators
from bot.sources.fetch import Fetcher
from bot.sources.reader import PortalReader
from bot.sources.reader_articles import enriched
from bot.sources.reader_hosts import held_where_foreign
from tests.fakes import HandClock
from tests.rooms.sources.loopback import FEEDS, RULES, Loopback, a_source, fetching, nothing_known

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
BASELINE = datetime(2026, 11, 1, tzinfo=UTC)
RSS = (FEEDS / "rss20.xml").read_bytes()
LISTING = (FEEDS / "listing.html").read_bytes()
OTHER_FEED = (
    b'<rss version="2.0"><channel><title>T</title><item><title>X</title><link>/khac</link></item></channel></rss>'
)
ARTICLE = """<html><head><title>Tập huấn nuôi cá lồng</title></head>
<body><article><h1>Tập huấn nuôi cá lồng</h1>
<p class="sapo">Trong hai ngày, 45 hộ dân vùng hồ đã học cách chăm sóc cá lồng mùa lạnh và phòng bệnh.</p>
<figure><img src="/anh/ca.jpg" width="600"><figcaption>Các hộ dân thăm lồng cá</figcaption></figure>
<p>Các học viên được hướng dẫn chọn giống, làm lồng, cho ăn và theo dõi nước. Mỗi nhóm thực hành trên lồng thật.</p>
<p>Cuối khóa, mỗi hộ nhận một bộ tài liệu và được cán bộ khuyến nông theo dõi suốt vụ. Lớp sau mở vào tháng chạp.</p>
<p>Huyện dự kiến có thêm một trăm lồng cá trong năm tới, phần lớn ở hai xã ven hồ đã có đường xe vào tận bến.</p>
<p>Bà con các xã lân cận cũng đã đăng ký học. Danh sách được niêm yết tại trụ sở xã và trên cổng thông tin huyện.</p>
</article></body></html>"""


async def read(portal: Loopback, path: str, memory: Memory | None = None, **more: object) -> Reading:
    async with fetching() as fetcher:
        return await PortalReader(fetcher, lambda: NOW).read(
            a_source(portal.url + path, **more), memory or nothing_known()
        )


async def test_a_feed_is_told_by_its_content(portal: Loopback) -> None:
    portal.puts("/rss", RSS, Content_Type="text/html", ETag='"7"')
    reading = await read(portal, "/rss")
    assert (reading.kind, len(reading.items), reading.trouble) == ("feed", 3, None)
    assert reading.validators == Validators(etag='"7"')
    assert reading.feed_url == ""


async def test_a_page_without_a_feed_is_read_as_a_list(portal: Loopback) -> None:
    portal.puts("/tin", LISTING)
    reading = await read(portal, "/tin")
    assert (reading.kind, reading.trouble) == ("page", None)
    assert [item.title for item in reading.items][1:2] == ["Tập huấn nuôi cá lồng cho các hộ dân vùng hồ thủy điện"]


async def test_the_feed_that_a_page_announces_is_taken_where_it_tells_the_same(portal: Loopback) -> None:
    portal.puts("/tin", LISTING)
    own = RSS.replace(b"https://sonongnghiep.songlam.gov.vn", portal.url.encode())
    portal.puts("/rss", own, ETag='"7"')
    reading = await read(portal, "/tin")
    assert (reading.kind, reading.feed_url) == ("feed", portal.url + "/rss")
    assert reading.validators == Validators(etag='"7"')


async def test_a_feed_that_tells_of_other_things_is_not_taken(portal: Loopback) -> None:
    portal.puts("/tin", LISTING)
    portal.puts("/rss", OTHER_FEED)
    reading = await read(portal, "/tin")
    assert (reading.kind, reading.feed_url) == ("page", "")


async def test_a_source_that_was_read_as_a_page_stays_one(portal: Loopback) -> None:
    portal.puts("/tin", LISTING)
    portal.puts("/rss", RSS)
    reading = await read(portal, "/tin", nothing_known(kind="page"))
    assert reading.kind == "page"
    assert [request.path for request in portal.asked] == ["/tin"]


async def test_a_feed_found_before_is_read_where_it_was_found(portal: Loopback) -> None:
    portal.puts("/rss", RSS, ETag='"7"')
    memory = nothing_known(kind="feed", feed_url=portal.url + "/rss", validators=Validators(etag='"7"'))
    reading = await read(portal, "/tin", memory)
    assert reading.not_modified
    assert (reading.kind, reading.feed_url, reading.validators.etag) == ("feed", portal.url + "/rss", '"7"')


async def test_where_it_is_no_more_the_configured_address_is_read_afresh(portal: Loopback) -> None:
    portal.puts("/tin", LISTING)
    reading = await read(portal, "/tin", nothing_known(kind="feed", feed_url=portal.url + "/rss"))
    assert (reading.kind, reading.trouble) == ("page", None)


async def test_a_feed_that_moved_for_good_is_read_there_from_now_on(portal: Loopback) -> None:
    portal.puts("/cu", status=301, Location="/moi")
    portal.puts("/moi", RSS)
    assert (await read(portal, "/cu")).feed_url == portal.url + "/moi"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("error-page.html", TroubleKind.ERROR_PAGE),
        ("challenge.html", TroubleKind.CHALLENGE),
        ("listing.html", TroubleKind.NOT_A_FEED),
    ],
)
async def test_html_where_a_feed_was_is_trouble_and_no_news(portal: Loopback, name: str, kind: TroubleKind) -> None:
    portal.puts("/rss", (FEEDS / name).read_bytes())
    for memory, more in ((nothing_known(kind="feed"), {}), (nothing_known(), {"kind": "feed"})):
        reading = await read(portal, "/rss", memory, **more)
        assert reading.trouble is not None
        assert reading.trouble.kind is kind
        assert (reading.items, reading.validators, reading.feed_url) == ((), Validators(), "")


@pytest.mark.parametrize(
    ("body", "kind"), [(b"", TroubleKind.EMPTY), (b"  \n", TroubleKind.EMPTY), (b"xin chao", TroubleKind.NOT_A_FEED)]
)
async def test_what_is_neither_feed_nor_page_is_trouble(portal: Loopback, body: bytes, kind: TroubleKind) -> None:
    portal.puts("/rss", body)
    trouble = (await read(portal, "/rss")).trouble
    assert trouble is not None
    assert trouble.kind is kind


async def test_a_portal_that_cannot_be_reached_keeps_its_kind(portal: Loopback) -> None:
    reading = await read(portal, "/nothing", nothing_known(kind="feed"))
    assert reading.kind == "feed"
    assert reading.trouble is not None
    assert reading.trouble.status == 404


async def test_an_item_without_a_title_has_words_to_be_shown_by(portal: Loopback) -> None:
    items = b"<item><description>Mot cau ngan.</description></item><item><link>https://x.vn/hai-ba-bon</link></item>"
    portal.puts("/rss", b'<rss version="2.0"><channel><title>T</title>' + items + b"</channel></rss>")
    assert [item.title for item in (await read(portal, "/rss")).items] == ["Mot cau ngan.", "hai ba bon"]


def an_item(url: str | None, **more: object) -> Item:
    return Item(source_id="nn", keys=(f"url:{url}",), title="Tin", url=url, **more)  # type: ignore[arg-type]


def doubts(source_url: str, urls: Sequence[str | None], hosts: tuple[str, ...] = (), **known: object) -> list[str]:
    items = tuple(an_item(url) for url in urls)
    held = held_where_foreign(items, a_source(source_url, hosts=hosts), nothing_known(**known))
    return [item.doubt for item in held]


def test_links_to_a_foreign_host_are_held_once_there_is_a_baseline() -> None:
    urls = ["https://so.songlam.gov.vn/1", "https://www.songlam.gov.vn/2", "https://nha-cai.example/3", None]
    own = "https://huyen.songlam.gov.vn/rss"
    assert doubts(own, urls) == ["", "", "", ""]
    assert doubts(own, urls, baseline_at=BASELINE) == ["", "", "foreign_host", ""]
    known = nothing_known(baseline_at=BASELINE, hosts=("www.nha-cai.example",))
    assert [item.doubt for item in held_where_foreign([an_item(urls[2])], a_source(own), known)] == [""]


def test_hosts_that_the_operator_names_are_the_only_ones() -> None:
    urls = ["https://bao.vn/1", "https://tin.bao.vn/2", "https://songlam.gov.vn/3", "https://khongbao.vn/4"]
    assert doubts("https://songlam.gov.vn/rss", urls, ("bao.vn",)) == ["", "", "foreign_host", "foreign_host"]


def test_another_province_is_another_host_though_both_end_in_gov_vn() -> None:
    assert doubts("https://songlam.gov.vn/rss", ["https://songma.gov.vn/1"], baseline_at=BASELINE) == ["foreign_host"]


async def test_a_doubt_that_stands_is_not_overwritten() -> None:
    item = an_item("https://nha-cai.example/1", doubt="mojibake")
    held = held_where_foreign((item,), a_source("https://x.vn/rss"), nothing_known(baseline_at=BASELINE))
    assert held[0].doubt == "mojibake"


async def test_an_item_is_made_fuller_by_its_article(portal: Loopback, fetcher: Fetcher) -> None:
    portal.puts("/a", ARTICLE, Content_Type="text/html")
    (item,) = await enriched([an_item(portal.url + "/a")], a_source(portal.url), fetcher, NOW)
    assert item.summary == "Trong hai ngày, 45 hộ dân vùng hồ đã học cách chăm sóc cá lồng mùa lạnh và phòng bệnh."
    assert item.image_url == portal.url + "/anh/ca.jpg"
    assert item.body is not None
    assert item.keys == an_item(portal.url + "/a").keys


async def test_what_the_feed_said_stays(portal: Loopback, fetcher: Fetcher) -> None:
    portal.puts("/a", ARTICLE, Content_Type="text/html")
    (item,) = await enriched([an_item(portal.url + "/a", summary="Lời của cổng.")], a_source(portal.url), fetcher, NOW)
    assert item.summary == "Lời của cổng."
    assert item.body is not None


async def test_an_article_that_cannot_be_had_leaves_the_item_as_it_was(portal: Loopback, fetcher: Fetcher) -> None:
    portal.puts("/pdf", b"%PDF-1.7", Content_Type="application/pdf")
    items = [
        an_item(portal.url + "/gone"),
        an_item(portal.url + "/pdf"),
        an_item(None),
        an_item(portal.url + "/a", doubt="foreign_host"),
        an_item("http://127.0.0.1:1/a"),
    ]
    assert list(await enriched(items, a_source(portal.url), fetcher, NOW)) == items
    assert [request.path for request in portal.asked] == ["/gone", "/pdf"]


async def test_a_portal_that_hangs_does_not_hold_the_others_back(portal: Loopback) -> None:
    portal.puts("/hangs", b"<html>", hangs=True)
    portal.puts("/a", ARTICLE, Content_Type="text/html")
    items = [an_item(portal.url + "/hangs", summary="Có"), an_item(portal.url.replace("127.0.0.1", "localhost") + "/a")]
    async with fetching(replace(RULES, timeout=timedelta(seconds=1))) as fetcher:
        hanging, full = await PortalReader(fetcher, HandClock()).enrich(a_source(portal.url), items)
    assert hanging == items[0]
    assert full.body is not None


async def test_an_article_that_hangs_costs_the_others_of_its_portal_nothing(portal: Loopback) -> None:
    portal.puts("/hangs", b"<html>", hangs=True)
    portal.puts("/a", ARTICLE, Content_Type="text/html")
    items = [an_item(portal.url + path, summary="Có") for path in ("/hangs", "/a")]
    async with fetching(RULES) as fetcher:
        hanging, full = await enriched(items, a_source(portal.url), fetcher, NOW)
    assert hanging == items[0]
    assert full.body is not None


async def test_a_further_page_is_read_like_the_first(portal: Loopback, fetcher: Fetcher) -> None:
    portal.puts("/tin", LISTING)
    reader = PortalReader(fetcher, lambda: NOW)
    page = await reader.read_page(a_source(portal.url + "/tin"), nothing_known(kind="page"), portal.url + "/tin")
    assert (page.kind, len(page.items)) == ("page", 4)


async def test_a_clock_that_stands_makes_no_article_late(portal: Loopback, fetcher: Fetcher) -> None:
    portal.puts("/rss", RSS)
    reading = await PortalReader(fetcher, lambda: NOW - timedelta(days=30)).read(
        a_source(portal.url + "/rss"), nothing_known()
    )
    assert [item.published_at for item in reading.items] == [None, None, None]
