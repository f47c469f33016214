"""The pretend portal as one object: `async with PretendPortal() as portal: portal.publish("...")`."""

from __future__ import annotations

import hashlib
import ssl
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Self

from aiohttp import web

from bot.simulator import portal_feeds
from bot.simulator.listening import LocalServer
from bot.simulator.portal_items import PortalItem, load_news, load_province
from bot.simulator.portal_pages import PortalPages
from bot.simulator.portal_trouble import Trouble, TroubleKind

_FEEDS = {
    "/rss": (portal_feeds.rss, "application/rss+xml"),
    "/rss.xml": (portal_feeds.rss, "application/rss+xml"),
    "/atom.xml": (portal_feeds.atom, "application/atom+xml"),
    "/feed.json": (portal_feeds.json_feed, "application/feed+json"),
}


class PretendPortal:
    """A provincial portal on 127.0.0.1: listing, articles, pictures, feeds, and a page to publish.

    `items` are in the order of publication; `hits` counts requests by path; `feed_size` and `page_size` may change.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        news: bool = True,
        wall: Callable[[], float] = time.time,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.feed_size = 30
        self.page_size = 10
        self.hits: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.province = load_province()
        self._wall = wall
        self.items: list[PortalItem] = load_news(self.now()) if news else []
        self._changed_at = self.now()
        self._next_id = 101 + len(self.items)
        self._troubles: list[Trouble] = []
        self._pages = PortalPages(self)
        self._server = LocalServer(self._answer, port=port, ssl_context=ssl_context)

    @property
    def url(self) -> str:
        """Its address, without a slash at the end; feeds are at /rss, /atom.xml and /feed.json."""
        return self._server.url

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._server.port

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; `url` is known from now on."""
        await self._server.start()

    async def stop(self) -> None:
        """Close and free the port."""
        await self._server.stop()

    def now(self) -> datetime:
        """The portal's clock, aware UTC, whole seconds."""
        return datetime.fromtimestamp(int(self._wall()), UTC)

    def publish(
        self,
        title: str,
        summary: str = "",
        *,
        published_at: datetime | None = None,
        link: str = "",
        guid: str = "",
    ) -> PortalItem:
        """Add an item; it stands first in the listing and the feeds whatever its date."""
        moment = published_at or self.now()
        item = PortalItem(
            id=self._next_id,
            title=title,
            summary=summary,
            published_at=moment,
            updated_at=moment,
            body=(summary,) if summary else (),
            link=link,
            guid=guid,
        )
        self._next_id += 1
        self.items.append(item)
        self._touch()
        return item

    def edit(self, item_id: int, *, title: str | None = None, summary: str | None = None) -> PortalItem:
        """Correct an item in its place; LookupError where it is not published."""
        old = self.item(item_id)
        new = replace(
            old,
            title=old.title if title is None else title,
            summary=old.summary if summary is None else summary,
            updated_at=self.now(),
        )
        self.items[self.items.index(old)] = new
        self._touch()
        return new

    def withdraw(self, item_id: int) -> PortalItem:
        """Take an item away: from then on its page is 404. LookupError where it is not published."""
        item = self.item(item_id)
        self.items.remove(item)
        self._touch()
        return item

    def item(self, item_id: int) -> PortalItem:
        """The published item of that number; LookupError without one."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise LookupError(f"the portal has no item {item_id}")

    def newest(self) -> list[PortalItem]:
        """All items, the last published first."""
        return self.items[::-1]

    def break_with(self, kind: TroubleKind, *, paths: tuple[str, ...] = (), seconds: float = 0.0) -> None:
        """Trouble from now on, for paths that begin so (none: all), until `heal()`."""
        self._troubles.append(Trouble(kind=kind, paths=paths, seconds=seconds))

    def heal(self) -> None:
        """End all trouble."""
        self._troubles.clear()

    def _touch(self) -> None:
        self._changed_at = self.now()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.hits[request.path] += 1
        answer = await self._troubled(request) or await self._right_answer(request)
        self.statuses[answer.status] += 1
        return answer

    async def _troubled(self, request: web.BaseRequest) -> web.StreamResponse | None:
        for trouble in self._troubles:
            if trouble.hits(request.path):
                answer = await trouble.answer(request, self._server)
                if answer is not None:
                    return answer
        return None

    async def _right_answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path in _FEEDS:
            return self._feed(request)
        return await self._pages.answer(request)

    def _feed(self, request: web.BaseRequest) -> web.Response:
        write, content_type = _FEEDS[request.path]
        channel = portal_feeds.Channel(
            title=f"Tin tức - Sự kiện | {self.province.name}",
            description=self.province.motto,
            root=self.url,
            changed_at=self._changed_at,
        )
        body = write(channel, self.newest()[: self.feed_size])
        tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        headers = {"ETag": tag, "Last-Modified": format_datetime(self._changed_at, usegmt=True)}
        if self._unchanged(request, tag, headers["Last-Modified"]):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type=content_type, charset="utf-8", headers=headers)

    @staticmethod
    def _unchanged(request: web.BaseRequest, tag: str, modified: str) -> bool:
        """Whether the reader has this already; If-None-Match decides alone where it is given (RFC 9110, 13.2.2)."""
        if known := request.headers.get("If-None-Match"):
            return tag in [part.strip().removeprefix("W/") for part in known.split(",")]
        return request.headers.get("If-Modified-Since") == modified
