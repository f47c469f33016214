"""The web page of the running process: routes, headers, and the server under them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.errors import ConfigError
from bot.web import feeds, websub
from bot.web.figures import Watchman
from bot.web.health import health
from bot.web.metrics import CONTENT_TYPE, Metrics
from bot.web.webhook import MOST_BYTES, LetterBox
from bot.web.websub import HubBox

PAGES = Path(__file__).parent / "pages"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the pages show and where it comes from."""

    watchman: Watchman
    metrics: Metrics
    version: str
    timezone: str
    letter_box: LetterBox | None = None
    hub_box: HubBox | None = None

    async def health(self, _: web.Request) -> web.Response:
        """GET /health."""
        status, said = health(await self.watchman.look(), version=self.version, now=self.watchman.clock())
        return web.json_response(said, status=status)

    async def figures(self, _: web.Request) -> web.Response:
        """GET /metrics."""
        figures = await self.watchman.look()
        body = self.metrics.exposition(figures, self.watchman.clock())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    async def dashboard(self, _: web.Request) -> web.Response:
        """GET /."""
        from bot.web.dashboard import dashboard  # Jinja2 is needed by this page only

        figures = await self.watchman.look()
        newest = () if figures.reasons else await self.watchman.store.items.newest(10)
        page = dashboard(
            figures,
            newest,
            sent=self.metrics.sent,
            now=self.watchman.clock(),
            timezone=self.timezone,
            version=self.version,
        )
        return web.Response(text=page, content_type="text/html")

    async def feed(self, request: web.Request) -> web.Response:
        """GET /feed/<source>.atom and .json."""
        source_id, form = request.match_info["source"], request.match_info["form"]
        source = next((one for one in self.watchman.sources if one.id == source_id), None)
        if source is None:
            raise web.HTTPNotFound(text=f"there is no source {source_id!r}\n")
        items = await self.watchman.store.items.newest(feeds.MOST_ITEMS, sources=(source.id,))
        address = str(request.url.with_query(None))
        if form == "json":
            return web.Response(
                body=feeds.json_feed(source.title, address, items), content_type="application/feed+json"
            )
        document = feeds.atom(source.title, address, items, self.watchman.clock())
        return web.Response(body=document, content_type="application/atom+xml", charset="utf-8")


def application(site: Site) -> web.Application:
    """The site's routes, each answer with its headers."""
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[_with_headers])
    app.router.add_get("/health", site.health)
    app.router.add_get("/metrics", site.figures)
    app.router.add_get("/", site.dashboard)
    app.router.add_get(r"/feed/{source:[a-z0-9_-]+}.{form:atom|json}", site.feed)
    app.router.add_static("/static", PAGES / "static")
    if site.letter_box is not None:
        app.router.add_post("/telegram/{path}", site.letter_box.post)
    if site.hub_box is not None:
        app.router.add_get(websub.PATH, site.hub_box.confirm)
        app.router.add_post(websub.PATH, site.hub_box.hear)
    return app


async def open_site(site: Site, listen: tuple[str, int]) -> web.AppRunner:
    """Starts to listen; `ConfigError` where the address cannot be had. End it with `await runner.cleanup()`."""
    runner = web.AppRunner(application(site), access_log=None, shutdown_timeout=2.0, handle_signals=False)
    await runner.setup()
    host, port = listen
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as trouble:
        await runner.cleanup()
        why = trouble.strerror or str(trouble)
        raise ConfigError(
            (f'config.toml: web.listen = "{host}:{port}" - it cannot be had ({why}): give another port',)
        ) from None
    return runner


@web.middleware
async def _with_headers(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as refused:
        refused.headers.update(_HEADERS)
        raise
    response.headers.update(_HEADERS)
    return response
