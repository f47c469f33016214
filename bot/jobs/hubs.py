"""Asks the hubs that feeds name to tell of their changes, and again before a lease runs out (WebSub, 5)."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

from bot.model import Clock, Trouble
from storage.store import Store

log = logging.getLogger(__name__)

WANTED_LEASE: Final = timedelta(days=10)
ASK_AGAIN: Final = timedelta(hours=6)
"""After a refusal, and where a hub that took the request never called back."""

Post: TypeAlias = Callable[[str, Mapping[str, str]], Awaitable[Trouble | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """*post* sends a form; *callback* and *secret* are what a source's hub is to call us by and to sign with."""

    store: Store
    post: Post
    callback: Callable[[str], str]
    secret: Callable[[str], str]
    clock: Clock

    async def ask(self) -> int:
        """Ask every hub whose time has come; how many took the request. Each will call back to make sure."""
        asked = 0
        for hub in await self.store.hubs.to_ask(self.clock()):
            await self.store.hubs.ask_again(hub.source_id, self.clock() + ASK_AGAIN)
            trouble = await self.post(
                hub.hub,
                {
                    "hub.mode": "subscribe",
                    "hub.topic": hub.topic,
                    "hub.callback": self.callback(hub.source_id),
                    "hub.lease_seconds": str(int(WANTED_LEASE.total_seconds())),
                    "hub.secret": self.secret(hub.source_id),
                },
            )
            if trouble is None:
                asked += 1
            else:
                log.warning("hub.refused source=%s hub=%s why=%s", hub.source_id, hub.hub, trouble.why)
        return asked
