"""Addresses as portals write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.address import canonical, host_of, openable, quoted, repair, same_site, site_of

BASE = "https://huyen.songlam.gov.vn/vi/tin/"


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("http:huyen.songlam.gov.vn/a", "http://huyen.songlam.gov.vn/a"),
        ("https:huyen.songlam.gov.vn/a", "https://huyen.songlam.gov.vn/a"),
        ("http:/huyen.songlam.gov.vn/a", "http://huyen.songlam.gov.vn/a"),
        ("http:/tin/a.html", "https://huyen.songlam.gov.vn/tin/a.html"),
        ("http//huyen.songlam.gov.vn/a", "http://huyen.songlam.gov.vn/a"),
        ("https:\\\\huyen.songlam.gov.vn\\a", "https://huyen.songlam.gov.vn/a"),
        ("https://x.vnhttps://x.vn/a?b=https://y.vn", "https://x.vn/a?b=https://y.vn"),
        ("https://x.vn/https://x.vn/a", "https://x.vn/a"),
        ("https://luutru.org/web/2019/http://x.vn/a", "https://luutru.org/web/2019/http://x.vn/a"),
        ("//x.vn/a", "https://x.vn/a"),
        ("/a", "https://huyen.songlam.gov.vn/a"),
        ("a b.html", "https://huyen.songlam.gov.vn/vi/tin/a%20b.html"),
        ("?id=3", "https://huyen.songlam.gov.vn/vi/tin/?id=3"),
        ("www.x.vn/a", "https://www.x.vn/a"),
        (" https://X.vn/A?b=1&amp;c=2\n", "https://x.vn/A?b=1&c=2"),
        ("https://ai-do@x.vn/a", "https://x.vn/a"),
    ],
)
def test_a_link_is_mended_where_its_meaning_is_plain(raw: str, meant: str) -> None:
    assert repair(raw, BASE) == meant


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "#",
        "#a",
        "javascript:void(0)",
        "mailto:a@x.vn",
        "tag:x.vn,2020:1",
        "ftp://x.vn/a",
        "https://",
        "http://a:99999/",
    ],
)
def test_what_leads_nowhere_is_no_address(raw: str) -> None:
    assert repair(raw, BASE) is None


def test_a_relative_link_without_a_base_is_no_address() -> None:
    assert repair("/tin/3") is None


@given(st.text(max_size=80), st.sampled_from(["", BASE, "http://[::1]/"]))
def test_whatever_is_written_gives_an_address_that_mends_to_itself(raw: str, base: str) -> None:
    url = repair(raw, base)
    assert url is None or repair(url) == url
    if url is not None:
        canonical(url), openable(url), quoted(url).encode("ascii")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.x.vn/tin/a", "https://x.vn/tin/a/"),
        ("https://x.vn/tin/a?b=1&c=2", "https://x.vn/tin/a?c=2&b=1"),
        ("https://x.vn/a;jsessionid=0000A1?id=3", "https://x.vn/a?id=3"),
        ("https://x.vn/a?id=3&utm_source=zalo&fbclid=x", "https://x.vn/a?id=3"),
        ("https://x.vn/wps/portal/tin/!ut/p/z1/04_Sj9/dz/d5/L2d/", "https://x.vn/wps/portal/tin/!ut/p/z0/fY4x/"),
        ("https://x.vn/Tin/A.aspx?t=1793610300", "https://x.vn/tin/a.aspx"),
        ("https://x.vn/(S(a1b2))/tin.aspx?id=3", "https://x.vn/tin.aspx?id=3"),
        ("https://x.vn/a#xtor=RSS-1", "https://x.vn/a"),
        ("https://x.vn/tin/", "https://m.x.vn/tin/index.html"),
        ("https://x.vn:443/a", "http://x.vn:80/a"),
    ],
)
def test_two_spellings_of_one_page_are_equal(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.vn/tin?id=3", "https://x.vn/tin?id=4"),
        ("https://x.vn/index.php?sid=31", "https://x.vn/index.php?sid=32"),
        ("https://x.vn/ban-tin#bai-1", "https://x.vn/ban-tin#bai-2"),
        ("https://a.x.vn/tin", "https://b.x.vn/tin"),
        ("https://x.vn:8080/a", "https://x.vn/a"),
        ("https://x.vn/?mod=tin&id=3", "https://x.vn/?mod=anh&id=3"),
    ],
)
def test_two_pages_stay_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_what_is_pushed_opens_without_the_bots_session() -> None:
    url = "https://x.vn/wps/portal/;jsessionid=0000A1?id=3&PHPSESSID=77aa&utm_source=rss"
    assert openable(url) == "https://x.vn/wps/portal/?id=3&utm_source=rss"


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("so.songlam.gov.vn", "songlam.gov.vn"),
        ("songlam.gov.vn", "songlam.gov.vn"),
        ("tin.bao.vn", "bao.vn"),
        ("a.b.example.com", "example.com"),
        ("news.example.co.uk", "example.co.uk"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
    ],
)
def test_the_site_is_who_answers_for_a_host(host: str, site: str) -> None:
    assert site_of(host) == site


def test_two_departments_of_one_province_are_one_site_and_two_provinces_are_not() -> None:
    assert same_site("https://a.songlam.gov.vn/1", "http://www.b.songlam.gov.vn:8080/2")
    assert not same_site("https://songlam.gov.vn/1", "https://songma.gov.vn/1")
    assert host_of("https://www.songlam.gov.vn:8080/") == "songlam.gov.vn"
