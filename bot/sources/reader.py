"""The west door: fetches a source, reads what it is, and says what is wrong as a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from bot.core.identity import shows_item
from bot.core.text import summarise
from bot.model import Clock, Item, Memory, Reading, Source, Trouble, TroubleKind, Validators, Whereabouts
from bot.sources.fetch import Fetched, Fetcher, Tls
from bot.sources.reader_articles import enriched
from bot.sources.reader_document import Document, Understood, understand
from bot.sources.reader_hosts import held_where_foreign
from bot.sources.thinking import Thinkers

_LED_ASTRAY = frozenset({TroubleKind.NOT_A_FEED, TroubleKind.ERROR_PAGE, TroubleKind.EMPTY})
_TITLE_MOST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """What one address gave: the document understood, or why not; `at` where it is known to be from now on."""

    understood: Understood
    validators: Validators = field(default_factory=Validators)
    at: str = ""
    fresh_for: timedelta = timedelta()
    links: Mapping[str, str] = field(default_factory=dict)


class PortalReader:
    """Reads feeds and pages of the web; implements `model.Reader`."""

    def __init__(self, fetcher: Fetcher, clock: Clock, *, max_bytes: int = 5_000_000) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._max_bytes = max_bytes
        self._thinkers = Thinkers()

    async def read(self, source: Source, memory: Memory) -> Reading:
        """The source's newest feed or page, by a conditional GET.

        A feed that was found elsewhere before (announced, moved for good) is read there; where it is no more, the
        configured address is read afresh, later the one and the other by turns. A source that was a feed and now shows
        a page is in trouble.
        """
        known = replace(source, kind="feed") if memory.kind == "feed" and source.kind == "auto" else source
        elsewhere = memory.feed_url not in ("", source.url)
        at_home = elsewhere and memory.failures % 2 == 1
        url = source.url if at_home else memory.feed_url or source.url
        answered = await self._ask(url, source if at_home else known, Validators() if at_home else memory.validators)
        if elsewhere and not memory.failures and _is_gone(answered.understood.reading.trouble):
            url, at_home = source.url, True
            answered = await self._ask(url, source, Validators())
        return await self._concluded(answered, url, source, replace(memory, kind="") if at_home else memory)

    async def _concluded(self, answered: _Answered, url: str, source: Source, memory: Memory) -> Reading:
        """The reading that the answer of *url* comes to, once the feed that it may announce was looked at."""
        reading = replace(answered.understood.reading, fresh_for=answered.fresh_for)
        if reading.not_modified:
            return replace(reading, kind=memory.kind, validators=memory.validators, feed_url=memory.feed_url)
        if answered.understood.announced and source.kind == "auto" and memory.kind == "":
            answered = await self._announced(answered, source)
            reading = replace(answered.understood.reading, fresh_for=answered.fresh_for)
        at = answered.at or (url if memory.feed_url and not reading.trouble else "")
        hub = answered.links.get("hub", reading.hub)
        topic = answered.links.get("self", reading.topic) if hub else ""
        reading = replace(reading, validators=answered.validators, feed_url=at, hub=hub, topic=topic)
        return _finished(reading, source, memory)

    async def read_page(self, source: Source, memory: Memory, url: str) -> Reading:
        """A further page of the listing, or of a feed's archive."""
        answered = await self._ask(url, source, Validators())
        return _finished(answered.understood.reading, source, memory)

    async def enrich(self, source: Source, items: Sequence[Item]) -> tuple[Item, ...]:
        """The same items in the same order, with what their article pages add within a few seconds."""
        return await enriched(items, source, self._fetcher, self._clock(), self._thinkers.think)

    async def whereabouts(self, source: Source, item: Item) -> Whereabouts:
        """Gone where its address answers 404 or 410, or leads to a page that is another one's."""
        if item.url is None:
            return Whereabouts.UNKNOWN
        answer = await self._fetcher.get(item.url, tls=Tls(ca_file=source.ca_file, legacy=source.legacy_tls))
        if isinstance(answer, Trouble):
            return Whereabouts.GONE if answer.status in (404, 410) else Whereabouts.UNKNOWN
        return Whereabouts.THERE if shows_item(answer.url, item) else Whereabouts.GONE

    async def _ask(self, url: str, source: Source, validators: Validators) -> _Answered:
        answer = await self._fetcher.get(
            url, validators=validators, tls=Tls(ca_file=source.ca_file, legacy=source.legacy_tls)
        )
        if isinstance(answer, Trouble):
            return _Answered(understood=Understood(reading=Reading(trouble=answer)))
        if answer.not_modified:
            return _Answered(understood=Understood(reading=Reading(not_modified=True)), fresh_for=answer.fresh_for)
        return _Answered(
            understood=await self._thinkers.think(self._understand, answer, source),
            validators=answer.validators,
            at=answer.moved_to,
            fresh_for=answer.fresh_for,
            links=answer.links,
        )

    def _understand(self, answer: Fetched, source: Source) -> Understood:
        document = Document(body=answer.body, url=answer.url, charset=answer.charset)
        return understand(document, source, self._clock(), most=self._max_bytes)

    async def _announced(self, page: _Answered, source: Source) -> _Answered:
        """The feed that a page announces, where it tells of the same news; else the page itself.

        Many portals announce one feed for the whole site on the list of each category.
        """
        feed = await self._ask(page.understood.announced, replace(source, kind="feed"), Validators())
        reading = feed.understood.reading
        if reading.trouble or reading.not_modified or not _tells_the_same(reading, page.understood.reading):
            return page
        return replace(feed, at=feed.at or page.understood.announced)


def _is_gone(trouble: Trouble | None) -> bool:
    return trouble is not None and (trouble.status in (404, 410) or trouble.kind in _LED_ASTRAY)


def _tells_the_same(feed: Reading, page: Reading) -> bool:
    listed = {key for item in page.items for key in item.keys}
    return not listed or any(not listed.isdisjoint(item.keys) for item in feed.items)


def _finished(reading: Reading, source: Source, memory: Memory) -> Reading:
    if reading.trouble is not None:
        return replace(reading, kind=reading.kind or memory.kind, items=(), validators=Validators(), feed_url="")
    items = held_where_foreign(tuple(_titled(item, source) for item in reading.items), source, memory)
    held = tuple(f"held: {item.title[:60]!r}: {item.doubt}" for item in items if item.doubt)
    return replace(reading, items=items, explained=(*reading.explained, *held))


def _titled(item: Item, source: Source) -> Item:
    """An item that the portal gave no title has the beginning of its summary, else the words of its address."""
    if item.title:
        return item
    slug = unquote(urlsplit(item.url or "").path).rstrip("/").rpartition("/")[2].replace("-", " ")
    return replace(item, title=summarise(item.summary or "", _TITLE_MOST).replace("\n", " ") or slug or source.title)
