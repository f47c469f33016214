"""A portal on loopback that answers each path as it is told and remembers who asked."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from bot.model import Memory, Source
from bot.sources.fetch import Fetcher, FetchRules
from tests.fakes import HandClock

FEEDS = Path(__file__).parents[2] / "fixtures" / "feeds"
CERTIFICATE = FEEDS.parent / "tls" / "local.pem"
RULES = FetchRules(
    allow_private=True, robots=False, timeout=timedelta(seconds=5), user_agent="Loa/test (+mailto:x@y.vn)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one path answers; `hangs` never ends the body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False


@dataclass(slots=True)
class Loopback:
    """The portal: `answers` by path, `asked` in order, `busiest` the most requests at one time."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[web.BaseRequest] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0

    def puts(
        self, path: str, body: bytes | str = b"", *, status: int = 200, hangs: bool = False, **headers: str
    ) -> str:
        """Let *path* answer that from now on; gives its address."""
        raw = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = Answer(body=raw, status=status, headers=named, hangs=hangs)
        return self.url + path

    def puts_gzipped(self, path: str, body: bytes) -> str:
        """Let *path* answer a gzip body."""
        return self.puts(path, gzip.compress(body), Content_Encoding="gzip")

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append(request)
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            await asyncio.sleep(0.01)
            return await self._answer(request)
        finally:
            self.busy -= 1

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        answer = self.answers.get(request.path, Answer(status=404))
        tag = answer.headers.get("ETag")
        if tag and request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        if not answer.hangs:
            return web.Response(body=answer.body, status=answer.status, headers=answer.headers)
        response = web.StreamResponse(headers=answer.headers)
        await response.prepare(request)
        with suppress(ConnectionResetError):
            while True:
                await response.write(answer.body)
                await asyncio.sleep(0.01)
        return response


@asynccontextmanager
async def opened(certificate: Path | None = None) -> AsyncIterator[Loopback]:
    """The portal while it is open; with a certificate it speaks TLS."""
    portal = Loopback()
    tls = None
    if certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate, certificate.with_name(certificate.stem + "-key.pem"))
    runner = web.ServerRunner(web.Server(portal.handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    portal.url = f"http{'s' if tls else ''}://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield portal
    finally:
        await runner.cleanup()


@asynccontextmanager
async def fetching(rules: FetchRules = RULES) -> AsyncIterator[Fetcher]:
    """A fetcher while it is open."""
    fetcher = Fetcher(rules, HandClock())
    try:
        yield fetcher
    finally:
        await fetcher.close()


def a_source(url: str, **more: object) -> Source:
    """A source at *url*."""
    return Source(id="nn", title="Nông nghiệp", url=url, **more)  # type: ignore[arg-type]


def nothing_known(**more: object) -> Memory:
    """The memory of a source that was never read, or of one that was read as told."""
    return Memory(source_id="nn", **more)  # type: ignore[arg-type]
