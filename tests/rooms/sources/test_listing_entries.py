"""What one block of a list says: title, date, summary, picture; and what is none of them."""

from datetime import datetime

import pytest

from bot.model import Item
from tests.rooms.sources.pages import a_list, a_row, listed

ROWS = (a_row(1, date="(14/03/2019 04:05 PM)"), a_row(2, date="(12/03/2019 04:05 PM)"))


def first(row: str) -> Item:
    return listed(a_list(row, *ROWS)).items[0]


def test_a_date_inside_the_summary_is_no_publication_date() -> None:
    item = first(a_row(9, date="", summary="Sáng ngày 12/3/2019 tại hội trường lớn đã diễn ra lễ trao giải cấp tỉnh."))
    assert item.published_at is None


def test_the_event_does_not_take_the_place_of_the_publication() -> None:
    summary = "Sáng ngày 12/3/2019 tại hội trường lớn đã diễn ra lễ trao giải cấp tỉnh."
    item = first(a_row(9, date="(14/03/2019 04:05 PM)", summary=summary))
    assert item.published_at == datetime.fromisoformat("2019-03-14T16:05:00+07:00")


def test_a_span_of_years_in_brackets_stays_in_the_title() -> None:
    title = "Kỷ niệm 70 năm phong trào thi đua ái quốc (11/6/1948 - 11/6/2018)"
    item = first(a_row(9, title=title, date="20/06/2018 | 4:12 PM"))
    assert item.title == title
    assert item.published_at == datetime.fromisoformat("2018-06-20T16:12:00+07:00")


def test_the_date_in_brackets_behind_a_title_leaves_it() -> None:
    item = first(a_row(9, title="Hội thi tuyên truyền viên giỏi cấp tỉnh năm 2019 (14/03/2019 04:05 PM)"))
    assert item.title == "Hội thi tuyên truyền viên giỏi cấp tỉnh năm 2019"
    assert item.published_at == datetime.fromisoformat("2019-03-14T16:05:00+07:00")


def test_counters_and_labels_are_no_summary() -> None:
    item = first(a_row(9, date="Ngày đăng: 14/03/2019", summary="Lượt xem: 1.024"))
    assert (item.summary, item.date_only) == (None, True)


def test_the_day_of_publication_wins_over_a_deadline() -> None:
    row = (
        '<div class="tin"><a href="/bai/9">Mời chào giá gói thầu mua sắm bàn ghế phòng họp</a>'
        " <span>Hạn nộp: 30/03/2019</span> <span>Ngày đăng: 14/03/2019</span></div>"
    )
    assert first(row).published_at == datetime.fromisoformat("2019-03-14T00:00:00+07:00")


@pytest.mark.parametrize(
    "said",
    [
        "3 giờ trước",
        "06:00 25/11/2026",
        "25-11-2026 | 06:00",
        "Thứ Tư, 25/11/2026, 06:00 (GMT+7)",
        "25/11/2026 6:00 SA",
    ],
)
def test_a_date_is_read_in_each_of_its_forms(said: str) -> None:
    assert first(a_row(9, date=said)).published_at == datetime.fromisoformat("2026-11-25T06:00:00+07:00")


def test_a_lazy_picture_is_found_and_an_icon_is_none() -> None:
    row = (
        '<div class="tin"><img src="/icons/new.gif"><img data-src="/anh/9.jpg" src="data:image/gif;base64,R0">'
        '<a href="/bai/9">Ra quân làm sạch bờ biển trước mùa du lịch</a> <span>14/03/2019</span></div>'
    )
    assert first(row).image_url == "https://khentuong.example.gov.vn/anh/9.jpg"


def test_picture_title_and_invitation_to_one_article_are_one_item() -> None:
    row = (
        '<div class="tin"><a href="/bai/9"><img src="/anh/9.jpg"></a><a href="/bai/9">Ra quân làm sạch bờ biển</a>'
        ' <span>14/03/2019</span><a href="/bai/9">Xem tiếp</a></div>'
    )
    reading = listed(a_list(row, *ROWS))
    assert [item.title for item in reading.items][:1] == ["Ra quân làm sạch bờ biển"]
    assert len(reading.items) == 3


def test_marks_entities_and_odd_blanks_are_cleaned() -> None:
    item = first(
        a_row(9, title="Ho\u0323\u0302i nghị&nbsp;&nbsp;sơ kết\u200b công tác &amp;amp; thi đua", date="14/03/2019")
    )
    assert item.title == "Hội nghị sơ kết công tác & thi đua"


def test_a_link_without_scheme_slashes_is_repaired() -> None:
    row = a_row(9, date="14/03/2019").replace("/bai/9", "http:khentuong.example.gov.vn/bai/9")
    assert first(row).url == "http://khentuong.example.gov.vn/bai/9"


def test_the_day_in_an_address_counts_where_the_list_shows_none() -> None:
    row = '<div class="tin"><a href="/pages/2019-03-14/lam-sach-bo-bien-77.aspx">Ra quân làm sạch bờ biển</a></div>'
    item = first(row)
    assert (item.published_at, item.date_only) == (datetime.fromisoformat("2019-03-14T00:00:00+07:00"), True)


def test_a_session_in_a_link_is_not_pushed() -> None:
    row = a_row(9, date="14/03/2019").replace("/bai/9", "/bai;jsessionid=0000A1?id=9")
    assert first(row).url == "https://khentuong.example.gov.vn/bai?id=9"


def test_an_item_without_a_date_survives_between_dated_ones() -> None:
    assert [item.published_at is None for item in listed(a_list(a_row(9), *ROWS)).items] == [True, False, False]


def test_a_link_that_nobody_can_repair_keeps_its_item_in_doubt() -> None:
    item = first(a_row(9, date="14/03/2019").replace("/bai/9", "http://[khentuong/bai/9"))
    assert (item.url, item.doubt) == (None, "broken_link")
    assert item.title == "Thông báo số 9 về lịch tiếp công dân định kỳ"


def test_a_doubled_address_is_mended() -> None:
    doubled = "https://khentuong.example.gov.vnhttps://so.example.gov.vn/9"
    item = first(a_row(9, date="14/03/2019").replace("/bai/9", doubled))
    assert (item.url, item.doubt) == ("https://so.example.gov.vn/9", "")
