"""Calls a monitor's address while all is well: when the calls stop, somebody outside notices that Loa is dead."""

from __future__ import annotations

import logging
from typing import Final

import aiohttp

from bot.web.figures import Watchman

log = logging.getLogger(__name__)

PATIENCE: Final = 10.0


async def ping(address: str, watchman: Watchman) -> bool:
    """Call *address* unless the house is unwell; whether it was called and answered 2xx.

    The operator names the address, so it may be a private one. A portal in trouble is no reason to keep silent; before
    Telegram has answered once, nothing is well: a process that is started again and again must not look alive.
    """
    if watchman.vitals.telegram_answered is None:
        log.debug("ping.too_early")
        return False
    if ills := await watchman.ills():
        log.warning("ping.withheld reasons=%s", "; ".join(ills))
        return False
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(address) as answer:
            well = answer.ok
            said = f"it answered {answer.status}"
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        well, said = False, str(error) or type(error).__name__
    if not well:
        log.warning("ping.failed why=%s", said)
    return well
