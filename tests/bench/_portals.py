"""Thousands of portals in one small server: every address of 127.0.0.0/8 is one, each with a feed of its own.

A feed changes when it is told to; otherwise it answers 304. `/stall` accepts and never answers.
"""

from __future__ import annotations

import asyncio
from collections import Counter

ITEM = (
    "<item><title>Tin số {n} của cổng {host}: phong trào thi đua yêu nước</title>"
    "<link>http://{host}:{port}/tin/{n}.html</link><guid>{host}-{n}</guid>"
    "<description>Sáng nay, Ủy ban nhân dân tỉnh tổ chức hội nghị tổng kết phong trào thi đua năm {n}.</description>"
    "<pubDate>Sat, 14 Mar 2026 {hour:02}:05:00 +0700</pubDate></item>"
)


class Portals:
    """The server; `editions` says how many items were published by each host since the beginning."""

    def __init__(self, *, items: int = 10) -> None:
        self.items = items
        self.port = 0
        self.editions: Counter[str] = Counter()
        self.hits: Counter[str] = Counter()
        self.answers: Counter[int] = Counter()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Portals:
        self._server = await asyncio.get_running_loop().create_server(lambda: _Talk(self), "0.0.0.0", 0, backlog=4096)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    def url(self, number: int) -> str:
        """The feed of the portal of that number."""
        return f"http://127.{1 + number // 62_500}.{number // 250 % 250}.{number % 250 + 1}:{self.port}/rss"

    def answer(self, host: str, path: str, known: str) -> bytes | None:
        """A whole response; None where none ever comes."""
        self.hits[path] += 1
        if path == "/robots.txt":
            return self._response(404, b"")
        if path == "/stall":
            return None
        edition = self.editions[host]
        tag = f'"{edition}"'
        if known == tag:
            return self._response(304, b"", f"ETag: {tag}\r\n")
        newest = edition + self.items
        items = "".join(
            ITEM.format(n=n, host=host, port=self.port, hour=n % 24) for n in range(newest, newest - self.items, -1)
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'
        return self._response(200, body.encode(), f"ETag: {tag}\r\nContent-Type: application/rss+xml\r\n")

    def _response(self, status: int, body: bytes, headers: str = "") -> bytes:
        self.answers[status] += 1
        length = "" if status == 304 else f"Content-Length: {len(body)}\r\n"
        return f"HTTP/1.1 {status} x\r\n{headers}{length}\r\n".encode() + body


class _Talk(asyncio.Protocol):
    """One connection: requests without bodies, answered in order."""

    def __init__(self, portals: Portals) -> None:
        self._portals = portals
        self._pending = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while b"\r\n\r\n" in self._pending:
            head, _, self._pending = self._pending.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            host = fields.get("host", "").partition(":")[0]
            answer = self._portals.answer(host, lines[0].split(" ")[1], fields.get("if-none-match", ""))
            if answer is None or self._transport is None:
                continue
            if fields.get("connection", "").lower() == "close":  # RFC 9112, 9.6
                self._transport.write(answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
                self._transport.close()
            else:
                self._transport.write(answer)
