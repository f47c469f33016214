"""A whole page: selectors, profiles, articles in the place of lists, and every kind of page that is none."""

from datetime import datetime

import pytest

from bot.model import Selectors, TroubleKind
from bot.sources.page import announced_feed
from tests.rooms.sources.pages import NOW, PAGES, PORTAL, a_list, a_row, listed, page, truth

STATES = {
    "challenge_aes": TroubleKind.CHALLENGE,
    "challenge_cookie": TroubleKind.CHALLENGE,
    "challenge_worded": TroubleKind.CHALLENGE,
    "empty_portlet": TroubleKind.EMPTY,
    "empty_said": TroubleKind.EMPTY,
    "empty_scripted": TroubleKind.EMPTY,
    "empty_websphere": TroubleKind.EMPTY,
    "empty_with_about": TroubleKind.EMPTY,
    "error_asp_runtime": TroubleKind.ERROR_PAGE,
    "error_iis": TroubleKind.ERROR_PAGE,
    "error_liferay_status": TroubleKind.ERROR_PAGE,
    "error_maintenance": TroubleKind.ERROR_PAGE,
    "error_rejected": TroubleKind.ERROR_PAGE,
}


@pytest.mark.parametrize("name", sorted(STATES))
def test_a_page_that_is_none_is_trouble_and_gives_nothing(name: str) -> None:
    reading = listed(page(f"states/{name}"))
    assert reading.trouble is not None
    assert (reading.trouble.kind, reading.items, reading.next_page) == (STATES[name], (), None)


def test_every_state_is_looked_at() -> None:
    assert set(STATES) == {p.stem for p in (PAGES / "states").glob("*.html")} - {"session_1", "session_2", "session_3"}


@pytest.mark.parametrize("html", ["", "   ", "<html></html>", "<p>Xin chào", "không phải HTML", "<!-- -->", "\x00\x01"])
def test_hardly_anything_is_an_empty_page(html: str) -> None:
    reading = listed(html)
    assert reading.trouble is not None
    assert reading.trouble.kind is TroubleKind.EMPTY


def test_the_operators_selectors_are_obeyed() -> None:
    html = page("listings/newspaper_cards")
    selectors = Selectors(item=".rank li", title="a")
    assert [item.title for item in listed(html, selectors=selectors).items][:1] == [
        "Tỉnh Đông Sơn công bố đường dây nóng tiếp nhận phản ánh về giá vật tư nông nghiệp"
    ]


def test_selectors_override_what_structure_found() -> None:
    html = a_list(
        '<div class="tin"><a class="x" href="/bai/1">Chuyên mục An sinh xã hội của huyện</a><b class="t">Tên thật</b>'
        '<i class="d">14/03/2019</i><i class="d2">12/03/2019</i><p class="s">Tóm tắt thật.</p></div>',
        a_row(2),
    )
    selectors = Selectors(item=".tin", title=".t", link="a.x", date=".d2", summary=".s")
    item = listed(html, selectors=selectors).items[0]
    assert (item.title, item.url, item.summary) == (
        "Tên thật",
        "https://khentuong.example.gov.vn/bai/1",
        "Tóm tắt thật.",
    )
    assert item.published_at == datetime.fromisoformat("2019-03-12T00:00:00+07:00")


def test_a_title_selector_alone_is_enough() -> None:
    html = page("listings/liferay_view_content")
    found = listed(html, selectors=Selectors(title="a.title-link"))
    assert len(found.items) == 9
    assert all(item.published_at for item in found.items)


def test_selectors_that_find_nothing_are_trouble_not_a_guess() -> None:
    reading = listed(page("listings/drupal_views"), selectors=Selectors(item=".khong-co"))
    assert reading.trouble is not None
    assert reading.trouble.kind is TroubleKind.EMPTY


def test_a_selector_that_is_no_css_is_named() -> None:
    reading = listed(page("listings/drupal_views"), selectors=Selectors(item="div["))
    assert reading.trouble is not None
    assert reading.trouble.why == "'div[' is no CSS selector that can be read - correct it in config.toml"


def test_a_profile_is_recognised_and_may_be_named() -> None:
    html = page("listings/drupal_views")
    assert any(line.startswith("profile: drupal") for line in listed(html).explained)
    assert "profile: nukeviet (named in the configuration)" in listed(html, profile="nukeviet").explained
    assert "profile: mambo (unknown, ignored)" in listed(html, profile="mambo").explained


def test_the_page_of_one_article_is_one_item() -> None:
    expected = truth("articles/websphere")
    reading = listed(page("articles/websphere"), expected["url"])
    assert [(item.title, item.image_caption) for item in reading.items] == [(expected["title"], expected["caption"])]
    assert reading.next_page is not None
    assert reading.next_page.endswith("cur=2")


def test_an_article_that_stands_at_the_lists_own_address_is_known_by_title_and_date_alone() -> None:
    html = page("articles/bare_table")
    item = listed(html).items[0]
    assert [key.partition(":")[0] for key in item.keys] == ["same"]
    assert not set(item.keys) & set(listed(html.replace("khoá 9", "khoá 10")).items[0].keys)


def test_a_list_of_whole_texts_is_a_list() -> None:
    text = "Đoàn công tác đã kiểm tra thực địa, làm việc với chính quyền xã và ghi nhận kiến nghị của người dân. " * 12
    posts = "".join(
        f'<article><h2><a href="/bai/{n}">Nhật ký công tác tại xã vùng cao ngày thứ {n}</a></h2>'
        f"<time>1{n}/03/2019</time><p>{text}</p></article>"
        for n in range(1, 4)
    )
    html = f"<html><head><title>Nhật ký công tác</title></head><body><main>{posts}</main></body></html>"
    assert len(listed(html).items) == 3


def test_an_article_with_a_dated_list_beside_it_is_an_article() -> None:
    expected = truth("articles/liferay")
    assert [item.title for item in listed(page("articles/liferay"), expected["url"]).items] == [expected["title"]]


def test_absurd_markup_is_refused() -> None:
    reading = listed("<div>" * 200_000)
    assert reading.trouble is not None
    assert reading.trouble.kind is TroubleKind.HOSTILE


def test_the_feed_that_a_page_announces_is_found_and_one_of_comments_is_not() -> None:
    html = page("listings/drupal_views")
    assert announced_feed(html, "https://khuyennong.example.gov.vn/tin") == "https://khuyennong.example.gov.vn/rss.xml"
    comments = '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">'
    assert announced_feed(f"<html><head>{comments}</head></html>", PORTAL) is None
    assert announced_feed("<html></html>", PORTAL) is None
    assert announced_feed("<div>" * 200_000, PORTAL) is None


def test_links_start_from_the_pages_base() -> None:
    html = a_list(a_row(1, date="14/03/2019"), a_row(2, date="12/03/2019")).replace("/bai/", "bai/")
    html = html.replace("<html>", '<html><head><base href="https://khentuong.example.gov.vn/vi/"></head>')
    assert listed(html).items[0].url == "https://khentuong.example.gov.vn/vi/bai/1"


def test_a_date_counted_back_from_now_identifies_nothing() -> None:
    html = a_list(a_row(1, date="3 giờ trước"), a_row(2, date="5 giờ trước"))
    item = listed(html).items[0]
    assert item.published_at is not None
    assert (NOW - item.published_at).total_seconds() == 3 * 3600
    assert not any(key.startswith("same:") for key in item.keys)


def test_a_file_without_an_address_is_read_all_the_same() -> None:
    reading = listed(page("listings/table_two_rows"), "")
    assert (len(reading.items), reading.items[0].url, reading.next_page) == (7, None, None)
    assert any("give --base-url" in line for line in reading.explained)


def test_a_file_without_an_address_starts_from_the_one_that_it_names() -> None:
    html = a_list(a_row(1, date="14/03/2019"), a_row(2, date="12/03/2019"))
    html = html.replace("<html>", '<html><head><link rel="canonical" href="https://so.example.gov.vn/tin"></head>')
    assert [item.url for item in listed(html, "").items][:1] == ["https://so.example.gov.vn/bai/1"]


def test_the_explanation_names_the_list_in_css() -> None:
    explained = listed(page("listings/liferay_view_content"), "https://x.example.gov.vn/tin").explained
    assert "items: 9, each li.even or li.odd in ul.list-news; title and link: a.title-link" in explained
    assert "dates: 100% of the items have one, first from '20-11-2026 | 16:05'" in explained
