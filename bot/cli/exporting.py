"""`export`: the archive, the chats and the ledger, streamed to standard output."""

from __future__ import annotations

import asyncio
import csv
import gc
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.opening import ConfigPath, configured, opened
from bot.cli.opml import opml_of
from bot.cli.showing import progress
from bot.config import Config
from bot.errors import ConfigError, LoaError

if TYPE_CHECKING:
    from storage.store import Store


SHOWN_EVERY: Final = 500


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
        *("image_url", "image_caption", "body", "attachments", "held", "revision", "first_seen_at", "keys"),
    ),
    What.CHATS: ("id", "telegram_id", "kind", "title", "language", "paused", "follows"),
    What.LEDGER: ("at", "note", "chat", "item", "reason", "attempt", "verdict", "why"),
}


def export(
    what: Annotated[What, typer.Option(help="What to write.")] = What.ITEMS,
    form: Annotated[Form, typer.Option("--format", help="opml: the configured sources.")] = Form.JSONL,
    config: ConfigPath = None,
) -> int:
    """Write items, chats or the ledger to standard output."""
    settings = configured(config)
    if form is Form.OPML and what is not What.ITEMS:
        raise ConfigError((f"--format opml writes the configured sources - write {what} as jsonl or csv",))
    try:
        if form is Form.OPML:
            print("\n".join(opml_of(settings.sources)), flush=True)
            return 0
        return asyncio.run(_export(settings, what, form))
    except BrokenPipeError:
        raise
    except OSError as trouble:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what waits to be written cannot be, at the end
        raise LoaError(f"the export broke off: its output cannot be written ({trouble.strerror})") from None


async def _export(settings: Config, what: What, form: Form) -> int:
    write = _write_json if form is Form.JSONL else _csv_writer(what)
    gc.enable()  # it was off for the start; this goes on for long
    async with opened(settings) as store:
        with progress(f"exporting {what}", await _count(store, what)) as bar:
            written = 0
            async for row in _rows(store, what):
                write(row)
                written += 1
                if written % SHOWN_EVERY == 0:
                    bar.reach(written)
    sys.stdout.flush()
    return 0


async def _count(store: Store, what: What) -> int:
    match what:
        case What.ITEMS:
            return await store.items.count()
        case What.CHATS:
            return await store.chats.count()
        case What.LEDGER:
            return await store.outbox.count_ledger()


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
