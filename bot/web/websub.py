"""/websub/<source>/<key>: where a hub makes sure that we asked (GET), and tells that a feed has changed (POST).

The W3C's WebSub. What a hub delivers is taken as news that there is news: the feed itself is read, at its own address.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from aiohttp import web

from bot.model import Clock
from storage.store import Store

log = logging.getLogger(__name__)

PATH: Final = "/websub/{source:[a-z0-9_-]+}/{key:[0-9a-f]+}"
LONGEST_LEASE: Final = timedelta(days=30)
_METHODS: Final = frozenset({"sha1", "sha256", "sha384", "sha512"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HubKeys:
    """What a hub must know of a source's callback; follows from *secret*, so that it stays over a restart."""

    secret: str = field(repr=False)

    def callback(self, source_id: str) -> str:
        """The path of the source's callback."""
        return f"/websub/{source_id}/{self._made('path', source_id)[:32]}"

    def signature(self, source_id: str) -> str:
        """The secret that the hub signs with."""
        return self._made("signature", source_id)

    def _made(self, what: str, source_id: str) -> str:
        return hmac.new(self.secret.encode(), f"websub {what} {source_id}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class HubBox:
    """The two things that a hub does at a callback."""

    store: Store
    keys: HubKeys
    clock: Clock

    async def confirm(self, request: web.Request) -> web.Response:
        """GET: the hub asks whether the subscription is ours; 404 for what we did not ask for."""
        source_id, asked = request.match_info["source"], request.query
        hub = await self.store.hubs.of(source_id) if self._is_ours(request) else None
        if hub is None or asked.get("hub.topic") != hub.topic:
            return web.Response(status=404, text="nobody asked for this\n")
        if asked.get("hub.mode") == "denied":
            log.warning("hub.denied source=%s why=%s", source_id, asked.get("hub.reason", "")[:200])
            return web.Response(text="so be it\n")
        if asked.get("hub.mode") != "subscribe" or "hub.challenge" not in asked:
            return web.Response(status=404, text="nobody asked for this\n")
        lease, now = _lease(asked.get("hub.lease_seconds", "")), self.clock()
        await self.store.hubs.agreed(source_id, now + lease, now + lease * 0.8)
        log.info("hub.agreed source=%s seconds=%d", source_id, lease.total_seconds())
        return web.Response(text=asked["hub.challenge"], content_type="text/plain")

    async def hear(self, request: web.Request) -> web.Response:
        """POST: something changed. A wrong signature is answered alike, and nothing follows from it (WebSub, 7.1)."""
        if not self._is_ours(request):
            return web.Response(status=404, text="nobody asked for this\n")
        source_id = request.match_info["source"]
        if self._is_signed(request.headers.get("X-Hub-Signature", ""), source_id, await request.read()):
            await self.store.hubs.told(source_id)
        else:
            log.warning("hub.unsigned source=%s", source_id)
        return web.Response(status=202)

    def _is_ours(self, request: web.Request) -> bool:
        own = self.keys.callback(request.match_info["source"])
        return hmac.compare_digest(request.path.encode(), own.encode())

    def _is_signed(self, header: str, source_id: str, body: bytes) -> bool:
        method, equals, shown = header.partition("=")
        if not equals or method not in _METHODS:
            return False
        made = hmac.new(self.keys.signature(source_id).encode(), body, method).hexdigest()
        return hmac.compare_digest(made.encode(), shown.strip().lower().encode())


def _lease(said: str) -> timedelta:
    """How long the hub will tell; a hub that does not say is asked again tomorrow."""
    seconds = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 86_400
    return min(max(timedelta(seconds=seconds), timedelta(minutes=5)), LONGEST_LEASE)
