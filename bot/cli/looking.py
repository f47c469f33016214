"""Looking without running: is all well, what would the bot see, what does the archive say."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.opening import NEEDS_TOKEN, AsJson, ConfigPath, configured, configured_if_there, opened
from bot.cli.showing import show_table
from bot.config import Config
from bot.errors import ConfigError
from bot.model import Accepted, Found, PollReport, Reading, SearchPage


class Kind(StrEnum):
    """How a document is to be read."""

    AUTO = "auto"
    FEED = "feed"
    PAGE = "page"


def check(config: ConfigPath = None) -> int:
    """Try everything that `run` needs: configuration, database, token, each source. Exit 1 if something is amiss."""
    return asyncio.run(_check(configured(config, needs=NEEDS_TOKEN)))


async def _check(settings: Config) -> int:
    from bot.app.checking import Mark, findings

    found = [finding async for finding in findings(settings)]
    show_table(("", "what", "found"), [(one.mark, one.what, one.said) for one in found])
    return 1 if any(one.mark is Mark.FAIL for one in found) else 0


def poll(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE...]", help="Ids; none: all.")] = None,
    config: ConfigPath = None,
) -> int:
    """Read the sources once, now; notes are owed as usual and sent by `run`. Exit 1 if a source is in trouble."""
    return asyncio.run(_poll(configured(config, level=logging.ERROR), sources or []))


async def _poll(settings: Config, wanted: list[str]) -> int:
    from bot.app.cellar import opened_cellar
    from bot.app.reading import opened_reader, read_once

    known = {source.id: source for source in settings.sources}
    mistakes = tuple(
        f"there is no source {name!r} - known: {', '.join(known) or 'none'}" for name in wanted if name not in known
    )
    if mistakes:
        raise ConfigError(mistakes)
    async with opened_cellar(settings) as cellar, opened_reader(settings.fetch) as reader:
        reports = [await read_once(known[name], reader, cellar) for name in wanted or known]
    for report in reports:
        print(f"{report.source_id}\t{_in_words(report)}")
    return 1 if any(report.trouble for report in reports) else 0


def _in_words(report: PollReport) -> str:
    if report.trouble is not None:
        return f"trouble: {report.trouble.why}"
    if report.baseline:
        return f"first reading: {len(report.new)} items, nobody is owed them"
    if report.not_modified:
        return "not modified"
    return (
        f"{len(report.new)} new, {len(report.corrected)} corrected, {len(report.held)} held, {report.owed} notes owed"
    )


def search(
    query: Annotated[
        list[str], typer.Argument(metavar="QUERY", help='Words, "phrases", -not; after -- it may begin with -.')
    ],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most results.")] = 5,
    source: Annotated[list[str] | None, typer.Option(help="Only of this source; may be repeated.")] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> int:
    """Search the archive, exactly as in the chat."""
    return asyncio.run(_search(configured(config), " ".join(query), limit, tuple(source or ()), as_json=as_json))


async def _search(settings: Config, query: str, limit: int, sources: tuple[str, ...], *, as_json: bool) -> int:
    from bot.jobs.tidying import renew

    zone = ZoneInfo(settings.schedule.timezone)
    async with opened(settings) as store:
        await renew(store)
        page = await store.search.search(query, now=datetime.now(UTC), sources=sources, limit=limit, language="en")
    if as_json:
        print(json.dumps(_as_object(query, page, zone), ensure_ascii=False, indent=1))
        return 0
    if page.trouble:
        print(page.trouble, file=sys.stderr)
        return 0
    print(f"{page.total}{'+' if page.more else ''} found" + (", the nearest:" if page.nearest else ""))
    for found in page.results or page.nearest:
        item = found.stored.item
        day = item.published_at.astimezone(zone).strftime("%d/%m/%Y") if item.published_at else "-"
        print(f"{found.stored.id}\t{day}\t{item.source_id}\t{item.title}\t{item.url or '-'}")
    return 0


def _as_object(query: str, page: SearchPage, zone: ZoneInfo) -> dict[str, object]:
    return {
        "query": query,
        "total": page.total,
        "more": page.more,
        "results": [_found(found, zone) for found in page.results],
        "nearest": [_found(found, zone) for found in page.nearest],
        "trouble": page.trouble or None,
    }


def _found(found: Found, zone: ZoneInfo) -> dict[str, object]:
    item = found.stored.item
    return {
        "id": found.stored.id,
        "source": item.source_id,
        "title": item.title,
        "url": item.url,
        "summary": item.summary,
        "published_at": item.published_at.astimezone(zone).isoformat() if item.published_at else None,
    }


def preview(
    place: Annotated[str, typer.Argument(metavar="URL_OR_FILE", help="A feed or a page that lists news.")],
    kind: Annotated[Kind, typer.Option(help="How to read it.")] = Kind.AUTO,
    base_url: Annotated[str, typer.Option(help="For a file: the address it came from.")] = "",
    as_json: AsJson = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say on standard error why it was read like this.")
    ] = False,
    config: ConfigPath = None,
) -> int:
    """Show what the bot would see there; stores nothing. Exit 1 on trouble."""
    return asyncio.run(_preview(configured_if_there(config), place, kind, base_url, as_json=as_json, explain=explain))


async def _preview(settings: Config, place: str, kind: Kind, base_url: str, *, as_json: bool, explain: bool) -> int:
    from bot.app.cellar import utc_now
    from bot.app.reading import fetch_rules
    from bot.sources.preview import preview as look
    from bot.sources.preview import preview_json

    seen = await look(
        place,
        kind=kind.value,
        base_url=base_url,
        timezone=settings.schedule.timezone,
        rules=fetch_rules(settings.fetch),
        known=settings.sources,
        clock=utc_now,
    )
    for line in seen.reading.explained if explain else ():
        print(line, file=sys.stderr)
    if as_json:
        print(json.dumps(preview_json(seen), ensure_ascii=False, indent=1))
    else:
        _show_reading(seen.reading, ZoneInfo(settings.schedule.timezone))
    return 1 if seen.reading.trouble else 0


def _show_reading(reading: Reading, zone: ZoneInfo) -> None:
    print(f"{reading.kind or 'nothing'}: {reading.title or '-'}, {len(reading.items)} items")
    form = {True: "%d/%m/%Y", False: "%d/%m/%Y %H:%M"}
    for item in reading.items:
        day = item.published_at.astimezone(zone).strftime(form[item.date_only]) if item.published_at else "-"
        print(f"{day}\t{item.title}\t{item.url or '-'}")
    if reading.next_page:
        print(f"next page: {reading.next_page}")
    if reading.trouble:
        print(f"trouble: {reading.trouble.why}", file=sys.stderr)


def send_test(
    chat: Annotated[int, typer.Argument(metavar="CHAT", help="Telegram's id; -- before one that begins with -.")],
    config: ConfigPath = None,
) -> int:
    """Send one test message to a chat."""
    settings = configured(config, needs=NEEDS_TOKEN)
    from bot.app.checking import send_one

    answer = asyncio.run(send_one(settings.telegram, chat, "Loa: tin nhắn thử.\nLoa: a test message."))
    if isinstance(answer, Accepted):
        print(f"sent as message {answer.message_id}")
        return 0
    print(f"not sent: {getattr(answer, 'why', answer)}", file=sys.stderr)
    return 1
