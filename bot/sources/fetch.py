"""Fetches one address politely and within limits; what the web does wrong comes back as a `Trouble`, never raised.

One request at a time to a host, an honest user agent, robots.txt heeded, conditional GET, at most five redirects each
looked at before it is followed, a cap on bytes and on time. Private addresses are refused when the socket is about to
connect, after every name was resolved: a name that changes its address between two look-ups gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from http.cookies import SimpleCookie
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import aiohttp
from yarl import URL

from bot.core.address import quoted, repair
from bot.model import Clock, Trouble, Validators
from bot.sources.fetch_body import Body
from bot.sources.fetch_errors import REFUSED, trouble_of_error
from bot.sources.fetch_freshness import freshness_of
from bot.sources.fetch_guard import refusal_of_ip, refusal_of_url
from bot.sources.fetch_trouble import (
    retry_after_of,
    trouble_of_body,
    trouble_of_redirects,
    trouble_of_refusal,
    trouble_of_status,
    trouble_of_timeout,
)
from bot.sources.fetch_visit import MOST_REDIRECTS, Fetched, Redirect, Tls, Visit, server_of
from bot.sources.robots import Rulebook

__all__ = ["FetchRules", "Fetched", "Fetcher", "Tls"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_LEGACY_SERVER_CONNECT = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT, which Python names from 3.12 on
_CONNECT_MOST = 10.0
KEPT_ALIVE = 1.0
"""Seconds for which a connection waits for the next page or article: thousands of portals leave thousands open."""
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, text/html;q=0.9, application/xml;q=0.9,"
    " application/json;q=0.8, */*;q=0.5"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRules:
    """The `[fetch]` part of the configuration; `timeout` is for one address with all its redirects."""

    timeout: timedelta = timedelta(seconds=30)
    max_bytes: int = 5_000_000
    allow_private: bool = False
    robots: bool = True
    user_agent: str = "Loa"


class Fetcher:
    """The only door to the web. Make it inside a running loop; `close` it on every path."""

    def __init__(self, rules: FetchRules, clock: Clock) -> None:
        self._rules = rules
        self._clock = clock
        self._hosts: WeakValueDictionary[tuple[str, int | None], asyncio.Lock] = WeakValueDictionary()
        self._rested: dict[tuple[str, int | None], float] = {}
        self._rulebook = Rulebook(clock)
        self._contexts: dict[Tls, ssl.SSLContext] = {}
        self._trusting = asyncio.Lock()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, keepalive_timeout=KEPT_ALIVE, ttl_dns_cache=60, socket_factory=self._socket
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": rules.user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"},
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_MOST),
        )

    async def close(self) -> None:
        """Ends every connection."""
        await self._session.close()

    async def get(self, url: str, *, validators: Validators | None = None, tls: Tls | None = None) -> Fetched | Trouble:
        """What *url* answers, redirects followed; a `Trouble` says in one line what is wrong and how to mend it.

        The time that it waits for its turn at the host does not count against the timeout.
        """
        permit = self._permit if self._rules.robots else _anywhere
        return await self._go(self._visit(url, tls or Tls()), validators or Validators(), permit)

    async def post(self, url: str, fields: Mapping[str, str]) -> Trouble | None:
        """Send a form to *url*, which a portal named, so under the same guard; None where it is accepted (2xx).

        Redirects are not followed.
        """
        if why := refusal_of_url(url, allow_private=self._rules.allow_private):
            return trouble_of_refusal(why)
        try:
            async with (
                asyncio.timeout(self._rules.timeout.total_seconds()),
                self._session.post(URL(quoted(url), encoded=True), data=fields, allow_redirects=False) as response,
            ):
                return None if response.ok and response.status < 300 else trouble_of_status(response.status, None)
        except TimeoutError:
            return trouble_of_timeout(self._rules.timeout)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return trouble_of_error(error, url, "")

    def _visit(self, url: str, tls: Tls) -> Visit:
        return Visit(target=url, tls=tls, seconds=self._rules.timeout.total_seconds())

    async def _go(
        self, visit: Visit, validators: Validators, permit: Callable[[Visit], Awaitable[Trouble | None]]
    ) -> Fetched | Trouble:
        url, own_ports = visit.target, _ports_of(visit.target)
        while True:
            if why := refusal_of_url(visit.target, allow_private=self._rules.allow_private, own_ports=own_ports):
                return trouble_of_refusal(why)
            if (refusal := await permit(visit)) is not None:
                return refusal
            async with self._turn(visit.target):
                answer = await self._ask(visit, validators)
            match answer:
                case Fetched():
                    moved = visit.target if visit.for_good and visit.target != url else ""
                    return replace(answer, moved_to=moved)
                case Trouble():
                    return answer
                case Redirect():
                    visit.follow(answer)
            if visit.is_lost():
                return trouble_of_redirects(visit.target, MOST_REDIRECTS)

    async def _permit(self, visit: Visit) -> Trouble | None:
        async def ask(address: str) -> bytes | Trouble:
            answer = await self._go(self._visit(address, visit.tls), Validators(), _anywhere)
            return answer.body if isinstance(answer, Fetched) else answer

        return await self._rulebook.refusal(visit.target, ask)

    @asynccontextmanager
    async def _turn(self, url: str) -> AsyncIterator[None]:
        """One request at a time to a host, with the pause between two that its robots.txt asks for."""
        host, loop = server_of(url), asyncio.get_running_loop()
        async with self._hosts.setdefault(host, asyncio.Lock()):
            if delay := self._rulebook.delay_of(url).total_seconds():
                await asyncio.sleep(max(0.0, self._rested.get(host, 0.0) - loop.time()))
            try:
                yield
            finally:
                if delay:
                    self._rested[host] = loop.time() + delay

    async def _ask(self, visit: Visit, validators: Validators) -> Fetched | Redirect | Trouble:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with (
                asyncio.timeout(max(visit.seconds, 0.001)),
                self._session.get(
                    URL(quoted(visit.target), encoded=True),
                    headers=_headers(validators, visit.cookies),
                    allow_redirects=False,
                    ssl=await self._context(visit.tls),
                    middlewares=(_Once(),),
                ) as response,
            ):
                visit.cookies.update(response.cookies)
                return await self._read(visit.target, response)
        except TimeoutError:
            return trouble_of_timeout(self._rules.timeout)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return trouble_of_error(error, visit.target, visit.tls.ca_file)
        finally:
            visit.seconds -= loop.time() - started

    async def _read(self, url: str, response: aiohttp.ClientResponse) -> Fetched | Redirect | Trouble:
        header = response.headers.get
        if response.status in _REDIRECTS:
            target = repair(header("Location", ""), url)
            if target is None:
                return trouble_of_refusal(f"it redirects to {header('Location', 'nowhere')[:200]!r}")
            return Redirect(target=target, for_good=response.status in _FOR_GOOD)
        if response.status == 304:
            return Fetched(url=url, not_modified=True, fresh_for=freshness_of(header))
        if response.status != 200:
            return trouble_of_status(response.status, retry_after_of(header("Retry-After", ""), self._clock()))
        body = Body(header("Content-Encoding", ""), self._rules.max_bytes)
        async for piece in response.content.iter_any():
            if fault := body.take(piece):
                response.close()
                return trouble_of_body(fault, self._rules.max_bytes, response.status)
        return Fetched(
            url=url,
            body=body.whole(),
            content_type=header("Content-Type", ""),
            charset=response.charset or "",
            validators=Validators(etag=header("ETag", ""), last_modified=header("Last-Modified", "")),
            fresh_for=freshness_of(header),
            links={str(link["rel"]): str(link["url"]) for link in response.links.values() if "rel" in link},
        )

    def _socket(self, address: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, place = address
        if why := refusal_of_ip(str(place[0]), allow_private=self._rules.allow_private):
            raise OSError(REFUSED, why)
        return socket.socket(family, kind, protocol)

    async def _context(self, tls: Tls) -> ssl.SSLContext:
        """Made once, in a thread: reading all the certificates of the system would hold up the loop."""
        async with self._trusting:
            if tls not in self._contexts:
                self._contexts[tls] = await asyncio.to_thread(_context_of, tls)
            return self._contexts[tls]


def _context_of(tls: Tls) -> ssl.SSLContext:
    """Certificates are always verified. Legacy: TLS 1.0, weak ciphers, renegotiation as before RFC 5746."""
    context = ssl.create_default_context()
    if tls.ca_file:
        context.load_verify_locations(cafile=tls.ca_file)
    if tls.legacy:
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.options |= _LEGACY_SERVER_CONNECT
    return context


class _Once:
    """Keeps the library from asking a portal again that broke off: the schedule says when that is done."""

    def __init__(self) -> None:
        self._asked = False

    async def __call__(self, request: aiohttp.ClientRequest, ask: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        if self._asked:
            raise aiohttp.ServerDisconnectedError
        self._asked = True
        return await ask(request)


async def _anywhere(_: Visit) -> None:
    """Where no robots.txt is heeded: the file itself, and portals of the operator's own."""


def _headers(validators: Validators, cookies: SimpleCookie) -> dict[str, str]:
    """Where most likely nothing has changed, nothing more is asked: hundreds of connections that wait for it in vain
    would all be closed in one turn of the loop."""
    headers = {
        "If-None-Match": validators.etag,
        "If-Modified-Since": validators.last_modified,
        "Connection": "close" if validators != Validators() else "",
        "Cookie": "; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items()),
    }
    return {name: value for name, value in headers.items() if value}


def _ports_of(url: str) -> frozenset[int]:
    try:
        port = urlsplit(url).port
    except ValueError:
        return frozenset()
    return frozenset() if port is None else frozenset({port})
