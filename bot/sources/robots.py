"""Asks each portal once a day what its robots.txt allows, and keeps to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias, assert_never
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from bot.core.robots import Robots, read_robots
from bot.model import Clock, Trouble, TroubleKind

KEPT_FOR: Final = timedelta(hours=24)
"""RFC 9309, 2.4: no longer than this without a look at the file."""
KEPT_OLD_FOR: Final = timedelta(hours=1)
"""How long old rules go on where the file cannot be had at the moment."""
MOST_KEPT: Final = 50_000
NO_RULES: Final = Robots()
_OVERLOADED: Final = frozenset({429, 502, 503, 504})

Answer: TypeAlias = bytes | Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    robots: Robots
    until: datetime


class Rulebook:
    """The rules of every portal that was asked. *ask* fetches a robots.txt with all its redirects."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def refusal(self, url: str, ask: Callable[[str], Awaitable[Answer]]) -> Trouble | None:
        """Why *url* must not be asked for; None where it may.

        A portal that has no rules (4xx), or whose file is broken (500), forbids nothing: RFC 9309 wants crawlers to
        stay away from the latter, but we read the one address that a person gave. A portal that cannot be reached or
        has too much to do (429, 502, 503, 504) is left in peace, unless its rules are known from before.
        """
        origin = _origin(url)
        known: Robots | Trouble | None = self._fresh(origin)
        if known is None:
            async with self._asking.setdefault(origin, asyncio.Lock()):
                known = self._fresh(origin) or await self._learn(origin, ask)
        if isinstance(known, Trouble):
            return known
        return _trouble_of_rule(origin, line) if (line := known.refusing(url)) else None

    def delay_of(self, url: str) -> timedelta:
        """How long to leave the portal in peace between two requests, as far as its rules are known."""
        kept = self._kept.get(_origin(url))
        return kept.robots.delay if kept is not None else timedelta()

    def _fresh(self, origin: str) -> Robots | None:
        kept = self._kept.get(origin)
        return kept.robots if kept is not None and kept.until > self._clock() else None

    async def _learn(self, origin: str, ask: Callable[[str], Awaitable[Answer]]) -> Robots | Trouble:
        answer = await ask(f"{origin}/robots.txt")
        before = self._kept.pop(origin, None)
        match answer:
            case bytes():
                robots, lifetime = read_robots(answer.decode("utf-8", "replace")), KEPT_FOR
            case Trouble(kind=TroubleKind.HTTP, status=int(status)) if status not in _OVERLOADED:
                robots, lifetime = NO_RULES, KEPT_FOR
            case Trouble() if before is not None:
                robots, lifetime = before.robots, KEPT_OLD_FOR
            case Trouble():
                return replace(answer, why=f"{answer.why} (asked for {origin}/robots.txt first)")
            case _:
                assert_never(answer)
        self._kept[origin] = _Kept(robots=robots, until=self._clock() + lifetime)
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return robots


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


def _trouble_of_rule(origin: str, line: str) -> Trouble:
    return Trouble(
        kind=TroubleKind.ROBOTS,
        why=f'{origin}/robots.txt says "{line[:200]}" to programs such as Loa - ask the portal to allow the user agent'
        " Loa, or set fetch.robots = false where it is your own",
    )
