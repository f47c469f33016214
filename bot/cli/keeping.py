"""Looking after the archive: what is held, numbers, copies, the schema."""

from __future__ import annotations

import asyncio
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import ConfigPath, configured, database_file, opened
from bot.errors import StoreUnreadable

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The copy.")]


Pushed = Annotated[list[int] | None, typer.Option("--push", metavar="ID", help="Let this one go out; repeatable.")]
Dropped = Annotated[list[int] | None, typer.Option("--drop", metavar="ID", help="Never push this one; repeatable.")]


def held(push: Pushed = None, drop: Dropped = None, config: ConfigPath = None) -> int:
    """List the items that wait for an operator, and why; push or drop them. /held does the same in the chat."""
    return asyncio.run(_held(tuple(push or ()), tuple(drop or ()), config))


async def _held(pushed: tuple[int, ...], dropped: tuple[int, ...], path: Path | None) -> int:
    from bot.app.cellar import opened_cellar
    from bot.jobs.release import push_held

    unknown = []
    async with opened_cellar(configured(path)) as cellar:
        store = cellar.store
        for item_id in pushed:
            owed = await push_held(item_id, store=store, watches=cellar.watches, clock=cellar.timing.clock)
            if owed is None:
                unknown.append(item_id)
            else:
                print(f"{item_id}\tpushed\towed to {owed} chats; a running bot sends it at once")
        for item_id in dropped:
            if await store.items.drop_held(item_id):
                print(f"{item_id}\tdropped")
            else:
                unknown.append(item_id)
        items = () if pushed or dropped else await store.items.held()
    for item_id in unknown:
        print(f"loa: no item {item_id} is held - `loa held` lists those that are", file=sys.stderr)
    for stored in items:
        print(f"{stored.id}\t{stored.held}\t{stored.item.source_id}\t{stored.item.title}\t{stored.item.url or '-'}")
    if not (items or pushed or dropped):
        print("nothing is held")
    return 1 if unknown else 0


def stats(config: ConfigPath = None) -> int:
    """Print the numbers of the archive."""
    return asyncio.run(_stats(config))


async def _stats(path: Path | None) -> int:
    settings = configured(path)
    async with opened(settings) as store:
        depth = await store.outbox.depth(datetime.now(UTC))
        memories = {memory.source_id: memory for memory in await store.sources.memories()}
        numbers = {
            "items": await store.items.count(),
            "items held": len(await store.items.held()),
            "chats": await store.chats.count(),
            "watches": len(await store.watches.all()),
            "notes due": depth.due,
            "notes sending": depth.sending,
            "sources configured": len(settings.sources),
            "sources in trouble": sum(
                1 for one in settings.sources if one.id in memories and memories[one.id].trouble is not None
            ),
            "bytes": database_file(settings).stat().st_size,
        }
    for name, number in numbers.items():
        print(f"{name:20} {number:>14,}")
    return 0


def backup(file: BackupFile, config: ConfigPath = None) -> int:
    """Write a consistent copy of the archive, also while the bot is running."""
    return asyncio.run(_backup(file, config))


async def _backup(file: Path, path: Path | None) -> int:
    async with opened(configured(path)) as store:
        await store.backup(file)
    print(f"{file}: {file.stat().st_size:,} bytes")
    return 0


def restore(file: BackupFile, config: ConfigPath = None) -> int:
    """Put a copy in the archive's place; what was there is kept beside it. Stop the bot first."""
    return asyncio.run(_restore(file, config))


async def _restore(file: Path, path: Path | None) -> int:
    settings = configured(path)
    place = database_file(settings)
    if not file.is_file():
        raise StoreUnreadable(f"there is no file {file}")
    part = place.with_name(place.name + ".restoring")
    part.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, part)
    try:
        said = await _soundness(part)
        if said != "ok":
            raise StoreUnreadable(f"{file} is no sound copy ({said}); nothing was changed")
        kept = _set_aside(place)
        part.replace(place)
    finally:
        for rest in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm"))):
            rest.unlink(missing_ok=True)
    print(f"restored {place}" + (f"; what was there is {kept}" if kept else ""))
    return 0


async def _soundness(place: Path) -> str:
    """Opens the copy, which brings an older one up to date and refuses a newer one, and looks through it."""
    from storage.store import Store

    store = await Store.open(f"sqlite:///{place}")
    try:
        return await store.check()
    finally:
        await store.close()


def _set_aside(place: Path) -> Path | None:
    """The present archive, whole, under another name; a damaged one as it is."""
    if not place.exists():
        return None
    kept = place.with_name(f"{place.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    place.replace(kept)
    for end in ("-wal", "-shm"):
        beside = place.with_name(place.name + end)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + end))
    return kept


def migrate(config: ConfigPath = None) -> int:
    """Bring the archive's schema up to date; `run` does so by itself."""
    return asyncio.run(_migrate(config))


async def _migrate(path: Path | None) -> int:
    settings = configured(path)
    async with opened(settings) as store:
        print(f"{database_file(settings)}: up to date, integrity {await store.check()}")
    return 0
