"""When two notices are one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.identity import distinct, keys_of
from bot.model import Item

AT = datetime(2026, 11, 3, 0, 30, tzinfo=UTC)
SAID = "Sáng 3/11, hơn 400 đoàn viên đã ra quân nạo vét 12 km kênh mương."


def keys(url: str | None = None, title: str = "Ra quân nạo vét kênh mương", **more: object) -> set[str]:
    told: dict[str, object] = {"guid": None, "published_at": None, "date_only": False, "summary": None, **more}
    return set(keys_of(url=url, title=title, **told))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "http://x.gov.vn/wps/portal/!ut/p/z1/q1w2/;jsessionid=0A?WCM_GLOBAL_CONTEXT=/tintuc/kenh&t=A1",
            "https://x.gov.vn/wps/portal/!ut/p/z1/XX99/;jsessionid=0B?WCM_GLOBAL_CONTEXT=/tintuc/kenh&t=B2",
        ),
        ("https://x.gov.vn/wps/wcm/connect/tintuc/kenh", "https://x.gov.vn/wps/portal/a?urile=wcm:path:/tintuc/kenh"),
        ("https://x.gov.vn/tin/-/view_content/4512-ra-quan", "https://x.gov.vn/-/view_content/4512-ra-quan-sua-ten"),
        ("https://x.gov.vn/tin-tuc/ra-quan-nao-vet-20815.html", "https://x.gov.vn/tin-tuc/ten-da-sua-lai-20815.html"),
        ("https://x.gov.vn/tin-tuc/ra-quan-nao-vet-20815.html", "https://x.gov.vn/su-kien/ra-quan-nao-vet-20815.html"),
        ("https://tin.x.vn/a/ra-quan-nao-vet-20815.html", "https://ban.x.vn/a/ra-quan-nao-vet-20815.html"),
        ("https://x.gov.vn/xem.aspx?ItemID=77&Cat=3", "https://x.gov.vn/xem.aspx?Cat=9&ItemID=77"),
        ("http://www.x.gov.vn/a", "https://x.gov.vn/a"),
    ],
)
def test_one_article_under_two_addresses_shares_a_key(one: str, other: str) -> None:
    assert keys(one) & keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.gov.vn/kh/ke-hoach-nam-2026.html", "https://x.gov.vn/kh/tong-ket-nam-2026.html"),
        ("https://x.gov.vn/vb/quyet-dinh-so-412.html", "https://x.gov.vn/vb/cong-van-so-412.html"),
        ("https://x.gov.vn/xem.aspx?ItemID=77", "https://x.gov.vn/anh.aspx?ItemID=77"),
        ("https://so1.x.gov.vn/-/view_content/4512-a", "https://so2.x.gov.vn/-/view_content/4512-b"),
        ("https://x.gov.vn/tin/thong-bao-1.html", "https://x.gov.vn/tin/thong-bao-2.html"),
        ("https://x.gov.vn/tin/tin-moi-412.html", "https://x.gov.vn/tin/thong-bao-412.html"),
    ],
)
def test_two_articles_with_like_addresses_share_no_key(one: str, other: str) -> None:
    assert not keys(one, "Một tin") & keys(other, "Tin khác")


@pytest.mark.parametrize(
    "url", ["https://x.gov.vn/", "https://x.gov.vn/index.html", "https://x.gov.vn/wps/portal/tin/!ut/p/z1/q1w2/"]
)
def test_an_address_that_all_articles_share_is_no_key(url: str) -> None:
    assert not keys(url, "Một tin") & keys(url, "Tin khác")


def test_a_guid_that_is_an_address_is_the_same_under_https_and_without_www() -> None:
    assert keys(guid="http://www.x.vn/?p=12") & keys(guid="https://x.vn/?p=12 ")
    assert not keys(guid="https://x.vn/", title="Một") & keys(guid="https://x.vn/", title="Hai")


def test_a_feed_that_gains_guids_is_known_by_its_addresses() -> None:
    assert keys("https://x.vn/tin/a") & keys("https://x.vn/tin/a", guid="8a1f")


def test_a_notice_republished_under_a_new_id_is_known_by_title_time_and_summary() -> None:
    old = keys("https://x.vn/tin/1", guid="1", published_at=AT, summary=SAID)
    new = keys("https://x.vn/tin/2", "RA QUÂN NẠO VÉT KÊNH MƯƠNG.", guid="2", published_at=AT, summary=SAID)
    assert old & new


@pytest.mark.parametrize(
    "more",
    [
        {"title": "Thông báo", "published_at": AT},
        {"title": "Thông báo đấu giá quyền sử dụng đất", "published_at": AT, "date_only": True},
        {"title": "Thông báo đấu giá quyền sử dụng đất"},
        {"title": "Thông báo", "published_at": AT, "summary": "Thông báo"},
    ],
)
def test_a_title_that_may_come_twice_decides_nothing(more: dict[str, object]) -> None:
    assert not keys("https://x.vn/tin/1", **more) & keys("https://x.vn/tin/2", **more)  # type: ignore[arg-type]


def test_another_day_or_another_summary_is_another_notice() -> None:
    one = keys(published_at=AT, summary=SAID)
    assert not one & keys(published_at=AT.replace(day=4), summary=SAID)
    assert not one & keys(published_at=AT, summary="Chiều cùng ngày, lãnh đạo huyện đã đến thăm các đội.")


def test_an_item_without_guid_link_and_date_has_a_key_all_the_same() -> None:
    assert keys() == keys()
    assert keys() != keys(summary="Một câu khác.")


def test_keys_come_strongest_first() -> None:
    found = keys_of(
        guid="g1",
        url="https://x.vn/a/mot-hai-ba-bon-20815.html",
        title="Một",
        published_at=AT,
        date_only=False,
        summary=SAID,
    )
    assert [key.partition(":")[0] for key in found] == ["guid", "id", "id", "url", "same"]


def test_a_key_written_by_an_older_version_keeps_its_spelling() -> None:
    assert keys_of(
        guid=" news_412 ",
        url="http://www.x.gov.vn/Tin-Tuc/ra-quan-nao-vet-20815.html?b=2&a=1",
        title="Hoà bình – “Đẹp”",
        published_at=AT,
        date_only=False,
        summary=SAID,
    ) == (
        "guid:news_412",
        "id:x.gov.vn/tin-tuc|20815",
        "id:ra-quan-nao-vet-20815.html",
        "url:x.gov.vn/tin-tuc/ra-quan-nao-vet-20815.html?a=1&b=2",
        "same:954c71b4f4417be2e0f01517dbec1a8e",
    )


def test_a_guid_that_every_item_bears_is_dropped() -> None:
    items = [
        Item(
            source_id="a", keys=("guid:rss", f"url:x.vn/{number}"), title=f"Tin {number}", url=f"https://x.vn/{number}"
        )
        for number in range(3)
    ]
    assert [item.keys for item in distinct(items)] == [("url:x.vn/0",), ("url:x.vn/1",), ("url:x.vn/2",)]


def test_an_item_listed_twice_keeps_its_keys() -> None:
    item = Item(source_id="a", keys=("guid:1", "url:x.vn/1"), title="Tin", url="https://x.vn/1")
    assert distinct([item, replace(item, url="http://x.vn/1")])[0].keys == item.keys


@pytest.mark.parametrize(
    "path",
    ["a" * 100_000, ".html" * 20_000, "a1" * 50_000 + "z", "-/view_content/" * 7_000 + "x", "-" * 100_000 + "123"],
    ids=lambda path: path[:12],
)
def test_an_address_of_any_length_has_its_key_in_no_time(path: str) -> None:
    url = f"https://portal.example/{path}"
    keys = keys_of(guid=url, url=url, title="Tin", published_at=None, date_only=False, summary=None)
    assert [key.partition(":")[0] for key in keys] == ["guid", "url"]
