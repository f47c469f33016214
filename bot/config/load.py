"""config.toml, .env beside it and the environment become one frozen `Config`, or one `ConfigError`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot.config import readers
from bot.config.nouns import (
    Config,
    FetchConfig,
    PushConfig,
    ScheduleConfig,
    StorageConfig,
    TelegramConfig,
    WatchConfig,
    WebConfig,
)
from bot.config.sources import read_sources
from bot.config.tables import Mistakes, nearest, read_table, shown
from bot.errors import ConfigError

Part = TypeVar("Part")

_TABLES = ("telegram", "push", "storage", "schedule", "fetch", "web", "watch", "sources")
_NO_TOKEN = "set it in the environment or in the file .env beside config.toml; @BotFather gives one"  # noqa: S105


def load_config(environ: Mapping[str, str], *, path: Path | None = None, needs: frozenset[str] = frozenset()) -> Config:
    """The configuration of this process: environment over .env over config.toml.

    `path` wins over LOA_CONFIG, which wins over ./config.toml. `needs` holds "token" where Telegram is to be reached.
    Raises `ConfigError` with all mistakes at once.
    """
    given = path or Path(environ.get("LOA_CONFIG") or "config.toml")
    place = given.absolute()
    mistakes = Mistakes(place=place.name)
    raw = _toml(place, mistakes)
    env = {**_dotenv(place.parent / ".env", mistakes), **{name: value for name, value in environ.items() if value}}
    config = _from_environment(_parts(raw, place, mistakes), env, mistakes)
    _agree(config, needs, mistakes)
    if mistakes.found:
        raise ConfigError(tuple(mistakes.found))
    return config


def _toml(place: Path, mistakes: Mistakes) -> Mapping[str, object]:
    try:
        return tomllib.loads(place.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        mistakes.note(f"there is none at {place}", "write one with `loa init`, or give its path with --config")
    except UnicodeDecodeError:
        mistakes.note("it is not UTF-8", "save it again as UTF-8")
    except OSError as trouble:
        mistakes.note(f"it cannot be read ({trouble.strerror})", "let this user read it")
    except tomllib.TOMLDecodeError as trouble:
        mistakes.note(str(trouble), "mend that line; texts stand in double quotes")
    raise ConfigError(tuple(mistakes.found))


def _dotenv(place: Path, mistakes: Mistakes) -> Mapping[str, str]:
    if not place.is_file():
        return {}
    from dotenv import dotenv_values

    try:
        return {name: value for name, value in dotenv_values(place, interpolate=False).items() if value}
    except (OSError, UnicodeDecodeError):
        mistakes.note("it cannot be read", "save it as UTF-8 and let this user read it", place=".env")
        return {}


def _parts(raw: Mapping[str, object], place: Path, mistakes: Mistakes) -> Config:
    for name in (name for name in raw if name not in _TABLES):
        mistakes.note(f"[{name}]", f"this table is not known; {nearest(name, _TABLES)}")
    telegram = _part(TelegramConfig, "telegram", raw, mistakes)
    storage = _part(StorageConfig, "storage", raw, mistakes)
    schedule = _part(ScheduleConfig, "schedule", raw, mistakes)
    return Config(
        path=place,
        telegram=replace(telegram, ca_file=_beside(place, telegram.ca_file)),
        push=_part(PushConfig, "push", raw, mistakes),
        storage=StorageConfig(url=_database_beside(place, storage.url)),
        schedule=schedule,
        fetch=_part(FetchConfig, "fetch", raw, mistakes),
        web=_part(WebConfig, "web", raw, mistakes),
        watch=_part(WatchConfig, "watch", raw, mistakes),
        sources=read_sources(raw.get("sources", []), schedule.timezone, place.parent, mistakes),
    )


def _part(part: type[Part], name: str, raw: Mapping[str, object], mistakes: Mistakes) -> Part:
    table = raw.get(name, {})
    if not isinstance(table, dict):
        mistakes.note(f"{name} = {shown(table)}", f"write it as a table: [{name}] on a line of its own")
        return part()
    return read_table(part, table, name, mistakes) or part()


def _beside(place: Path, file: str) -> str:
    return str(place.parent / file) if file else ""


def _database_beside(place: Path, url: str) -> str:
    return "sqlite:///" + str(place.parent / url.removeprefix("sqlite:///"))


def _from_environment(config: Config, env: Mapping[str, str], mistakes: Mistakes) -> Config:
    """The settings that the environment may give, read by the same rules; a secret's value is never repeated."""
    telegram, storage, web = config.telegram, config.storage, config.web
    token = env.get("TELEGRAM_BOT_TOKEN", "").strip()
    number, colon, rest = token.partition(":")
    if token and not (number.isdecimal() and colon and rest and rest.isascii() and not set(rest) & set(" \t/?#%")):
        mistakes.note("TELEGRAM_BOT_TOKEN", "this is no token: one looks like 123456789:AAE4c...", place="environment")
    telegram = replace(telegram, token=token, webhook_secret=env.get("WEBHOOK_SECRET", ""))
    try:
        if "WEBHOOK_URL" in env:
            telegram = replace(telegram, webhook_url=readers.root_address(env["WEBHOOK_URL"]))
    except readers.Mend as mend:
        mistakes.note(f"WEBHOOK_URL = {shown(env['WEBHOOK_URL'])}", str(mend), place="environment")
    try:
        if "DATABASE_URL" in env:
            storage = StorageConfig(url=_database_beside(config.path, readers.database(env["DATABASE_URL"])))
    except readers.Mend as mend:
        mistakes.note("DATABASE_URL", str(mend), place="environment")  # it may hold a password
    if "PORT" in env:
        port = env["PORT"]
        if port.isdecimal() and 0 < int(port) < 65_536:
            web = WebConfig(listen=("0.0.0.0", int(port)))  # noqa: S104 - what PORT means to every host
        else:
            mistakes.note(f"PORT = {shown(port)}", "give a number from 1 to 65535", place="environment")
    return replace(config, telegram=telegram, storage=storage, web=web)


def _agree(config: Config, needs: frozenset[str], mistakes: Mistakes) -> None:
    """What only two settings together can get wrong."""
    telegram = config.telegram
    if "token" in needs and not telegram.token:
        mistakes.note("TELEGRAM_BOT_TOKEN is missing", _NO_TOKEN, place="environment")
    if telegram.messages_per_second > 30 and not telegram.paid_broadcast:
        mistakes.note(
            f"telegram.messages_per_second = {telegram.messages_per_second}",
            "give 30 or less, or buy paid broadcasts and set paid_broadcast = true",
        )
    if telegram.ca_file and not Path(telegram.ca_file).is_file():
        mistakes.note(f"telegram.ca_file = {shown(telegram.ca_file)}", "there is no such file; give a PEM certificate")
    if telegram.mode == "webhook" and not telegram.webhook_url:
        mistakes.note("WEBHOOK_URL is missing", 'mode = "webhook" needs the public base address', place="environment")
    if telegram.mode == "webhook" and config.web.listen is None:
        mistakes.note('web.listen = ""', 'mode = "webhook" needs a page to listen on: give "127.0.0.1:8080"')
