"""Fetches one address politely and within limits; what the web does wrong comes back as a `Trouble`, never raised.

One request at a time to a host, an honest user agent, conditional GET, at most five redirects each looked at before it
is followed, a cap on bytes and on time. Private addresses are refused when the socket is about to connect, after every
name was resolved: a name that changes its address between two look-ups gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass, field, replace
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
from bot.sources.fetch_guard import refusal_of_ip, refusal_of_url
from bot.sources.fetch_trouble import (
    retry_after_of,
    trouble_of_body,
    trouble_of_redirects,
    trouble_of_refusal,
    trouble_of_status,
    trouble_of_timeout,
)

MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_LEGACY_SERVER_CONNECT = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT, which Python names from 3.12 on
_CONNECT_MOST = 10.0
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
    user_agent: str = "Loa (+https://example.invalid/loa)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """What one source needs beyond the usual TLS: one more trusted CA file, or the protocols of old servers."""

    ca_file: str = ""
    legacy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A good answer: the body (empty where `not_modified`), the address that gave it, and what to send next time.

    `moved_to` is the new address where every redirect on the way was for good (301, 308); `charset` is the label in
    Content-Type, which may be wrong.
    """

    url: str
    body: bytes = b""
    content_type: str = ""
    charset: str = ""
    validators: Validators = field(default_factory=Validators)
    not_modified: bool = False
    moved_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Redirect:
    target: str
    for_good: bool


class Fetcher:
    """The only door to the web. Make it inside a running loop; `close` it on every path."""

    def __init__(self, rules: FetchRules, clock: Clock) -> None:
        self._rules = rules
        self._clock = clock
        self._hosts: WeakValueDictionary[tuple[str, int | None], asyncio.Lock] = WeakValueDictionary()
        self._contexts: dict[Tls, ssl.SSLContext] = {}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=60, socket_factory=self._socket),
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
        visit = _Visit(target=url, tls=tls or Tls(), seconds=self._rules.timeout.total_seconds())
        own_ports = _ports_of(url)
        while True:
            if why := refusal_of_url(visit.target, allow_private=self._rules.allow_private, own_ports=own_ports):
                return trouble_of_refusal(why)
            async with self._turn(visit.target):
                answer = await self._ask(visit, validators or Validators())
            match answer:
                case Fetched():
                    moved = visit.target if visit.for_good and visit.target != url else ""
                    return replace(answer, moved_to=moved)
                case Trouble():
                    return answer
                case _Redirect():
                    visit.follow(answer)
            if visit.is_lost():
                return trouble_of_redirects(visit.target, MOST_REDIRECTS)

    def _turn(self, url: str) -> asyncio.Lock:
        parts = urlsplit(url)
        return self._hosts.setdefault((parts.hostname or "", parts.port), asyncio.Lock())

    async def _ask(self, visit: _Visit, validators: Validators) -> Fetched | _Redirect | Trouble:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with (
                asyncio.timeout(max(visit.seconds, 0.001)),
                self._session.get(
                    URL(quoted(visit.target), encoded=True),
                    headers=_headers(validators, visit.cookies),
                    allow_redirects=False,
                    ssl=self._context(visit.tls),
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

    async def _read(self, url: str, response: aiohttp.ClientResponse) -> Fetched | _Redirect | Trouble:
        header = response.headers.get
        if response.status in _REDIRECTS:
            target = repair(header("Location", ""), url)
            if target is None:
                return trouble_of_refusal(f"it redirects to {header('Location', 'nowhere')[:200]!r}")
            return _Redirect(target=target, for_good=response.status in _FOR_GOOD)
        if response.status == 304:
            return Fetched(url=url, not_modified=True)
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
        )

    def _socket(self, address: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, place = address
        if why := refusal_of_ip(str(place[0]), allow_private=self._rules.allow_private):
            raise OSError(REFUSED, why)
        return socket.socket(family, kind, protocol)

    def _context(self, tls: Tls) -> ssl.SSLContext:
        """Certificates are always verified. Legacy: TLS 1.0, weak ciphers, renegotiation as before RFC 5746."""
        if tls in self._contexts:
            return self._contexts[tls]
        context = ssl.create_default_context()
        if tls.ca_file:
            context.load_verify_locations(cafile=tls.ca_file)
        if tls.legacy:
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.set_ciphers("DEFAULT@SECLEVEL=0")
            context.options |= _LEGACY_SERVER_CONNECT
        self._contexts[tls] = context
        return context


@dataclass(slots=True, kw_only=True)
class _Visit:
    """One `get` on its way through redirects: where it is, what it carries, how many seconds are left to it.

    Old portals set a cookie by a redirect to the same address, so cookies live as long as the visit stays at a host.
    """

    target: str
    tls: Tls
    seconds: float
    for_good: bool = True
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    seen: list[str] = field(default_factory=list)

    def follow(self, redirect: _Redirect) -> None:
        self.seen.append(self.target)
        if urlsplit(self.target).hostname != urlsplit(redirect.target).hostname:
            self.cookies = SimpleCookie()
        self.target = redirect.target
        self.for_good = self.for_good and redirect.for_good

    def is_lost(self) -> bool:
        """Whether it runs in a circle (once back to the same address is how cookies are set), or too far."""
        return self.seen.count(self.target) > 1 or len(self.seen) > MOST_REDIRECTS


def _headers(validators: Validators, cookies: SimpleCookie) -> dict[str, str]:
    headers = {
        "If-None-Match": validators.etag,
        "If-Modified-Since": validators.last_modified,
        "Cookie": "; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items()),
    }
    return {name: value for name, value in headers.items() if value}


def _ports_of(url: str) -> frozenset[int]:
    try:
        port = urlsplit(url).port
    except ValueError:
        return frozenset()
    return frozenset() if port is None else frozenset({port})
