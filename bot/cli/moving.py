"""`import` and `export`: the archive and the ledger in and out, streamed: a million items need little memory."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.opening import ConfigPath, configured, opened
from bot.cli.showing import Progress, progress
from bot.config import Config
from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.model import Item
    from storage.store import Store

AT_ONCE = 1000
MOST_TOLD = 100


class What(StrEnum):
    """What can be exported."""

    ITEMS = "items"
    CHATS = "chats"
    LEDGER = "ledger"


class Form(StrEnum):
    """How it is written."""

    JSONL = "jsonl"
    CSV = "csv"
    OPML = "opml"


_COLUMNS = {
    What.ITEMS: (
        *("id", "source", "title", "url", "summary", "published_at", "date_only", "author", "guid"),
        *("image_url", "image_caption", "body", "attachments", "held", "revision", "first_seen_at"),
    ),
    What.CHATS: ("id", "telegram_id", "kind", "title", "language", "paused", "follows"),
    What.LEDGER: ("at", "note", "chat", "item", "reason", "attempt", "verdict", "why"),
}


def import_items(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help='One {"source", "title", "url", ...} a line.')],
    config: ConfigPath = None,
) -> int:
    """Take items into the archive; nothing is pushed. A bad line is told, the others are imported."""
    return asyncio.run(_import(file, config))


async def _import(file: Path, path: Path | None) -> int:
    settings = configured(path)
    zone = ZoneInfo(settings.schedule.timezone)
    counted: Counter[str] = Counter()
    try:
        lines = file.open(encoding="utf-8-sig", errors="replace")
    except OSError as trouble:
        raise ConfigError((f"{file} - it cannot be read ({trouble.strerror}): give a file of JSON lines",)) from None
    with lines, progress("importing", file.stat().st_size) as bar:
        async with opened(settings) as store:
            await store.sources.ensure(settings.sources)
            known = {source.id for source in settings.sources}
            while batch := _batch(lines, file.name, zone, counted, bar):
                for source_id, items in _by_source(batch).items():
                    if source_id not in known:
                        await store.sources.make_archive(source_id)
                        known.add(source_id)
                    counted["new"] += await store.items.add_archive(source_id, items, datetime.now(UTC), "import")
    counted["known"] = counted["read"] - counted["new"]
    print(f"imported {counted['new']:,}, known already {counted['known']:,}, bad lines {counted['bad']:,}")
    return 1 if counted["bad"] else 0


def _batch(lines: Iterator[str], name: str, zone: ZoneInfo, counted: Counter[str], bar: Progress) -> list[Item]:
    """The next items of the file; empty at its end."""
    from bot.cli.lines import BadLine, item_of_line

    batch: list[Item] = []
    for line in lines:
        counted["lines"] += 1
        bar.advance(len(line.encode()))
        if not line.strip():
            continue
        read = item_of_line(line, zone)
        if isinstance(read, BadLine):
            counted["bad"] += 1
            if counted["bad"] <= MOST_TOLD:
                print(f"{name} line {counted['lines']}: {read.why}", file=sys.stderr)
            continue
        counted["read"] += 1
        batch.append(read)
        if len(batch) == AT_ONCE:
            break
    return batch


def _by_source(items: list[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.source_id, []).append(item)
    return found


def export(
    what: Annotated[What, typer.Option(help="What to write.")] = What.ITEMS,
    form: Annotated[Form, typer.Option("--format", help="opml: the configured sources.")] = Form.JSONL,
    config: ConfigPath = None,
) -> int:
    """Write items, chats or the ledger to standard output."""
    settings = configured(config)
    if form is Form.OPML:
        _opml(settings)
        return 0
    return asyncio.run(_export(settings, what, form))


async def _export(settings: Config, what: What, form: Form) -> int:
    write = _write_json if form is Form.JSONL else _csv_writer(what)
    async with opened(settings) as store:
        async for row in _rows(store, what):
            write(row)
    sys.stdout.flush()
    return 0


async def _rows(store: Store, what: What) -> AsyncIterator[dict[str, object]]:
    from bot.cli.lines import line_of_item

    match what:
        case What.ITEMS:
            async for stored in store.items.export():
                yield line_of_item(stored)
        case What.CHATS:
            async for chat in store.chats.export():
                follows = await store.chats.follows(chat.id)
                yield {
                    "id": chat.id,
                    "telegram_id": chat.telegram_id,
                    "kind": str(chat.kind),
                    "title": chat.title,
                    "language": chat.language,
                    "paused": chat.paused,
                    "follows": [f"{one.source_id}@{one.thread}" if one.thread else one.source_id for one in follows],
                }
        case What.LEDGER:
            async for line in store.outbox.ledger_lines():
                yield line


def _write_json(row: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


def _csv_writer(what: What) -> Callable[[dict[str, object]], None]:
    """Writes the head at once; a row that has more than its columns loses the rest."""
    out = csv.DictWriter(sys.stdout, _COLUMNS[what], extrasaction="ignore")
    out.writeheader()

    def write(row: dict[str, object]) -> None:
        out.writerow({name: _cell(value) for name, value in row.items()})

    return write


def _cell(value: object) -> object:
    """A cell that a spreadsheet would run as a formula is disarmed."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value


def _opml(settings: Config) -> None:
    from html import escape

    print('<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head><title>Loa</title></head>\n<body>')
    for source in settings.sources:
        title, url = escape(source.title), escape(source.url)
        print(f'<outline type="rss" text="{title}" title="{title}" xmlUrl="{url}" category="{source.id}"/>')
    print("</body>\n</opml>")
