"""Which links of a page are its news: not menus, calendars, boxes beside it, nor links in a text."""

from zoneinfo import ZoneInfo

from tests.rooms.sources.pages import PAGES, ZONE, a_list, a_row, listed, page

ROWS = tuple(
    a_row(number, date=f"({number:02}/03/2019)", summary="Đoàn làm việc trong hai ngày.") for number in (14, 12, 9)
)
TITLES = ["Thông báo số 14 về lịch tiếp công dân định kỳ", "Thông báo số 12 về lịch tiếp công dân định kỳ"]


def titles(html: str) -> list[str]:
    return [item.title for item in listed(html).items]


def test_a_menu_of_long_names_is_no_list() -> None:
    names = ("Cơ cấu tổ chức và chức năng nhiệm vụ", "Văn bản chỉ đạo điều hành của tỉnh", "Thủ tục hành chính công")
    menu = "".join(f'<li><a href="/muc/{place}">{name}</a></li>' for place, name in enumerate(names * 3))
    assert titles(a_list(*ROWS, before=f"<ul class='menu'>{menu}</ul>"))[:2] == TITLES
    assert len(titles(a_list(*ROWS, before=f"<ul class='menu'>{menu}</ul>"))) == 3


def test_the_most_read_beside_the_list_are_left_out() -> None:
    box = "".join(
        f'<li><a href="/bai/{n}">Bài được đọc nhiều trong tháng số {n} của chuyên mục</a></li>' for n in range(50, 62)
    )
    assert len(titles(a_list(*ROWS, after=f"<div class='cot'><h3>Đọc nhiều nhất</h3><ul>{box}</ul></div>"))) == 3


def test_a_calendar_is_neither_list_nor_pager() -> None:
    weeks = "".join(
        "<tr>" + "".join(f'<td><a href="/lich/{day}">{day}</a></td>' for day in range(week, week + 7)) + "</tr>"
        for week in (1, 8, 15, 22)
    )
    reading = listed(a_list(*ROWS, before=f"<table class='lich'>{weeks}</table>"))
    assert (len(reading.items), reading.next_page) == (3, None)


def test_links_within_a_text_are_no_list() -> None:
    text = "".join(
        f'<p>Theo báo cáo của huyện trong tháng qua, <a href="/van-ban/{n}">kế hoạch số {n} về phòng thiên tai</a> '
        "đã được triển khai tới từng thôn, bản và được nhân dân đồng tình hưởng ứng.</p>"
        for n in range(8)
    )
    reading = listed(f"<html><body><h1>Báo cáo tháng</h1><div>{text}</div></body></html>")
    assert all("kế hoạch số" not in item.title for item in reading.items)


def test_a_pinned_old_item_and_unsorted_rows_keep_the_order_of_the_page() -> None:
    dates = ("(01/01/2018)", "(14/03/2019)", "(02/03/2019)", "(12/03/2019)")
    rows = [a_row(number, date=date) for number, date in enumerate(dates)]
    days = [
        item.published_at.astimezone(ZoneInfo(ZONE)).day for item in listed(a_list(*rows)).items if item.published_at
    ]
    assert days == [1, 14, 2, 12]


def test_one_dated_item_is_a_list_too() -> None:
    assert len(titles(a_list(ROWS[0]))) == 1


def test_the_same_item_listed_twice_is_read_once() -> None:
    assert len(titles(a_list(ROWS[0], *ROWS))) == 3


def test_the_identity_of_items_outlives_sessions_states_schemes_and_counters() -> None:
    readings = [listed(page(f"states/session_{number}")) for number in (1, 2, 3)]
    known: set[str] = set()
    news = []
    for reading in readings:
        news.append([item.title for item in reading.items if not known & set(item.keys)])
        known |= {key for item in reading.items for key in item.keys}
    assert [len(new) for new in news] == [3, 0, 1]
    assert news[2] == ["Thông báo lịch họp Hội đồng Thi đua tháng 11"]


def test_a_list_longer_than_any_real_one_is_cut() -> None:
    assert len(titles(a_list(*(a_row(number, date="14/03/2019") for number in range(1_200))))) == 1_000


def test_every_layout_says_how_it_was_read() -> None:
    for path in (PAGES / "listings").glob("*.html"):
        explained = listed(path.read_text("utf-8")).explained
        assert any(line.startswith(("candidate:", "layout")) for line in explained)
        assert any(line.startswith("pager:") for line in explained)
