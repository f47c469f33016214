"""`backfill`: the archive pages of a source, walked into the store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final
from zoneinfo import ZoneInfo

import typer

from bot.cli.opening import ConfigPath, configured
from bot.cli.showing import Progress, progress
from bot.config import Config
from bot.config.readers import Mend, address
from bot.errors import ConfigError
from bot.model import Source

if TYPE_CHECKING:
    from bot.jobs.backfill import Backfilled, Step

ENDS: Final = {
    "at_end": "the end of the archive",
    "at_date": "everything since that day",
    "at_pages": "so many pages; the same command goes on from here",
    "circle": "the pager goes round from here: the end of the archive",
}


def backfill(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Its id in config.toml.")],
    pages: Annotated[int | None, typer.Option(min=1, help="At most so many pages now.")] = None,
    since: Annotated[str, typer.Option(metavar="DATE", help="Back to this day, such as 2024-01-31.")] = "",
    begin: Annotated[
        str, typer.Option("--from", metavar="URL", help="Begin at this list: for a feed without older pages.")
    ] = "",
    config: ConfigPath = None,
) -> int:
    """Walk a source's archive pages into the store, newest to oldest; nothing is pushed. Goes on where it was ended."""
    settings = configured(config)
    place = _place(settings, source, begin)
    return asyncio.run(_backfill(settings, place, pages, _day(since, place.timezone)))


async def _backfill(settings: Config, place: Source, pages: int | None, since: datetime | None) -> int:
    from bot.app.cellar import opened_cellar
    from bot.app.reading import opened_reader
    from bot.jobs.backfill import Backfill
    from bot.jobs.tidying import MANY, tell_again, tidy

    with progress(f"{place.id}: pages", None) as bar:
        async with opened_cellar(settings) as cellar, opened_reader(settings.fetch) as reader:
            walked = await Backfill(
                source=place,
                reader=reader,
                store=cellar.store,
                timing=cellar.timing,
                rest=asyncio.sleep,
                told=_Showing(bar, ZoneInfo(place.timezone)),
                since=since,
                most_pages=pages,
            ).run()
            if walked.items >= MANY:
                await tell_again(cellar.store)
                await tidy(cellar.store)
    return _tell(place, walked)


class _Showing:
    """Moves the bar with every page, and says how far back the walk is."""

    def __init__(self, bar: Progress, zone: ZoneInfo) -> None:
        self._bar = bar
        self._zone = zone

    def __call__(self, step: Step) -> None:
        self._bar.expect(None if step.left is None else step.pages + step.left)
        back_to = f", back to {step.oldest_at.astimezone(self._zone):%d/%m/%Y}" if step.oldest_at else ""
        self._bar.reach(step.pages, f"{step.items:,} items{back_to}")


def _tell(source: Source, walked: Backfilled) -> int:
    begun = "went on; " if walked.resumed else ""
    print(f"{source.id}: {begun}{walked.pages:,} pages read, {walked.items:,} items stored")
    if walked.trouble is not None:
        print(f"broken off: {walked.trouble.why}; the same command goes on from here")
        return 1
    print(f"reached: {ENDS[walked.ended]}")
    if walked.pages == 1 and walked.ended == "at_end":
        print("there was one page only: where its portal has a list of older news, give that address with --from")
    return 0


def _place(settings: Config, source_id: str, begin: str) -> Source:
    """The source, or the same source as another list shows it."""
    known = settings.source(source_id)
    if known is None:
        names = ", ".join(_names(settings.sources)) or "none"
        raise ConfigError((f"there is no source {source_id!r} - known: {names}",))
    if not begin:
        return known
    try:
        return replace(known, url=address(begin), kind="auto")
    except Mend as mend:
        raise ConfigError((f"--from {begin} - {mend}",)) from None


def _names(sources: Sequence[Source]) -> list[str]:
    return [source.id for source in sources]


def _day(text: str, timezone: str) -> datetime | None:
    """The first instant of that day at the source; a day that is written the Vietnamese way is read too."""
    if not text:
        return None
    from bot.app.cellar import utc_now
    from bot.core.dates import read_date

    read = read_date(text, utc_now(), timezone)
    if read is None:
        raise ConfigError((f"--since {text} - give a day such as 2024-01-31 or 31/01/2024",))
    local = read.at.astimezone(ZoneInfo(timezone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
