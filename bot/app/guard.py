"""The one place that catches everything: around a scheduled job, so that one job's accident ends no other."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from bot.errors import StoreUnavailable

log = logging.getLogger(__name__)


async def guarded(job: str, run: Callable[[], Awaitable[object]]) -> None:
    """Run the job; an accident becomes a log line, and the job's next turn comes as if nothing had happened."""
    try:
        await run()
    except StoreUnavailable as trouble:
        # The store says it once, for all jobs together.
        log.debug("job.store_unavailable job=%s why=%s", job, trouble)
    except Exception:
        log.exception("job.failed job=%s", job)
