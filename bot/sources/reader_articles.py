"""New items made fuller by their article pages: lead, picture, author, body, documents; within a bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from bot.core.address import host_of
from bot.model import Item, Source
from bot.sources.article import Article, read_article
from bot.sources.decode import decode
from bot.sources.fetch import Fetched, Fetcher, Tls

MOST_SECONDS = 6.0
MOST_SECONDS_WITH_SUMMARY = 2.5
MOST_ARTICLES = 30
_BODY_MOST = 100_000

Think: TypeAlias = Callable[..., Awaitable[Article]]
"""Does in a thread what would hold up the loop."""


async def enriched(
    items: Sequence[Item], source: Source, fetcher: Fetcher, now: datetime, think: Think = asyncio.to_thread
) -> tuple[Item, ...]:
    """The same items in the same order; one whose article cannot be had in time comes back as it was.

    An item without a summary has six seconds, for its push would say nothing; where every item has one, the pushes
    wait less than half as long. Held items are not fetched: their links are doubted.
    """
    wanting = [place for place, item in enumerate(items) if item.url and not item.doubt and not item.body]
    wanting = sorted(wanting, key=lambda place: items[place].summary is not None)[:MOST_ARTICLES]
    if not wanting:
        return tuple(items)
    hurry = all(items[place].summary for place in wanting)
    ends = asyncio.get_running_loop().time() + (MOST_SECONDS_WITH_SUMMARY if hurry else MOST_SECONDS)
    hosts: dict[str, list[int]] = {}
    for place in wanting:
        hosts.setdefault(host_of(items[place].url or ""), []).append(place)
    fuller: dict[int, Item] = {}

    async def ask(places: Sequence[int]) -> None:
        """A host's articles one after another. One that is slow has half of what is left, so that it costs itself."""
        for place in places:
            now_is = asyncio.get_running_loop().time()
            until = ends if place == places[-1] else (now_is + ends) / 2
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    fuller[place] = await _fetch(items[place], source, fetcher, now, think)

    await asyncio.gather(*map(ask, hosts.values()))
    return tuple(fuller.get(place, item) for place, item in enumerate(items))


async def _fetch(item: Item, source: Source, fetcher: Fetcher, now: datetime, think: Think) -> Item:
    answer = await fetcher.get(item.url or "", tls=Tls(ca_file=source.ca_file, legacy=source.legacy_tls))
    if not isinstance(answer, Fetched) or "html" not in (answer.content_type or "html").lower():
        return item
    article = await think(_read, answer, now, source.timezone)
    return _filled(item, article)


def _read(answer: Fetched, now: datetime, timezone: str) -> Article:
    return read_article(decode(answer.body, answer.charset).text, answer.url, now, timezone)


def _filled(item: Item, article: Article) -> Item:
    """What the list or feed said stays; the article fills in what was missing. Its keys stay too."""
    if not article.is_certain and not article.lead:
        return item
    return replace(
        item,
        title=item.title or article.title or "",
        summary=item.summary or article.lead,
        published_at=item.published_at or article.published_at,
        date_only=item.date_only if item.published_at else article.date_only,
        author=item.author or article.author,
        image_url=item.image_url or article.image_url,
        image_caption=item.image_caption or article.image_caption,
        body=article.body[:_BODY_MOST] if article.body else None,
        attachments=item.attachments or article.attachments,
    )
