"""The way in: fetch a source, keep what is new, owe a note to every chat that wants it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bot.core.listing import MOST_PAGES, reads_on, resurfaced
from bot.core.match import find_matches
from bot.core.moving import MOST_COMPARED, adopted, is_later
from bot.core.republished import MOST_COMPARED as MOST_REPUBLISHED
from bot.core.republished import republished
from bot.core.schedule import after_success, after_trouble
from bot.jobs.stories import StoryBook
from bot.jobs.watching import WatchBook
from bot.jobs.withdrawing import withdraw_missing
from bot.model import Clock, Item, Memory, PollReport, Priority, Reader, Reading, Source, Trouble
from storage.store import Store

log = logging.getLogger(__name__)

Chance = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A reading with all its pages: which of its items are unknown, and which of those are news."""

    reading: Reading
    unknown: tuple[Item, ...]
    news: frozenset[tuple[str, ...]]
    moved: Mapping[int, str] = field(default_factory=dict)
    """The new addresses of known items that are published again."""


async def poll(
    source: Source,
    *,
    reader: Reader,
    store: Store,
    watches: WatchBook,
    stories: StoryBook,
    clock: Clock,
    chance: Chance,
) -> PollReport:
    """Bring in what is new at *source* and owe a note to every chat that wants it.

    One transaction holds the items, their matches and the notes they cause; the first good reading is the baseline
    and owes nothing. Trouble is a value of the report, never an exception; StoreUnavailable passes through.
    """
    memory = await store.sources.memory(source.id)
    reading = await reader.read(source, memory)
    if reading.trouble is not None:
        return await note_trouble(source, memory, reading.trouble, store=store, clock=clock, chance=chance)
    baseline = memory.baseline_at is None
    if reading.not_modified and not baseline:
        await store.absences.again(source.id)
        await withdraw_missing(source, reader=reader, store=store, clock=clock)
        return await note_unchanged(source, memory, reading, store=store, clock=clock, chance=chance)
    gathered = await gather(source, memory, reading, reader=reader, store=store)
    fresh = gathered.unknown if baseline else await reader.enrich(source, gathered.unknown)
    wanted = {} if baseline else await watches.wanting(fresh)
    priority = Priority.URGENT if source.urgent else Priority.NORMAL
    now = clock()
    async with store.poll(source.id, now) as tx:
        kept = await tx.keep(gathered.reading, fresh, baseline=baseline)
        news = () if baseline else tuple(stored for stored in kept.new if stored.item.keys in gathered.news)
        twins = stories.twins(news) if source.merge else {}
        owed = await tx.owe_followers(news, priority) + await tx.owe(find_matches(news, wanted), priority)
        owed -= await tx.join(twins)
        await tx.readdress(gathered.moved)
        lately = replace(memory, last_item_at=now) if news else memory
        await tx.schedule(after_success(source, lately, now, chance(), reading.fresh_for))
    if source.merge:
        stories.add(news, twins)
    await withdraw_missing(source, reader=reader, store=store, clock=clock)
    await store.watches.matched([watch.id for hits in wanted.values() for watch in hits], now)
    report = PollReport(
        source_id=source.id,
        baseline=baseline,
        new=tuple(stored.id for stored in kept.new),
        corrected=tuple(stored.id for stored in kept.corrected),
        held=tuple(stored.id for stored in kept.held),
        owed=owed,
        recovered=memory.trouble is not None,
    )
    if report.new or report.corrected or report.recovered or memory.changed:
        log.info("poll.done source=%s baseline=%s new=%d owed=%d", source.id, baseline, len(report.new), owed)
    return report


async def gather(source: Source, memory: Memory, reading: Reading, *, reader: Reader, store: Store) -> Gathered:
    """The reading with its further pages, as far as they may hold news: five at most for the baseline, too.

    A further page that is in trouble ends the walk: what the first page said is true all the same.
    """
    pages, ids = [reading], await store.items.recognise(source.id, reading.items)
    places, page = list(ids), reading
    while page.next_page and (memory.baseline_at is None or reads_on(ids)):
        if len(pages) == MOST_PAGES:
            log.warning("poll.page_cap source=%s pages=%d", source.id, MOST_PAGES)
            break
        page = await reader.read_page(source, memory, page.next_page)
        if page.trouble is not None:
            log.warning("poll.page_trouble source=%s why=%s", source.id, page.trouble.why)
            break
        ids = await store.items.recognise(source.id, page.items)
        pages.append(page)
        places.extend(ids)
    items = tuple(item for each in pages for item in each.items)
    if memory.changed:
        items = adopted(items, places, await store.items.newest(MOST_COMPARED, (source.id,)))
        places = list(await store.items.recognise(source.id, items))
    moved: Mapping[int, str] = {}
    if memory.baseline_at is not None and None in places:
        again = republished(items, places, await store.stories.last_of(source.id, MOST_REPUBLISHED), source.timezone)
        if again.items != items:
            items, moved = again.items, again.moved
            places = list(await store.items.recognise(source.id, items))
    quiet = frozenset() if reading.next_page else resurfaced(items, places, memory.listed)
    unknown = {item.keys: place for place, item in reversed(list(enumerate(items))) if places[place] is None}
    return Gathered(
        reading=replace(reading, items=items),
        unknown=tuple(items[place] for place in sorted(unknown.values())),
        news=frozenset(
            keys for keys, place in unknown.items() if place not in quiet and _may_be_news(items[place], memory)
        ),
        moved=moved,
    )


def _may_be_news(item: Item, memory: Memory) -> bool:
    """Whether it is none of the old notices that a source shows at its new address for the first time."""
    return not memory.changed or memory.last_success_at is None or is_later(item, memory.last_success_at)


async def note_unchanged(
    source: Source, memory: Memory, reading: Reading, *, store: Store, clock: Clock, chance: Chance
) -> PollReport:
    """Write down that the source is as it was, and when it is read again."""
    now = clock()
    await store.sources.unchanged(source.id, now, after_success(source, memory, now, chance(), reading.fresh_for))
    if memory.trouble is not None:
        log.info("poll.recovered source=%s", source.id)
    return PollReport(source_id=source.id, not_modified=True, recovered=memory.trouble is not None)


async def note_trouble(
    source: Source, memory: Memory, trouble: Trouble, *, store: Store, clock: Clock, chance: Chance
) -> PollReport:
    """Write down that a reading failed, and when the source is tried again; its news and its keys stay as they were."""
    now = clock()
    later = after_trouble(source, memory.failures + 1, trouble, now, chance())
    async with store.poll(source.id, now) as tx:
        await tx.trouble(trouble, later)
    log.warning("poll.trouble source=%s failures=%d why=%s", source.id, memory.failures + 1, trouble.why)
    return PollReport(source_id=source.id, trouble=trouble)
