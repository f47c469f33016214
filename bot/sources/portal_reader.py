"""Reads what a portal says beside its news: its home page, and the pages of its albums."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bot.core.albums import home_of
from bot.model import Item, Portlets, Source, Trouble
from bot.sources.decode import decode
from bot.sources.fetch import Fetched, Fetcher, Tls
from bot.sources.portlets import read_album, read_portlets

T = TypeVar("T")


class PortletReader:
    """Asks portals as politely as the fetcher does; what they do wrong is a `Trouble`."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    async def read(self, source: Source) -> Portlets | Trouble:
        """The portlets of the portal's home page; where that has none, those of the page that *source* lists."""
        read = await self._read(home_of(source.url), source, read_portlets)
        if read == Portlets() or isinstance(read, Trouble):
            listing = await self._read(source.url, source, read_portlets)
            return read if isinstance(listing, Trouble) else listing
        return read

    async def fill(self, source: Source, album: Item) -> Item:
        """The album with the pictures of its page; as it was where that cannot be had or shows no more of them."""
        if album.url is None or album.url == home_of(source.url):
            return album
        read = await self._read(album.url, source, lambda html, url: read_album(html, url, album.title))
        if isinstance(read, Trouble) or len(read.pictures) <= len(album.pictures):
            return album
        return replace(album, title=album.title or read.title, pictures=read.pictures)

    async def _read(self, url: str, source: Source, read: Callable[[str, str], T]) -> T | Trouble:
        answer = await self._fetcher.get(url, tls=Tls(ca_file=source.ca_file, legacy=source.legacy_tls))
        if not isinstance(answer, Fetched):
            return answer
        if "html" not in (answer.content_type or "html").lower():
            return read("", answer.url)
        return await asyncio.to_thread(_understood, answer, read)


def _understood(answer: Fetched, read: Callable[[str, str], T]) -> T:
    return read(decode(answer.body, answer.charset).text, answer.url)
