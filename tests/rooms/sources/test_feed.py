"""Feeds of every dialect, as portals serve them."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Attachment, Item, Reading, TroubleKind
from bot.sources.feed import read_feed
from bot.sources.feed_defects import day_where_all_are_midnight, hour_where_minutes_are_months
from bot.sources.jsonfeed import read_json_feed
from tests.rooms.sources.loopback import FEEDS, a_source

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
ZONE = timedelta(hours=7)
SOURCE = a_source("https://sonongnghiep.songlam.gov.vn/rss")


def reading(name: str, url: str = "") -> Reading:
    return read_feed((FEEDS / name).read_text(), url, SOURCE, NOW)


def feed_of(*items: str, head: str = "") -> str:
    return f'<rss version="2.0"><channel><title>Tin</title>{head}{"".join(items)}</channel></rss>'


def test_an_item_has_all_that_the_feed_tells() -> None:
    read = reading("rss20.xml")
    item = read.items[0]
    assert read.title == "Sở Nông nghiệp - Tin hoạt động"
    assert read.next_page == "https://sonongnghiep.songlam.gov.vn/rss?trang=2"
    assert item.title == "Ra quân nạo vét kênh mương vụ Đông Xuân & trồng cây ven đê"
    assert (
        item.url
        == "https://sonongnghiep.songlam.gov.vn/tin-hoat-dong/ra-quan-nao-vet-kenh-muong-20815.html?utm_source=rss"
    )
    assert item.guid == "sn-20815"
    assert item.published_at == datetime(2026, 11, 3, 0, 30, tzinfo=UTC)
    assert (
        item.summary == "Sáng 3/11, hơn 400 đoàn viên đã ra quân nạo vét 12 km kênh.\n\nMực nước đã về đúng thiết kế."
    )
    assert item.body == "Sáng 3/11, hơn 400 đoàn viên đã ra quân.\n\nĐến trưa, 12 km kênh đã thông."
    assert item.author == "Hoàng Thị Mận"
    assert item.image_url == "https://sonongnghiep.songlam.gov.vn/anh/kenh.jpg"
    assert item.attachments == (
        Attachment(title="ke-hoach-88.pdf", url="https://sonongnghiep.songlam.gov.vn/vb/ke-hoach-88.pdf"),
    )
    assert item.doubt == ""


def test_what_an_item_lacks_is_absent_and_it_survives() -> None:
    _, second, third = reading("rss20.xml").items
    assert second.url == "https://sonongnghiep.songlam.gov.vn/lich/tiep-cong-dan-thang-11"
    assert second.published_at == datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
    assert (second.summary, second.guid, second.image_url) == (None, None, "https://cdn.songlam.gov.vn/lich.png")
    assert (third.url, third.published_at, third.guid) == (None, None, None)
    assert third.keys


@pytest.mark.parametrize(
    ("name", "titles", "links"),
    [
        (
            "rss091.xml",
            ["Tiêm phòng dại cho chó mèo", "Thu gom rác theo giờ mới"],
            ["http://phuong.songlam.gov.vn/tin/1", "http://phuong.songlam.gov.vn/tin/2"],
        ),
        ("rss10.rdf", ["Sách mới: Nghề gốm ven sông"], ["https://thuvien.songlam.vn/sach/77"]),
        (
            "atom10.xml",
            ["Trưng bày trống đồng mới", "Đóng cửa bảo dưỡng"],
            ["https://baotang.songlam.vn/tin/trung-bay-trong-dong", "https://baotang.songlam.vn/thong-bao/5"],
        ),
        ("atom03.xml", ["Mưa lớn đầu nguồn"], ["http://tram.songlam.vn/9"]),
    ],
)
def test_every_dialect_is_read(name: str, titles: list[str], links: list[str]) -> None:
    items = reading(name).items
    assert [item.title for item in items] == titles
    assert [item.url for item in items] == links


def test_atom_dates_are_those_of_publication_and_a_day_stays_a_day() -> None:
    first, second = reading("atom10.xml").items
    assert first.published_at == datetime(2026, 10, 30, 14, tzinfo=UTC)
    assert (second.published_at, second.date_only) == (datetime(2026, 10, 28, tzinfo=UTC) - ZONE, True)
    assert second.summary == "Bảo tàng nghỉ hai ngày."


def test_json_feed_is_read() -> None:
    read = read_json_feed((FEEDS / "feed11.json").read_text(), "", SOURCE, NOW)
    first, second = read.items
    assert (read.title, read.next_page) == ("Trường bán trú", "https://truong.songlam.edu.vn/feed.json?trang=2")
    assert (first.title, first.summary, first.author) == ("Khai giảng lớp xóa mù chữ", "Lớp có 27 học viên.", "Cô Nụ")
    assert (first.url, first.image_url) == (
        "https://truong.songlam.edu.vn/tin/801",
        "https://truong.songlam.edu.vn/anh/lop.jpg",
    )
    assert first.attachments[0].title == "Danh sách"
    assert (second.guid, second.title, second.summary) == ("802", "", "Nghỉ học ngày bão.")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"items": [', TroubleKind.BROKEN),
        ('{"a": 1}', TroubleKind.NOT_A_FEED),
        ('{"items":' + "[" * 100_000, TroubleKind.BROKEN),
    ],
)
def test_json_that_is_no_feed_is_trouble(text: str, kind: TroubleKind) -> None:
    trouble = read_json_feed(text, "", SOURCE, NOW).trouble
    assert trouble is not None
    assert trouble.kind is kind


def test_spoilt_titles_are_mended() -> None:
    assert [item.title for item in reading("spoilt-titles.xml").items] == [
        "Ngày hội văn hóa",
        "Chủ tịch xã đi kiểm tra đê",
        "Quý IV: 3 < 5 dự án",
        "HỘI THAO NGÀNH",
    ]


def test_odd_links_are_mended_or_the_item_is_doubted() -> None:
    items = reading("odd-links.xml", "https://huyen.songlam.gov.vn/rss").items
    assert [(item.url, item.doubt) for item in items] == [
        ("http://huyen.songlam.gov.vn/tin/1", ""),
        ("https://huyen.songlam.gov.vn/tin/2", ""),
        ("https://huyen.songlam.gov.vn/tin/3", ""),
        (None, "broken_link"),
        ("https://nha-cai-88.example/tin", ""),
    ]


def test_a_month_in_the_minute_field_costs_the_minute_and_not_the_hour() -> None:
    read = reading("nukeviet45.xml")
    assert [item.published_at for item in read.items] == [
        datetime(2026, 11, 6, 2, tzinfo=UTC),
        datetime(2026, 10, 31, 8, tzinfo=UTC),
    ]
    assert any("NukeViet" in line for line in read.explained)


def dated(*instants: datetime) -> tuple[Item, ...]:
    return tuple(Item(source_id="a", keys=("guid:1",), title="Tin", published_at=at) for at in instants)


def test_minutes_that_only_happen_to_be_the_month_are_left_alone() -> None:
    one_in_two = dated(datetime(2026, 11, 6, 2, 11, tzinfo=UTC), datetime(2026, 11, 6, 3, 12, tzinfo=UTC))
    assert hour_where_minutes_are_months(one_in_two, "NukeViet v4.0") == one_in_two
    by_schedule = dated(*(datetime(2026, 11, day, 2, 11, tzinfo=UTC) for day in range(1, 20)))
    assert hour_where_minutes_are_months(by_schedule, "WordPress") == by_schedule
    two_months = by_schedule + dated(datetime(2026, 10, 3, 2, 10, tzinfo=UTC))
    assert hour_where_minutes_are_months(two_months, "") != two_months


def test_dates_that_are_all_midnight_are_days() -> None:
    midnights = dated(*(datetime(2026, 11, day, tzinfo=UTC) - ZONE for day in (1, 2, 3)))
    assert all(item.date_only for item in day_where_all_are_midnight(midnights, SOURCE.timezone))
    mixed = midnights + dated(datetime(2026, 11, 4, 5, tzinfo=UTC))
    assert day_where_all_are_midnight(mixed, SOURCE.timezone) == mixed


def test_a_well_formed_feed_without_items_is_a_good_reading() -> None:
    read = read_feed(feed_of(), "", SOURCE, NOW)
    assert (read.kind, read.items, read.trouble) == ("feed", (), None)


def test_a_naked_ampersand_spoils_no_item() -> None:
    text = feed_of(
        "<item><title>Họp bàn A & B</title><link>https://x.vn/a?b=1&c=2</link></item>",
        "<item><title>Sau đó</title><link>https://x.vn/b</link></item>",
    )
    items = read_feed(text, "", SOURCE, NOW).items
    assert [(item.title, item.url) for item in items] == [
        ("Họp bàn A & B", "https://x.vn/a?b=1&c=2"),
        ("Sau đó", "https://x.vn/b"),
    ]


def test_the_half_item_of_a_feed_cut_short_is_not_believed() -> None:
    whole = feed_of("<item><title>Một tin trọn vẹn</title></item>", "<item><title>Một tin bị cắt</title></item>")
    read = read_feed(whole[: whole.index(" bị cắt")], "", SOURCE, NOW)
    assert [item.title for item in read.items] == ["Một tin trọn vẹn"]


@pytest.mark.parametrize(
    "before",
    ["\ufeff", "\n\n  ", "<br /><b>Warning</b>: include() failed in /srv/a.php on line 3<br />\n", "<!-- cache 12 -->"],
)
def test_what_stands_before_the_feed_is_passed_over(before: str) -> None:
    text = before + '<?xml version="1.0" encoding="utf-8"?>' + feed_of("<item><title>Tin</title></item>")
    assert [item.title for item in read_feed(text, "", SOURCE, NOW).items] == ["Tin"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<html><body>Tin</body></html>", TroubleKind.NOT_A_FEED),
        ("<urlset><url/></urlset>", TroubleKind.NOT_A_FEED),
        ("<rss><channel><tit", TroubleKind.BROKEN),
        ("<rss><item<textinput></name>", TroubleKind.BROKEN),
    ],
)
def test_what_is_no_feed_is_trouble_in_one_line(text: str, kind: TroubleKind) -> None:
    trouble = read_feed(text, "", SOURCE, NOW).trouble
    assert trouble is not None
    assert trouble.kind is kind
    assert "\n" not in trouble.why


LAUGHS = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + feed_of("<item><title>&b;</title></item>")
SECRET = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + feed_of("<item><title>&a;</title></item>")


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        SECRET,
        feed_of("<a>" * 200_000),
        feed_of("<a " * 500_000),
        feed_of("<" * 1_000_000),
        feed_of("&" * 1_000_000),
        feed_of("<item " + 'a="1" ' * 100_000 + ">"),
    ],
    ids=["laughs", "file", "deep", "unclosed", "brackets", "ampersands", "attributes"],
)
def test_a_hostile_feed_is_refused_before_it_is_parsed(text: str) -> None:
    trouble = read_feed(text, "", SOURCE, NOW).trouble
    assert trouble is not None
    assert trouble.kind is TroubleKind.HOSTILE


def test_the_entities_of_an_old_doctype_are_letters() -> None:
    text = '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>' + feed_of("<item><title>Hai&nbsp;từ</title></item>")
    assert read_feed(text, "", SOURCE, NOW).items[0].title == "Hai từ"


def test_titles_of_an_old_font_are_converted_and_lost_letters_are_doubted() -> None:
    text = feed_of(
        "<item><title>Héi nghÞ tæng kÕt c«ng t¸c</title></item>", "<item><title>H?i ngh? t?ng k?t</title></item>"
    )
    first, second = read_feed(text, "", SOURCE, NOW).items
    assert (first.title, first.doubt) == ("Hội nghị tổng kết công tác", "")
    assert second.doubt == "mojibake"


def test_two_entries_that_share_a_guid_are_told_apart_by_their_links() -> None:
    text = feed_of(
        *(f"<item><title>Tin {n}</title><link>https://x.vn/{n}</link><guid>rss</guid></item>" for n in "123")
    )
    keys = [set(item.keys) for item in read_feed(text, "", SOURCE, NOW).items]
    assert not keys[0] & keys[1]


def test_our_fixtures_hold_what_a_plain_parser_sees_too() -> None:
    for path in sorted(Path(FEEDS).glob("*.xml")):
        entries = feedparser.parse(io.BytesIO(path.read_bytes())).entries
        assert len(read_feed(path.read_text(), "", SOURCE, NOW).items) == len(entries)


PIECES = (
    "<item> </item> <title> </title> <link> </link> <![CDATA[ ]]> & &amp; &#0; Đê <rss> </rss> <entry> <!-- --> "
    "http: 02/11/2026 <a&#32;href=' > é» \x00 \ufffd"
)
WORDS = st.sampled_from([*PIECES.split(" "), " ", '"'])


@settings(deadline=None, max_examples=60)
@given(st.lists(WORDS, max_size=40).map("".join))
def test_no_text_whatever_makes_the_reader_raise(text: str) -> None:
    read = read_feed("<rss><channel>" + text, "https://x.vn/rss", SOURCE, NOW)
    assert read.trouble is not None or all(item.keys for item in read.items)
