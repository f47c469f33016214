"""robots.txt as RFC 9309 reads it: the group that names us, the longest line, Allow on a tie."""

from datetime import timedelta

import pytest

from bot.core.robots import Robots, read_robots

HOST = "https://portal.example"


def refused(text: str, *paths: str) -> list[str]:
    robots = read_robots(text)
    return [path for path in paths if robots.refusing(HOST + path)]


def test_nothing_is_forbidden_where_nothing_is_said() -> None:
    for text in ("", "# chỉ có ghi chú", "<html><body><h1>404</h1></body></html>", "User-agent: *\nDisallow:"):
        assert refused(text, "/", "/rss") == []


def test_a_line_forbids_what_begins_so() -> None:
    assert refused("User-agent: *\nDisallow: /wps/", "/rss", "/wps/portal", "/wps") == ["/wps/portal"]


def test_the_longest_line_decides_and_allow_wins_a_tie() -> None:
    text = "User-agent: *\nDisallow: /tin\nAllow: /tin-tuc/\nDisallow: /tin-tuc/noi-bo"
    assert refused(text, "/tin", "/tin-tuc/1.html", "/tin-tuc/noi-bo/2.html") == ["/tin", "/tin-tuc/noi-bo/2.html"]
    assert refused("User-agent: *\nDisallow: /rss\nAllow: /rss", "/rss") == []


def test_the_group_that_names_us_stands_alone() -> None:
    text = (
        "User-agent: *\nDisallow: /\n\nUser-agent: LOA/1.0 (news)\nDisallow: /wps/\n\nUser-agent: loa\nDisallow: /cu/"
    )
    assert refused(text, "/rss", "/wps/1", "/cu/1") == ["/wps/1", "/cu/1"]


def test_one_group_may_name_several_agents() -> None:
    assert refused("User-agent: BadBot\nUser-agent: Loa\nDisallow: /", "/rss") == ["/rss"]
    assert refused("User-agent: BadBot\nDisallow: /\nUser-agent: Other\nDisallow: /", "/rss") == []


@pytest.mark.parametrize(
    ("pattern", "path", "is_refused"),
    [
        ("/*?page=", "/tin?page=2", True),
        ("/*?page=", "/tin?trang=2", False),
        ("/*.pdf$", "/van-ban/1.pdf", True),
        ("/*.pdf$", "/van-ban/1.pdf.html", False),
        ("/tin$", "/tin", True),
        ("/tin$", "/tin/1", False),
        ("/a*b*c$", "/a-b-b-c", True),
        ("/a*bc$", "/abc", True),
        ("/ab*b$", "/ab", False),
        ("/tin%2dtuc", "/tin-tuc/1", True),
        ("/tin-tức", "/tin-t%E1%BB%A9c/1", True),
        ("/%7Ehoa", "/~hoa/", True),
        ("*/rss", "/tin/rss", True),
    ],
)
def test_wildcards_ends_and_escapes(pattern: str, path: str, is_refused: bool) -> None:
    assert bool(refused(f"User-agent: *\nDisallow: {pattern}", path)) is is_refused


def test_odd_writing_is_read() -> None:
    text = "\ufeffUSER-AGENT : *   # mọi máy\r\nDisallow : /rss#x\r\nSitemap: https://portal.example/map.xml\r\n"
    assert refused(text, "/rss", "/tin") == ["/rss"]


def test_crawl_delay_is_taken_within_reason() -> None:
    assert read_robots("User-agent: *\nCrawl-delay: 2.5").delay == timedelta(seconds=2.5)
    assert read_robots("User-agent: *\nCrawl-delay: 86400\nDisallow: /x").delay == timedelta(seconds=30)
    assert read_robots("User-agent: *\nCrawl-delay: soon").delay == timedelta()


def test_a_hostile_file_is_read_in_no_time() -> None:
    text = "User-agent: *\n" + f"Disallow: /{'*a' * 2_000}$\n" * 200
    assert read_robots(text).refusing(f"{HOST}/{'a' * 5_000}b") == ""


def test_a_file_is_refused_by_nobody_else_s_rules() -> None:
    assert Robots().refusing(HOST) == ""
