"""Where a listing goes on."""

import pytest

from bot.model import Selectors
from tests.rooms.sources.pages import a_list, a_row, listed

ROWS = tuple(a_row(number, date=f"({number:02}/03/2019)") for number in (14, 12, 9))
FIRST, LAST = '<a href="?p=1">&lt;&lt;</a>', '<a href="?p=9">&gt;&gt;</a>'
HERE = "https://so.example.gov.vn/tin-tuc"


def following(pager: str, url: str = HERE) -> str | None:
    return listed(a_list(*ROWS, after=pager), url).next_page


@pytest.mark.parametrize(
    ("pager", "expected"),
    [
        ('<div>1 <a href="?trang=2">2</a> <a href="?trang=3">3</a></div>', "?trang=2"),
        (f'<div class="paging">{FIRST} <a href="?p=2">2</a> <a href="?p=2">&gt;</a> {LAST}</div>', "?p=2"),
        (
            f'<a title="Link to page 2" href="?p=2">2</a> <a title="Link to next page" href="?p=2">&gt;</a>{LAST}',
            "?p=2",
        ),
        ('<div class="pagination"><a href="?p=2">»</a></div>', "?p=2"),
        ('<p><a href="?start=10">Trang sau</a></p>', "?start=10"),
        ('<p><a href="?offset=20">Tiếp theo »</a></p>', "?offset=20"),
        ('<ul class="pager"><li class="next"><a href="?cur=2"><i></i></a></li></ul>', "?cur=2"),
        ('<a rel="next" href="/tin-tuc/trang-2">»</a>', "/trang-2"),
        ('<div class="phan-trang"><a class="active" href="#">1</a><a href="?page=1">2</a></div>', "?page=1"),
        ('<p>Trang 1/12 <a href="?p=2">&gt;</a></p>', "?p=2"),
        ('<a href="/tin-tuc?page=1"><img src="next.gif" alt="Trang tiếp"></a>', "?page=1"),
    ],
)
def test_a_pager_leads_on(pager: str, expected: str) -> None:
    assert following(pager) == HERE + expected


def test_the_page_itself_tells_which_number_it_is() -> None:
    pager = '<div class="paging">' + "".join(f'<a href="?page={n}">{n}</a> ' for n in range(1, 6)) + "</div>"
    assert following(pager, HERE + "?page=3") == HERE + "?page=4"


def test_the_number_that_is_no_link_is_the_present_page() -> None:
    pager = '<div><a href="?p=1">1</a> <a href="?p=2">2</a> <b>3</b> <a href="?p=4">4</a></div>'
    assert following(pager, HERE + "?x=1") == HERE + "?p=4"


def test_the_last_page_has_no_next() -> None:
    assert following('<div class="paging"><a href="?p=1">1</a> <a href="?p=2">2</a> <b>3</b></div>') is None


def test_a_head_that_names_the_next_page_is_believed() -> None:
    html = a_list(*ROWS).replace("<html>", f'<html><head><link rel="next" href="{HERE}?p=2"></head>')
    assert listed(html, HERE).next_page == HERE + "?p=2"


def test_a_pager_that_leads_to_another_site_is_not_followed() -> None:
    assert following('<a rel="next" href="https://elsewhere.example.com/?p=2">Trang sau</a>') is None


def test_numbered_paragraphs_and_plain_digits_are_no_pager() -> None:
    assert following("<p>1. Một việc. 2. Hai việc.</p><div>&lt;&lt; &lt; 1 2 3 ... &gt; &gt;&gt;</div>") is None


def test_a_pager_by_post_back_says_that_nobody_can_follow_it() -> None:
    links = [f"<a href=\"javascript:__doPostBack('g','{to}')\">{to}</a>" for to in ("2", "Trang sau")]
    pager = f"<div>1 {' '.join(links)}</div>"
    reading = listed(a_list(*ROWS, after=pager), HERE)
    assert reading.next_page is None
    assert "pager: the pager works by __doPostBack: its pages have no addresses, so only the first one can be read" in (
        reading.explained
    )


def test_an_invitation_to_read_an_item_is_no_pager() -> None:
    row = a_row(1, date="14/03/2019", summary='<a href="/bai/1">Xem tiếp</a>')
    assert listed(a_list(row, *ROWS), HERE).next_page is None


def test_links_from_article_to_article_are_no_pager() -> None:
    assert following('<nav class="post-navigation post-nav"><a href="/bai/3">Tiếp theo</a></nav>') is None


def test_the_operators_selector_names_the_next_page() -> None:
    html = a_list(*ROWS, after='<a class="toi" href="?trang=2">Mở rộng</a> <a rel="next" href="?trang=9">Trang sau</a>')
    assert listed(html, HERE, selectors=Selectors(item=".tin", next="a.toi")).next_page == HERE + "?trang=2"
    wrong = listed(html, HERE, selectors=Selectors(item=".tin", next="a["))
    assert (wrong.next_page, len(wrong.items)) == (None, 3)
    assert "pager: 'a[' is no CSS selector that can be read - correct it in config.toml" in wrong.explained
