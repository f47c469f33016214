"""Stand-ins with verbs, for what lies outside the rooms under test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.core.identity import keys_of
from bot.model import Item, Memory, Reading, Source, Trouble, TroubleKind, Validators, Whereabouts

START = datetime(2026, 3, 14, 2, 0, tzinfo=UTC)


@dataclass(slots=True)
class HandClock:
    """A clock that is moved by hand."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, step: timedelta) -> None:
        """Let that much time pass."""
        self.now += step


def notice(title: str, number: int, **more: object) -> Item:
    """An item as a portal's feed tells it, with the keys that its guid and address give."""
    url = f"https://portal.example/tin-tuc/bai-viet-so-hieu-{number}.html"
    item = Item(source_id="tdkt", keys=(), title=title, url=url, guid=f"news_{number}", published_at=START)
    item = replace(item, **more)  # type: ignore[arg-type]
    keys = keys_of(
        guid=item.guid,
        url=item.url,
        title=item.title,
        published_at=item.published_at,
        date_only=item.date_only,
        summary=item.summary,
    )
    return replace(item, keys=keys)


@dataclass(slots=True)
class Newsstand:
    """A portal that is read without a network: it lists what was published, newest first, on pages of `page_size`."""

    page_size: int = 30
    listed: list[Item] = field(default_factory=list)
    trouble: Trouble | None = None
    leads: dict[str, str] = field(default_factory=dict)
    pages_read: list[int] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def publish(self, *items: Item) -> None:
        """Put items on top of the list, the last one uppermost."""
        for item in items:
            self.listed.insert(0, item)

    def withdraw(self, title: str) -> None:
        """Take an item off the list; its page is gone, too."""
        self.gone.add(title)
        self.unlist(title)

    def unlist(self, title: str) -> None:
        """Take an item off the list; its page stays."""
        self.listed = [item for item in self.listed if item.title != title]

    def replace(self, title: str, item: Item) -> None:
        """Let *item* stand where the one of that title stood."""
        self.listed = [item if each.title == title else each for each in self.listed]

    def break_down(self) -> None:
        """Answer with an error from now on."""
        self.trouble = Trouble(kind=TroubleKind.HTTP, why="the portal answered 500", status=500)

    def heal(self) -> None:
        """Answer well again."""
        self.trouble = None

    async def read(self, source: Source, memory: Memory) -> Reading:
        """The first page."""
        return self._page(0)

    async def read_page(self, source: Source, memory: Memory, url: str) -> Reading:
        """A further page."""
        return self._page(int(url.rpartition("=")[2]))

    async def enrich(self, source: Source, items: Sequence[Item]) -> tuple[Item, ...]:
        """Items with the leads that were laid ready for their titles."""
        return tuple(replace(item, summary=item.summary or self.leads.get(item.title)) for item in items)

    async def whereabouts(self, source: Source, item: Item) -> Whereabouts:
        """Gone where it was withdrawn; nobody can say while the portal is in trouble."""
        self.asked.append(item.title)
        if self.trouble is not None:
            return Whereabouts.UNKNOWN
        return Whereabouts.GONE if item.title in self.gone else Whereabouts.THERE

    def _page(self, number: int) -> Reading:
        self.pages_read.append(number)
        if self.trouble is not None:
            return Reading(trouble=self.trouble)
        start = number * self.page_size
        more = len(self.listed) > start + self.page_size
        return Reading(
            kind="page" if more or number else "feed",
            items=tuple(self.listed[start : start + self.page_size]),
            validators=Validators(etag=f'"{len(self.listed)}"'),
            next_page=f"https://portal.example/tin?page={number + 1}" if more else None,
        )
