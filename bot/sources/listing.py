"""The generic reader of listings: finds the news of a page by its structure, where nobody told how it is built."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.sources.listing_days import dated_by_headings
from bot.sources.listing_entries import Entry, read_entry
from bot.sources.listing_groups import Block, groups_of
from bot.sources.listing_links import Link, weight
from bot.sources.listing_score import Group, scored, shapes_of
from bot.sources.page_tree import PageTree

LEAST_SCORE = 0.45
_TITLE_LEAST = 12
MOST_ENTRIES = 1_000
"""A list that is longer is cut: what is new stands in front, and a page is to be read within seconds."""
_MOST_GROUPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The entries of a page in its order, how sure the reader is, and in words what it took and what it left."""

    entries: tuple[Entry, ...]
    score: float = 0.0
    explained: tuple[str, ...] = ()


def find_listing(tree: PageTree, links: Sequence[Link], now: datetime, timezone: str) -> Listing:
    """The list of news of a page; no entries where nothing on it looks like one."""
    groups = []
    for blocks in sorted(groups_of(tree, links), key=len, reverse=True)[:_MOST_GROUPS]:
        entries = _entries(tree, blocks, now, timezone)
        if entries:
            groups.append(scored(tree, entries))
    groups.sort(key=lambda group: -group.score)
    explained = [f"candidate: {group.why}; first: {group.entries[0].title[:60]!r}" for group in groups[:6]]
    best = next((group for group in groups if group.score >= LEAST_SCORE and _is_plausible(group)), None)
    if best is None:
        return Listing(entries=(), explained=(*explained, "no list of news"))
    chosen, measure = list(best.entries), _Measure(best)
    explained += _described(best)
    for group in (group for group in groups if group is not best):
        verdict = measure.objection(group)
        if not verdict:
            chosen += group.entries
            explained.append(f"taken too: {len(group.entries)} entries, first: {group.entries[0].title[:60]!r}")
        elif group.score >= 0.2 * best.score:
            explained.append(f"left: {group.entries[0].title[:60]!r} and {len(group.entries) - 1} more: {verdict}")
    dated = dated_by_headings(tree, _in_order(chosen), now, timezone)
    return Listing(entries=dated, score=best.score, explained=tuple(explained))


def _described(best: Group) -> list[str]:
    """The list that was taken, in the words of CSS: what an operator would write as selectors."""
    homes = Counter(entry.block.home.selector for entry in best.entries)
    tops = Counter(entry.block.top.selector for entry in best.entries)
    links = Counter(entry.block.link.anchor.selector for entry in best.entries)
    where = f"each {' or '.join(tops)} in {' or '.join(homes)}; title and link: {' or '.join(links)}"
    lines = [f"items: {len(best.entries)}, {where}"]
    dated = next((entry.date_text for entry in best.entries if entry.date is not None), "")
    lines.append(
        f"dates: {best.dated:.0%} of the items have one, first from {dated!r}" if dated else "dates: none found"
    )
    return lines


def _entries(tree: PageTree, blocks: Sequence[Block], now: datetime, timezone: str) -> list[Entry]:
    entries = [entry for block in blocks[:MOST_ENTRIES] if (entry := read_entry(tree, block, now, timezone))]
    if not entries:
        return []
    dated = sum(entry.date is not None for entry in entries) >= 0.6 * len(entries)
    return [entry for entry in entries if weight(entry.title) >= _TITLE_LEAST or (dated and entry.date is not None)]


def _is_plausible(group: Group) -> bool:
    """Whether a group can be the news of the page, rather than what remains beside an empty list.

    What stands in a box beside it must at least be dated and told; one or two links must be dated.
    """
    if group.region < 0.3 or (group.region < 0.5 and not (group.dated >= 0.8 and group.summed >= 0.5)):
        return False
    return len(group.entries) >= 3 or group.dated == 1.0


class _Measure:
    """The best list as the measure of every further group: is that a part of it (a lead story, a second column)?"""

    def __init__(self, best: Group) -> None:
        self._best = best
        self._shapes = shapes_of(best.entries)
        self._blocks = sorted((entry.block.start, entry.block.end) for entry in best.entries)
        self._targets = {entry.block.start: entry.block.link.target for entry in best.entries}

    def objection(self, group: Group) -> str:
        """Why the group is no part of the list; empty where it is."""
        best = self._best
        silent = best.summed >= 0.7 and group.summed < 0.5 and group.dated < 0.5
        objections = (
            (group.region < 0.75 * best.region, "stands beside the list"),
            (group.title_weight < max(0.5 * best.title_weight, 20), "its titles are short"),
            (best.dated >= 0.7 and group.dated < 0.5, "the list is dated, this is not"),
            (silent, "the list has summaries, this has none"),
            (not self._shapes & shapes_of(group.entries), "its links are of another kind"),
            (all(self._is_inside(entry) for entry in group.entries), "belongs to the items of the list"),
        )
        return next((why for holds, why in objections if holds), "")

    def _is_inside(self, entry: Entry) -> bool:
        """Whether a link stands inside the block of another item: related news, parts of a series."""
        place = bisect_left(self._blocks, (entry.block.start, 0)) - 1
        if place < 0:
            return False
        start, end = self._blocks[place]
        return entry.block.start < end and self._targets[start] != entry.block.link.target


def _in_order(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """In the page's order, each target once: of two the one that knows its date."""
    best: dict[str, Entry] = {}
    for entry in entries:
        known = best.get(entry.block.link.target)
        if known is None or (known.date is None and entry.date is not None):
            best[entry.block.link.target] = entry
    return tuple(sorted(best.values(), key=lambda entry: entry.block.start))
