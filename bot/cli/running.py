"""`run` and `demo`: the commands that stay."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

import typer

from bot.cli.opening import NEEDS_TOKEN, ConfigPath, configured
from bot.config import Config


def run(config: ConfigPath = None) -> int:
    """Watch the portals, push their news, answer people. Ends cleanly on SIGTERM or Ctrl-C."""

    def read() -> Config:
        return configured(config, needs=NEEDS_TOKEN, level=logging.INFO)

    settings = read()
    import uvloop

    from bot.app.running import run_until_stopped

    uvloop.run(run_until_stopped(settings, read))
    return 0


def demo(
    port: Annotated[int, typer.Option(help="Port of the chat page; 0: any that is free.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the chat page.")] = False,
) -> int:
    """The whole way without a token and without a network: a portal, the bot, and a chat in your browser."""
    from bot.cli.demo import play

    asyncio.run(play(port=port, browser=not no_browser))
    return 0
