"""How many pages a pager still names."""

import pytest

from bot.sources.pager_length import pages_left

HOST = "https://portal.example"


@pytest.mark.parametrize(
    ("next_page", "links", "left"),
    [
        (None, ["/tin?page=2"], 0),
        ("/tin?page=2", ["/tin?page=2", "/tin?page=3", "/tin?page=57", "/bai/1.html"], 56),
        ("/tin?page=4", ["/tin?page=1", "/tin?page=2", "/tin?page=3", "/tin?page=5"], 2),
        ("/tin/trang-2.html", ["/tin/trang-3.html", "/tin/trang-9.html", "/tin/bai-300.html"], 8),
        ("/tin?start=20&x=7", ["/tin?start=40&x=7", "/tin?start=200&x=7"], 10),
        ("/tin?page=2", ["/bai/1.html", "/bai/2.html"], None),
        ("/wps/portal/!ut/p/z1/abc", ["/wps/portal/!ut/p/z1/def"], None),
    ],
)
def test_the_pages_that_links_name(next_page: str | None, links: list[str], left: int | None) -> None:
    assert pages_left(next_page and HOST + next_page, [HOST + link for link in links]) == left
