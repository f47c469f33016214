"""The [[sources]] tables become `Source` nouns."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from bot.config.nouns import SourceConfig
from bot.config.tables import Mistakes, read_table, shown
from bot.model import Selectors, Source


def read_sources(raw: object, timezone: str, folder: Path, mistakes: Mistakes) -> tuple[Source, ...]:
    """Every source that can be read; places count from 1, as a person counts the tables."""
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        mistakes.note(f"sources = {shown(raw)}", "write each source as a table under [[sources]]")
        return ()
    tables = [(n, read_table(SourceConfig, one, f"sources[{n}]", mistakes)) for n, one in enumerate(raw, 1)]
    read = [(n, table) for n, table in tables if table is not None]
    _tell_apart(read, mistakes)
    return tuple(_source(n, table, timezone, folder, mistakes) for n, table in read)


def _tell_apart(read: list[tuple[int, SourceConfig]], mistakes: Mistakes) -> None:
    first: dict[str, int] = {}
    for n, table in read:
        if table.id in first:
            mistakes.note(
                f"sources[{n}].id = {shown(table.id)}", f"sources[{first[table.id]}] has that id: give another"
            )
        first.setdefault(table.id, n)
    for n, table in read:
        if table.was in first:
            mistakes.note(
                f"sources[{n}].was = {shown(table.was)}",
                f"sources[{first[table.was]}] has that id now: a source is renamed only from an id no longer in use",
            )


def _source(n: int, table: SourceConfig, timezone: str, folder: Path, mistakes: Mistakes) -> Source:
    if table.interval_max is not None and table.interval_max < table.interval:
        mistakes.note(f"sources[{n}].interval_max", "give at least the interval, or leave it out")
    ca_file = str(folder / table.ca_file) if table.ca_file else ""
    if ca_file and not Path(ca_file).is_file():
        mistakes.note(f"sources[{n}].ca_file = {shown(table.ca_file)}", "there is no such file; give a PEM certificate")
    return Source(
        id=table.id,
        title=table.title or urlsplit(table.url).hostname or table.id,
        url=table.url,
        kind=table.kind,
        every=table.interval,
        every_most=table.interval_max,
        timezone=table.timezone or timezone,
        hosts=table.hosts,
        was=table.was,
        urgent=table.urgent,
        profile=table.profile,
        selectors=Selectors(
            item=table.item,
            title=table.title_selector,
            link=table.link,
            date=table.date,
            summary=table.summary,
            image=table.image,
            next=table.next,
        ),
        ca_file=ca_file,
        legacy_tls=table.legacy_tls,
        merge=table.merge,
    )
