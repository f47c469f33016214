"""The updates that wait for the bot: by long polling, or posted to its webhook."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from bot.simulator.telegram_wire import ApiError, Json, bad_request, conflict

_LEFT_OUT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
_LONGEST_POLL = 50.0
_HOOK_TIMEOUT = 20.0


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Where updates are posted, and how that went."""

    url: str
    secret: str = ""
    delivered: int = 0
    failed: int = 0
    last_error: str = ""
    last_status: int = 0
    retry_in: float = field(default=0.0)


class Updates:
    """One queue, kept until confirmed by an offset or by a 2xx of the webhook."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.queue: deque[Json] = deque()
        self.confirmed = 0
        self.webhook: Webhook | None = None
        self._wake_watchers = wake
        self._allowed: frozenset[str] | None = None
        self._last_id = 100_000
        self._poll: asyncio.Future[None] | None = None
        self._gone: Callable[[], bool] = bool
        self._arrived = asyncio.Event()
        self._poster: asyncio.Task[None] | None = None

    @property
    def polling(self) -> bool:
        """Whether a long poll is open now."""
        return self._poll is not None and not self._poll.done() and not self._gone()

    def emit(self, kind: str, value: Json) -> int:
        """Queue an update; its id, or 0 where allowed_updates leaves that kind out."""
        wanted = kind in self._allowed if self._allowed is not None else kind not in _LEFT_OUT_BY_DEFAULT
        if not wanted:
            return 0
        self._last_id += 1
        self.queue.append({"update_id": self._last_id, kind: value})
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        self._arrived.set()
        return self._last_id

    async def poll(self, values: Json, gone: Callable[[], bool]) -> list[Json]:
        """getUpdates; `gone` tells whether the caller has left. An older open poll is ended with 409."""
        if self.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self._allow(values)
        self._end_poll(
            conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        )
        self._confirm(int(values.get("offset") or 0))
        wait = min(_LONGEST_POLL, float(values.get("timeout") or 0))
        if not self.queue and wait > 0:
            self._gone = gone
            await self._wait(wait)
        limit = max(1, min(100, int(values.get("limit") or 100)))
        return list(self.queue)[:limit]

    def set_webhook(self, values: Json) -> None:
        """Post updates to that address from now on; an empty address ends it."""
        url, secret = str(values.get("url") or ""), str(values.get("secret_token") or "")
        if not url:
            self.delete_webhook(values)
            return
        if not re.match(r"https?://[^/]+", url):
            raise bad_request("bad webhook: invalid webhook URL specified")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        self._allow(values)
        self._drop_pending(values)
        self._end_poll(conflict("terminated by setWebhook request"))
        self.webhook = Webhook(url=url, secret=secret)
        self._arrived.set()
        if self._poster is None or self._poster.done():
            self._poster = asyncio.get_running_loop().create_task(self._post_all())

    def delete_webhook(self, values: Json) -> None:
        """Back to getUpdates; the queue stays unless drop_pending_updates."""
        self._drop_pending(values)
        self.webhook = None
        self._arrived.set()

    def webhook_info(self) -> Json:
        """A WebhookInfo object."""
        hook = self.webhook
        info: Json = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.queue),
        }
        if hook and hook.last_error:
            info["last_error_message"] = hook.last_error
        if self._allowed is not None:
            info["allowed_updates"] = sorted(self._allowed)
        return info

    async def close(self) -> None:
        """End an open poll and the posting."""
        self._end_poll(ApiError(500, "Internal Server Error: restart"))
        self.webhook = None
        if self._poster is not None:
            self._poster.cancel()
            await asyncio.gather(self._poster, return_exceptions=True)

    def _allow(self, values: Json) -> None:
        allowed = values.get("allowed_updates")
        if isinstance(allowed, list):
            self._allowed = frozenset(allowed) or None

    def _drop_pending(self, values: Json) -> None:
        if values.get("drop_pending_updates") is True:
            self.queue.clear()

    def _end_poll(self, why: ApiError) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(why)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = self.queue[max(0, len(self.queue) + offset)]["update_id"] if self.queue else 0
        while self.queue and self.queue[0]["update_id"] < offset:
            self.queue.popleft()
            self.confirmed += 1
        self._wake_watchers()

    async def _wait(self, seconds: float) -> None:
        mine = self._poll = asyncio.get_running_loop().create_future()
        self._wake_watchers()
        try:
            await asyncio.wait_for(mine, seconds)
        except TimeoutError:
            return
        finally:
            if self._poll is mine:
                self._poll = None

    async def _post_all(self) -> None:
        """In order, one at a time; a failed update is tried again with growing pauses, as Telegram does."""
        timeout = aiohttp.ClientTimeout(total=_HOOK_TIMEOUT)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while (hook := self.webhook) is not None:
                self._arrived.clear()
                if not self.queue:
                    await self._arrived.wait()
                    continue
                update = self.queue[0]
                hook.last_error = await self._post(session, hook, update)
                if hook.last_error:
                    hook.failed += 1
                    hook.retry_in = min(60.0, hook.retry_in * 2 or 0.25)
                    await asyncio.sleep(hook.retry_in)
                    continue
                hook.delivered += 1
                hook.retry_in = 0.0
                if self.queue and self.queue[0] is update:
                    self.queue.popleft()
                    self.confirmed += 1
                self._wake_watchers()

    async def _post(self, session: aiohttp.ClientSession, hook: Webhook, update: Json) -> str:
        """Post one update; what went wrong, or nothing."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            # The certificate of a webhook in a test is self-signed.
            async with session.post(hook.url, json=update, headers=headers, ssl=False) as answer:
                hook.last_status = answer.status
                await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return f"Connection failed: {error}"
        return "" if 200 <= answer.status < 300 else f"Wrong response from the webhook: {answer.status} {answer.reason}"
