"""A portal's robots.txt is asked for once a day, heeded, and never in the way of a portal that has none."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web

from bot.model import Trouble, TroubleKind
from bot.sources.fetch import Fetched, Fetcher, FetchRules
from tests.fakes import HandClock

ALLOWED = FetchRules(allow_private=True, timeout=timedelta(seconds=5))


@dataclass(slots=True)
class Host:
    """One host with a robots.txt, which counts who comes and when."""

    robots: Callable[[], web.StreamResponse] = lambda: web.Response(status=404)
    hits: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.hits[request.path] += 1
        self.times.append(asyncio.get_running_loop().time())
        return self.robots() if request.path == "/robots.txt" else web.Response(text="<rss/>")


@asynccontextmanager
async def opened(host: Host) -> AsyncIterator[Host]:
    server = web.ServerRunner(web.Server(host.answer))
    await server.setup()
    site = web.TCPSite(server, "127.0.0.1", 0)
    await site.start()
    host.url = f"http://127.0.0.1:{server.addresses[0][1]}"
    try:
        yield host
    finally:
        await server.cleanup()


@asynccontextmanager
async def fetching(rules: FetchRules = ALLOWED, clock: HandClock | None = None) -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(rules, clock or HandClock())
    try:
        yield fetcher
    finally:
        await fetcher.close()


def saying(text: str, status: int = 200) -> Callable[[], web.StreamResponse]:
    return lambda: web.Response(text=text, status=status)


async def test_what_is_forbidden_is_not_asked_for_and_the_trouble_says_by_which_line() -> None:
    async with opened(Host(saying("User-agent: *\nDisallow: /rss"))) as host, fetching() as fetcher:
        answer = await fetcher.get(f"{host.url}/rss")
        assert isinstance(answer, Trouble)
        assert answer.kind is TroubleKind.ROBOTS
        assert '"Disallow: /rss"' in answer.why
        assert host.hits == {"/robots.txt": 1}
        assert isinstance(await fetcher.get(f"{host.url}/tin"), Fetched)


async def test_the_file_is_asked_for_once_a_day() -> None:
    clock = HandClock()
    async with opened(Host(saying("User-agent: *\nDisallow: /x"))) as host, fetching(clock=clock) as fetcher:
        await asyncio.gather(*(fetcher.get(f"{host.url}/{page}") for page in range(5)))
        assert host.hits["/robots.txt"] == 1
        clock.advance(timedelta(hours=25))
        await fetcher.get(f"{host.url}/0")
        assert host.hits["/robots.txt"] == 2


async def test_a_portal_without_the_file_or_with_a_broken_one_forbids_nothing() -> None:
    for status in (401, 403, 404, 410, 500):
        async with opened(Host(saying("Disallow: /", status))) as host, fetching() as fetcher:
            assert isinstance(await fetcher.get(f"{host.url}/rss"), Fetched), status
            await fetcher.get(f"{host.url}/rss")
            assert host.hits["/robots.txt"] == 1


async def test_a_portal_that_has_too_much_to_do_is_left_in_peace() -> None:
    busy: Callable[[], web.StreamResponse] = lambda: web.Response(status=503, headers={"Retry-After": "120"})  # noqa: E731
    async with opened(Host(busy)) as host, fetching() as fetcher:
        answer = await fetcher.get(f"{host.url}/rss")
        assert isinstance(answer, Trouble)
        assert (answer.status, answer.retry_after) == (503, timedelta(minutes=2))
        assert "robots.txt" in answer.why
        assert host.hits == {"/robots.txt": 1}
        host.robots = saying("")
        assert isinstance(await fetcher.get(f"{host.url}/rss"), Fetched)


async def test_old_rules_go_on_while_the_file_cannot_be_had() -> None:
    clock = HandClock()
    async with opened(Host(saying("User-agent: *\nDisallow: /x"))) as host, fetching(clock=clock) as fetcher:
        assert isinstance(await fetcher.get(f"{host.url}/rss"), Fetched)
        host.robots = saying("", 503)
        clock.advance(timedelta(hours=25))
        assert isinstance(await fetcher.get(f"{host.url}/rss"), Fetched)
        assert isinstance(await fetcher.get(f"{host.url}/x"), Trouble)
        assert host.hits["/robots.txt"] == 2


async def test_the_pause_that_a_portal_asks_for_is_kept() -> None:
    async with opened(Host(saying("User-agent: *\nCrawl-delay: 0.3"))) as host, fetching() as fetcher:
        await asyncio.gather(*(fetcher.get(f"{host.url}/{page}") for page in range(3)))
        first, second, third = host.times[-3:]
        assert second - first >= 0.3
        assert third - second >= 0.3


async def test_an_operator_s_own_portal_may_be_read_all_the_same() -> None:
    rules = FetchRules(allow_private=True, robots=False)
    async with opened(Host(saying("User-agent: *\nDisallow: /"))) as host, fetching(rules) as fetcher:
        assert isinstance(await fetcher.get(f"{host.url}/rss"), Fetched)
        assert host.hits == {"/rss": 1}
