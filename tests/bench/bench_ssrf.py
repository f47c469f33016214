"""Tries to lead the fetcher to where it must not go: a table of tries, each refused, and a canary that nobody asked.

    make bench NAME=bench_ssrf

The canary listens on loopback. A "public" host is pretended: names are answered by a resolver of our own, and a socket
that the guard lets through to the public address 93.184.216.34 ends at a local server which redirects.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain, repeat
from typing import Any
from urllib.parse import quote, unquote

import aiohttp
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.model import Trouble, TroubleKind
from bot.sources.fetch import Fetcher, FetchRules
from tests.fakes import HandClock

PUBLIC = "93.184.216.34"
STRICT = FetchRules(timeout=timedelta(seconds=5))
HOME = FetchRules(timeout=timedelta(seconds=5), allow_private=True)

LITERALS = (
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "198.18.0.1"),
    *("169.254.169.254", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[ff02::1]"),
    *("[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "[::ffff:10.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"),
    *("[2002:7f00:1::]", "[2001:0:7f00:1::80ff:fffe]", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"),
    *("localhost.", "LOCALHOST", "①②⑦.⓪.⓪.①", "127。0。0。1"),
)
SCHEMES = (
    "file:///etc/passwd",
    "ftp://{host}/",
    "gopher://{host}:6379/_INFO",
    "data:text/xml,<rss/>",
    "dict://{host}/",
)
PORTS = (22, 25, 3306, 5432, 6379, 8080, 9200, 11211)
NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "portal.example": ((PUBLIC,),),
    "inside.example": (("127.0.0.1",),),
    "mapped.example": (("::ffff:127.0.0.1",),),
    "metadata.example": (("169.254.169.254",),),
    "both.example": ((PUBLIC, "127.0.0.1"),),
    "both-turned.example": (("127.0.0.1", PUBLIC),),
    "rebinding.example": ((PUBLIC,), ("127.0.0.1",)),
}


@dataclass(slots=True)
class Names(AbstractResolver):
    """A name server that may change its mind between two questions; unknown names are asked of the system."""

    asked: dict[str, Iterator[tuple[str, ...]]] = field(default_factory=dict)

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        del family
        if host not in NAMES:
            return await aiohttp.ThreadedResolver().resolve(host, port, socket.AddressFamily.AF_UNSPEC)
        answers = self.asked.setdefault(host, chain(NAMES[host], repeat(NAMES[host][-1])))
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in next(answers)
        ]

    async def close(self) -> None:
        """Nothing to close."""


class Tunnel(socket.socket):
    """Ends at the local "public" host, wherever it is told to connect."""

    end: tuple[str, int] = ("", 0)

    def connect(self, address: Any) -> None:
        super().connect(self.end if address[0] == PUBLIC else address)


@dataclass(slots=True)
class Hosts:
    """The canary, and the public host that redirects to whatever its path says."""

    canary: int = 0
    canary_asked: int = 0
    public: int = 0
    public_asked: int = 0

    async def sing(self, request: web.BaseRequest) -> web.StreamResponse:
        self.canary_asked += 1
        return web.Response(text=f"<rss><channel><item><title>{request.path}</title></item></channel></rss>")

    async def redirect(self, request: web.BaseRequest) -> web.StreamResponse:
        self.public_asked += 1
        if request.path == "/robots.txt":
            asked = request.headers.get("Host", "").startswith("both")
            return (
                web.Response(status=302, headers={"Location": "http://127.0.0.1/"})
                if asked
                else web.Response(status=404)
            )
        target = unquote(request.path.removeprefix("/to/"))
        # Closed, so that the next request has to look the name up again.
        return web.Response(status=302, headers={"Location": target, "Connection": "close"})


def tries(hosts: Hosts) -> Iterator[tuple[str, FetchRules, str]]:
    """What is tried, under which rules, and the address."""
    for literal in LITERALS:
        yield f"straight to {literal}", STRICT, f"http://{literal}/"
        yield f"redirect to {literal}", STRICT, redirecting(f"http://{literal}/")
    for literal in ("169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]"):
        yield f"link-local {literal} although private ones are allowed", HOME, f"http://{literal}/"
    for name, answers in NAMES.items():
        if name != "portal.example":
            led = ", then ".join(" and ".join(answer) for answer in answers)
            yield f"name -> {led}", STRICT, f"http://{name}/to/{quote('http://' + name + '/', safe='')}"
    for scheme in SCHEMES:
        yield f"redirect to {scheme.split(':')[0]}:", STRICT, redirecting(scheme.format(host="127.0.0.1"))
    for port in PORTS:
        yield f"redirect to port {port}", STRICT, redirecting(f"http://portal.example:{port}/")
    chained = redirecting(redirecting(redirecting("http://127.0.0.1/")))
    yield "three redirects, then loopback", STRICT, chained
    yield "redirect without a scheme", STRICT, redirecting("//127.0.0.1/")
    yield "the canary's own port", STRICT, f"http://127.0.0.1:{hosts.canary}/"
    yield "redirect with a name and a password", STRICT, redirecting(f"http://portal.example@127.0.0.1:{hosts.canary}/")


def redirecting(target: str) -> str:
    return f"http://portal.example/to/{quote(target, safe='')}"


@contextmanager
def tunnelled(fetcher: Fetcher, hosts: Hosts) -> Iterator[None]:
    """What the guard lets through to the public address ends at the local one."""
    connector: Any = fetcher._session.connector
    guard = connector._socket_factory

    def make(address: Any) -> socket.socket:
        guard(address).close()
        made = Tunnel(address[0], address[1], address[2])
        made.end = ("127.0.0.1", hosts.public)
        return made

    connector._socket_factory = make
    connector._resolver = Names()
    connector._use_dns_cache = False
    yield


async def main() -> None:
    hosts, refused, let_through = Hosts(), 0, []
    servers = [web.ServerRunner(web.Server(answer)) for answer in (hosts.sing, hosts.redirect)]
    for server in servers:
        await server.setup()
        await web.TCPSite(server, "127.0.0.1", 0).start()
    hosts.canary, hosts.public = (server.addresses[0][1] for server in servers)
    for what, rules, url in tries(hosts):
        fetcher = Fetcher(rules, HandClock())
        try:
            with tunnelled(fetcher, hosts):
                answer = await fetcher.get(url)
                posted = await fetcher.post(url, {"hub.mode": "subscribe"}) if "straight" in what else answer
        finally:
            await fetcher.close()
        said = answer.why if isinstance(answer, Trouble) else "LET THROUGH"
        good = all(isinstance(each, Trouble) and each.kind in KINDS for each in (answer, posted))
        refused += good
        if not good:
            let_through.append(what)
        print(f"{'refused' if good else 'NOT REFUSED':12}{what:64}{said.partition(' - ')[0][:100]}")
    for server in servers:
        await server.cleanup()
    print(f"{refused} tries refused, {len(let_through)} not ({', '.join(let_through) or 'none'})")
    print(f"the canary was asked {hosts.canary_asked} times; the pretended public host {hosts.public_asked} times")


KINDS = {TroubleKind.REFUSED_ADDRESS, TroubleKind.UNREACHABLE}

if __name__ == "__main__":
    asyncio.run(main())
