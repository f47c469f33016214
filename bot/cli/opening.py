"""What most commands begin with: the configuration, the log, the archive."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from bot.config import Config, load_config
from bot.logs import set_up_logs

if TYPE_CHECKING:
    from storage.store import Store

ConfigPath: TypeAlias = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="config.toml; else LOA_CONFIG, else ./config.toml.")
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NEEDS_TOKEN = frozenset({"token"})


def configured(path: Path | None, *, needs: frozenset[str] = frozenset(), level: int = logging.WARNING) -> Config:
    """The configuration; from now on the log knows what it must not show. Raises ConfigError."""
    config = load_config(os.environ, path=path, needs=needs)
    set_up_logs(level=level, secrets=(config.telegram.token, config.telegram.webhook_secret))
    return config


def configured_if_there(path: Path | None) -> Config:
    """The configuration, or the defaults where nobody names one and none lies here: `preview` works from nothing."""
    if path is None and not os.environ.get("LOA_CONFIG") and not Path("config.toml").exists():
        set_up_logs(level=logging.WARNING, secrets=())
        return Config(path=Path("config.toml"))
    return configured(path)


def database_file(config: Config) -> Path:
    """Where the archive lies."""
    return Path(config.storage.url.removeprefix("sqlite:///"))


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Store]:
    """The archive, made where there is none."""
    from storage.store import Store

    store = await Store.open(config.storage.url, timezone=config.schedule.timezone)
    try:
        yield store
    finally:
        await store.close()
