"""One process, one life after another: each reload builds the house anew, and a configuration that fails is left."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final, TypeAlias

from bot.config import Config
from bot.errors import ConfigError, LoaError

log = logging.getLogger(__name__)

Reload: TypeAlias = Callable[[], int | tuple[str, ...]]

TAKEN_ON_AFTER: Final = 1.0
"""Seconds until the present life ends: whoever asked is answered, and Telegram told that the question was heard."""
PROBATION: Final = 30.0
"""A life that fails sooner is the fault of its new configuration."""


class Lives:
    """Which configuration is lived by, and what comes after."""

    def __init__(self, config: Config, reread: Callable[[], Config]) -> None:
        self.config = config
        self.over = asyncio.Event()
        self.go_on = True
        self._reread = reread
        self._before: Config | None = None
        self._following: Config | None = None

    def end(self) -> None:
        """No life after the present one."""
        self.go_on = False
        self.over.set()

    def reload(self) -> int | tuple[str, ...]:
        """Read the configuration; it is taken on in a moment. The number of its sources, or its mistakes."""
        try:
            self._following = self._reread()
        except ConfigError as error:
            for mistake in error.mistakes:
                log.error("reload.refused %s", mistake)
            return error.mistakes
        log.info("reload.begun sources=%d", len(self._following.sources))
        asyncio.get_running_loop().call_later(TAKEN_ON_AFTER, self.over.set)
        return len(self._following.sources)

    def follow(self) -> None:
        """The present life came to its end."""
        if self._following is not None and self.go_on:
            self._before, self.config, self._following = self.config, self._following, None
            self.over = asyncio.Event()
            log.info("reload.taken_on sources=%d", len(self.config.sources))
        else:
            self.go_on = False

    def fall_back(self, error: LoaError, *, after: float) -> None:
        """The present life failed: go back to the configuration before, or raise where that is not to blame."""
        if self._before is None or after > PROBATION or not self.go_on:
            raise error
        log.error("reload.failed %s; going on with the configuration before", error)
        self.config, self._before, self._following = self._before, None, None
        self.over = asyncio.Event()


def cannot_reload() -> tuple[str, ...]:
    """What a process says that has one life only."""
    return ("only `loa run` takes on another configuration",)
