"""The door to the web: polite, bounded, and careful where it goes."""

import asyncio
import gzip
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Trouble, TroubleKind, Validators
from bot.sources.fetch import KEPT_ALIVE, Fetched, Fetcher, Tls
from bot.sources.fetch_body import Body, BodyFault, unzipped
from bot.sources.fetch_guard import refusal_of_ip, refusal_of_url
from bot.sources.fetch_trouble import retry_after_of
from bot.sources.fetch_visit import server_of
from tests.rooms.sources.loopback import CERTIFICATE, RULES, Loopback, fetching, opened

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)

ONE_HOST = (
    "http://portal.example",
    "https://portal.example",
    "https://Portal.Example:443",
    "http://portal.example.:80",
)


async def test_a_body_comes_with_its_label_and_its_validators(portal: Loopback, fetcher: Fetcher) -> None:
    url = portal.puts("/rss", "<rss/>", Content_Type="text/xml; charset=utf-8", ETag='"a1"', Last_Modified="Mon")
    answer = await fetcher.get(url)
    assert isinstance(answer, Fetched)
    assert (answer.body, answer.charset) == (b"<rss/>", "utf-8")
    assert answer.validators == Validators(etag='"a1"', last_modified="Mon")
    assert portal.asked[0].headers["User-Agent"] == "Loa/test (+mailto:x@y.vn)"


async def test_what_has_not_changed_is_not_sent_again(portal: Loopback, fetcher: Fetcher) -> None:
    url = portal.puts("/rss", "<rss/>", ETag='"a1"')
    answer = await fetcher.get(url, validators=Validators(etag='"a1"', last_modified="Mon"))
    assert isinstance(answer, Fetched)
    assert answer.not_modified
    assert portal.asked[0].headers["If-Modified-Since"] == "Mon"


async def test_a_connection_waits_for_the_next_page_and_not_where_nothing_has_changed(
    portal: Loopback, fetcher: Fetcher
) -> None:
    url = portal.puts("/rss", "<rss/>", ETag='"a1"')
    await fetcher.get(url)
    await fetcher.get(url)
    first, second = portal.asked
    assert first.transport is second.transport is not None
    await fetcher.get(url, validators=Validators(etag='"a1"'))
    async with asyncio.timeout(KEPT_ALIVE / 2):
        while portal.asked[2].transport is not None:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(b"<rss/>" * 100),
        gzip.compress(b"<rss/>" * 50) + gzip.compress(b"<rss/>" * 50),
    ],
    ids=["gzip", "gzip of two members"],
)
async def test_a_gzip_body_is_unpacked(portal: Loopback, fetcher: Fetcher, packed: bytes) -> None:
    answer = await fetcher.get(portal.puts("/rss", packed, Content_Encoding="gzip"))
    assert isinstance(answer, Fetched)
    assert answer.body == b"<rss/>" * 100


@pytest.mark.parametrize("window", [15, -15], ids=["zlib", "raw"])
async def test_a_deflate_body_is_unpacked_in_both_its_forms(portal: Loopback, fetcher: Fetcher, window: int) -> None:
    packer = zlib.compressobj(wbits=window)
    packed = packer.compress(b"<rss/>") + packer.flush()
    answer = await fetcher.get(portal.puts("/rss", packed, Content_Encoding="deflate"))
    assert isinstance(answer, Fetched)
    assert answer.body == b"<rss/>"


async def test_redirects_are_followed_and_a_move_for_good_is_told(portal: Loopback, fetcher: Fetcher) -> None:
    portal.puts("/a", status=301, Location="/b")
    portal.puts("/b", status=308, Location="/c")
    portal.puts("/c", "<rss/>")
    answer = await fetcher.get(portal.url + "/a")
    assert isinstance(answer, Fetched)
    assert answer.url == answer.moved_to == portal.url + "/c"


async def test_one_passing_redirect_on_the_way_makes_no_move(portal: Loopback, fetcher: Fetcher) -> None:
    portal.puts("/a", status=301, Location="/b")
    portal.puts("/b", status=302, Location="/c")
    portal.puts("/c", "<rss/>")
    answer = await fetcher.get(portal.url + "/a")
    assert isinstance(answer, Fetched)
    assert answer.moved_to == ""


async def test_a_circle_of_redirects_is_left(portal: Loopback, fetcher: Fetcher) -> None:
    portal.puts("/a", status=302, Location="/b")
    portal.puts("/b", status=302, Location="/a")
    answer = await fetcher.get(portal.url + "/a")
    assert isinstance(answer, Trouble)
    assert answer.kind is TroubleKind.UNREACHABLE
    assert len(portal.asked) <= 6


@pytest.mark.parametrize(
    ("status", "mend"), [(404, "look for"), (403, "refuses"), (500, "tries again"), (410, "for good")]
)
async def test_a_status_comes_with_its_mend(portal: Loopback, fetcher: Fetcher, status: int, mend: str) -> None:
    answer = await fetcher.get(portal.puts("/rss", status=status))
    assert isinstance(answer, Trouble)
    assert (answer.kind, answer.status) == (TroubleKind.HTTP, status)
    assert mend in answer.why


async def test_a_portal_that_asks_for_patience_says_how_long(portal: Loopback, fetcher: Fetcher) -> None:
    answer = await fetcher.get(portal.puts("/rss", status=503, Retry_After="120"))
    assert isinstance(answer, Trouble)
    assert answer.retry_after == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Wed, 25 Nov 2026 14:05:00 GMT", timedelta(minutes=5)),
        ("Wed, 25 Nov 2026 13:00:00 GMT", timedelta()),
        ("99999999999999999999", timedelta(days=7)),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, wait: timedelta | None) -> None:
    assert retry_after_of(header, NOW) == wait


async def test_a_body_beyond_the_cap_is_given_up(portal: Loopback) -> None:
    url = portal.puts("/rss", b"x" * 60_000)
    async with fetching(replace(RULES, max_bytes=50_000)) as fetcher:
        answer = await fetcher.get(url)
    assert isinstance(answer, Trouble)
    assert answer.kind is TroubleKind.TOO_LARGE
    assert "max_bytes" in answer.why


async def test_a_bomb_is_not_unpacked(portal: Loopback, fetcher: Fetcher) -> None:
    answer = await fetcher.get(portal.puts_gzipped("/rss", b"\x00" * 50_000_000))
    assert isinstance(answer, Trouble)
    assert answer.kind is TroubleKind.HOSTILE


@pytest.mark.parametrize("coding", ["gzip", "br"])
async def test_a_body_that_is_not_what_it_says_is_trouble(portal: Loopback, fetcher: Fetcher, coding: str) -> None:
    answer = await fetcher.get(portal.puts("/rss", b"plain text", Content_Encoding=coding))
    assert isinstance(answer, Trouble)
    assert answer.kind is TroubleKind.BROKEN


async def test_a_stream_without_end_is_left_when_its_time_is_up(portal: Loopback) -> None:
    url = portal.puts("/rss", b"<rss>", hangs=True)
    async with fetching(replace(RULES, timeout=timedelta(milliseconds=200))) as fetcher:
        answer = await fetcher.get(url)
    assert isinstance(answer, Trouble)
    assert answer.kind is TroubleKind.TIMEOUT


async def test_a_host_is_asked_one_thing_at_a_time(portal: Loopback, fetcher: Fetcher) -> None:
    urls = [portal.puts(f"/{number}", "<rss/>") for number in range(5)]
    await asyncio.gather(*map(fetcher.get, urls))
    assert (len(portal.asked), portal.busiest) == (5, 1)


def test_a_host_is_one_however_it_is_written() -> None:
    assert {server_of(f"{written}/rss") for written in ONE_HOST} == {("portal.example", None)}
    assert server_of("http://portal.example:8080/") == ("portal.example", 8080)


async def test_a_cookie_set_by_a_redirect_is_carried_to_the_same_host(portal: Loopback, fetcher: Fetcher) -> None:
    portal.puts("/a", status=302, Location="/b", Set_Cookie="visit=7; Path=/")
    portal.puts("/b", "<rss/>")
    await fetcher.get(portal.url + "/a")
    assert portal.asked[1].headers["Cookie"] == "visit=7"
    await fetcher.get(portal.url + "/b")
    assert "Cookie" not in portal.asked[2].headers


async def test_nobody_listens_is_said_in_one_line(fetcher: Fetcher) -> None:
    answer = await fetcher.get("http://127.0.0.1:1/rss")
    assert isinstance(answer, Trouble)
    assert answer.kind is TroubleKind.UNREACHABLE
    assert "\n" not in answer.why


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://2130706433/",
        "http://127.1/",
        "http://0x7f.0.0.1/",
        "ftp://portal.example/",
        "file:///etc/passwd",
    ],
)
async def test_private_addresses_are_refused_however_they_are_written(url: str) -> None:
    async with fetching(replace(RULES, allow_private=False)) as fetcher:
        answer = await fetcher.get(url)
    assert isinstance(answer, Trouble)
    assert answer.kind is TroubleKind.REFUSED_ADDRESS


async def test_a_redirect_to_a_private_address_is_refused_when_the_socket_connects(portal: Loopback) -> None:
    assert refusal_of_ip("203.0.113.9", allow_private=False)
    assert refusal_of_ip("8.8.8.8", allow_private=False) == ""
    async with fetching() as fetcher:
        answer = await fetcher.get(portal.puts("/a", status=302, Location="http://169.254.169.254/latest"))
    assert isinstance(answer, Trouble)
    assert answer.kind is TroubleKind.REFUSED_ADDRESS
    assert "link-local" in answer.why


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://x.vn/", "javascript:alert(1)", ""])
async def test_a_redirect_to_another_scheme_is_refused(portal: Loopback, fetcher: Fetcher, target: str) -> None:
    answer = await fetcher.get(portal.puts("/a", status=302, Location=target))
    assert isinstance(answer, Trouble)
    assert answer.kind is TroubleKind.REFUSED_ADDRESS


def test_link_local_addresses_are_refused_even_where_private_ones_are_allowed() -> None:
    assert refusal_of_ip("10.0.0.1", allow_private=True) == ""
    assert refusal_of_ip("169.254.1.1", allow_private=True)
    assert refusal_of_ip("fe80::1%eth0", allow_private=True)
    assert refusal_of_ip("::ffff:169.254.169.254", allow_private=True)


def test_an_odd_port_is_refused_unless_the_source_itself_has_it() -> None:
    assert refusal_of_url("https://portal.example:8443/", allow_private=False)
    assert refusal_of_url("https://portal.example:8443/", allow_private=False, own_ports={8443}) == ""
    assert refusal_of_url("https://portal.example:22/", allow_private=False, own_ports={8443})
    assert refusal_of_url("https://portal.example/", allow_private=False) == ""


async def test_a_ca_file_that_is_none_is_named(portal: Loopback, fetcher: Fetcher) -> None:
    answer = await fetcher.get(portal.url.replace("http:", "https:"), tls=Tls(ca_file="/nowhere/ca.pem"))
    assert isinstance(answer, Trouble)
    assert "/nowhere/ca.pem" in answer.why


async def test_a_server_without_tls_is_told_from_one_with_a_bad_certificate(portal: Loopback, fetcher: Fetcher) -> None:
    answer = await fetcher.get(portal.url.replace("http:", "https:"))
    assert isinstance(answer, Trouble)
    assert answer.kind is TroubleKind.TLS


async def test_a_certificate_of_an_unknown_issuer_is_refused_until_its_file_is_given(fetcher: Fetcher) -> None:
    async with opened(certificate=CERTIFICATE) as portal:
        url = portal.puts("/rss", "<rss/>")
        refused = await fetcher.get(url)
        taken = await fetcher.get(url, tls=Tls(ca_file=str(CERTIFICATE)))
    assert isinstance(refused, Trouble)
    assert refused.kind is TroubleKind.TLS
    assert "ca_file" in refused.why
    assert isinstance(taken, Fetched)


def test_a_gzip_file_without_a_header_is_unpacked_under_the_same_cap() -> None:
    assert unzipped(gzip.compress(b"<rss/>"), 1000) == b"<rss/>"
    assert unzipped(b"<rss/>", 1000) == b"<rss/>"
    assert unzipped(gzip.compress(b"ab" * 5000), 1000) is BodyFault.TOO_LARGE


def test_a_body_in_small_pieces_is_the_same_body() -> None:
    packed, body = gzip.compress(bytes(range(256)) * 40), Body("gzip", 100_000)
    assert [body.take(packed[place : place + 7]) for place in range(0, len(packed), 7)].count(None) > 1
    assert body.whole() == bytes(range(256)) * 40
