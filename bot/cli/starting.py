"""`init`: from nothing to a bot that runs, by a few questions whose answers are tried at once."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot.config import Config, load_config
from bot.config.readers import Mend, address
from bot.errors import ConfigError
from bot.model import Source

T = TypeVar("T")

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{10,}")


def init(
    config: Annotated[Path, typer.Option("--config", metavar="FILE", help="The file to write.")] = Path("config.toml"),
) -> int:
    """Ask for token, portal and operators, try them, and write config.toml and .env."""
    print("Loa needs a token (in Telegram, @BotFather gives one: /newbot) and a portal to watch.")
    dotenv = config.parent / ".env"
    token = os.environ.get("TELEGRAM_BOT_TOKEN") or _asked("Token", _token, hide=True)
    url = _asked("Address of the portal's feed or news page", address)
    title = _asked("Title of this source for its readers", str, default="Tin tức")
    admins = _asked("Telegram user ids of the operators, with blanks between (or none)", _ids, default="")
    asyncio.run(_try(_known(config), token, url))
    _write_config(config, url=url, title=title, admins=admins)
    if not os.environ.get("TELEGRAM_BOT_TOKEN"):
        _write_token(dotenv, token)
    load_config(os.environ, path=config, needs=frozenset({"token"}))
    print(f"Written: {config}. Next: `loa check`, then `loa run` (or `make run`).")
    return 0


def _known(config: Path) -> Config:
    """What is configured already; the defaults where nothing is."""
    return load_config(os.environ, path=config) if config.exists() else Config(path=config)


async def _try(known: Config, token: str, url: str) -> None:
    """Says what token and portal answer; what is amiss now may be well later, so it stops nobody."""
    from bot.app.checking import try_source, try_token
    from bot.app.reading import opened_reader

    found = [await try_token(replace(known.telegram, token=token))]
    async with opened_reader(known.fetch) as reader:
        found.append(await try_source(reader, Source(id="portal", title="portal", url=url)))
    for one in found:
        print(f"{one.mark:4} {one.what}: {one.said}")


def _asked(question: str, read: Callable[[str], T], *, default: str | None = None, hide: bool = False) -> T:
    while True:
        try:
            return read(str(typer.prompt(question, default=default, hide_input=hide)).strip())
        except Mend as mend:
            print(f"  {mend}")


def _token(said: str) -> str:
    if not _TOKEN.fullmatch(said):
        raise Mend("a token looks like 123456789:AAE4c...")
    return said


def _ids(said: str) -> tuple[int, ...]:
    if not all(one.isdecimal() for one in said.split()):
        raise Mend("give numbers such as 1001 1002 (a person learns theirs from @userinfobot)")
    return tuple(int(one) for one in said.split())


def _write_config(config: Path, *, url: str, title: str, admins: tuple[int, ...]) -> None:
    """A new file, or the source added to the one that is there, whose comments stay."""
    before = config.read_text("utf-8") if config.exists() else "[telegram]\nadmins = []\n"
    ids = {source.id for source in _known(config).sources}
    name = next(name for name in ("tin-tuc", *(f"tin-tuc-{n}" for n in range(2, 1000))) if name not in ids)
    after = re.sub(r"^admins = \[\]", f"admins = {list(admins)}", before, count=1, flags=re.MULTILINE)
    quoted = {"id": name, "title": title, "url": url}
    block = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in quoted.items())
    try:
        config.write_text(f"{after.rstrip()}\n\n[[sources]]\n{block}", encoding="utf-8")
    except OSError as trouble:
        raise ConfigError((f"{config} - it cannot be written ({trouble.strerror})",)) from None


def _write_token(dotenv: Path, token: str) -> None:
    """Readable by this user only."""
    rest = [line for line in _lines(dotenv) if not line.startswith("TELEGRAM_BOT_TOKEN=")]
    dotenv.touch(mode=0o600)
    dotenv.chmod(0o600)
    dotenv.write_text("\n".join([*rest, f"TELEGRAM_BOT_TOKEN={token}"]) + "\n", encoding="utf-8")


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines() if file.exists() else []
