"""One HTTP server on 127.0.0.1, shared by the pretend Telegram and the pretend portal."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

Handler: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class LocalServer:
    """Serves *handler* on 127.0.0.1; port 0 takes a free one. `closing` is set when it stops: hanging answers end."""

    def __init__(self, handler: Handler, *, port: int = 0, ssl_context: ssl.SSLContext | None = None) -> None:
        self.closing = asyncio.Event()
        self._handler = handler
        self._port = port
        self._ssl = ssl_context
        self._runner: web.ServerRunner | None = None

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._port

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"{'https' if self._ssl else 'http'}://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listen; OSError where the port is taken."""
        # The low-level server has no router: one comparison decides, which a broadcast of thousands a second needs.
        runner = web.ServerRunner(web.Server(self._handler, access_log=None), shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._port, ssl_context=self._ssl, backlog=1024)
        await site.start()
        self._runner = runner
        self._port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection and free the port."""
        self.closing.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def pause(self, seconds: float) -> None:
        """Wait that long (0: for ever), but no longer than the server lives."""
        try:
            await asyncio.wait_for(self.closing.wait(), seconds or None)
        except TimeoutError:
            return


def cut(request: web.BaseRequest) -> web.Response:
    """Lose the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
