"""One fetch on its way through redirects, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from bot.model import Validators

MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """What one source needs beyond the usual TLS: one more trusted CA file, or the protocols of old servers."""

    ca_file: str = ""
    legacy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A good answer: the body (empty where `not_modified`), the address that gave it, and what to send next time.

    `moved_to` is the new address where every redirect on the way was for good (301, 308); `charset` is the label in
    Content-Type, which may be wrong; `fresh_for` is how long the portal asks not to be asked again; `links` are the
    targets of its Link headers (RFC 8288) by relation.
    """

    url: str
    body: bytes = b""
    content_type: str = ""
    charset: str = ""
    validators: Validators = field(default_factory=Validators)
    not_modified: bool = False
    moved_to: str = ""
    fresh_for: timedelta = timedelta()
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Where an answer leads, and whether it says that this is so from now on."""

    target: str
    for_good: bool


@dataclass(slots=True, kw_only=True)
class Visit:
    """One `get` on its way through redirects: where it is, what it carries, how many seconds are left to it.

    Old portals set a cookie by a redirect to the same address, so cookies live as long as the visit stays at a host.
    """

    target: str
    tls: Tls
    seconds: float
    for_good: bool = True
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    seen: list[str] = field(default_factory=list)

    def follow(self, redirect: Redirect) -> None:
        """Go on to where it leads; cookies stay behind where that is another host."""
        self.seen.append(self.target)
        if urlsplit(self.target).hostname != urlsplit(redirect.target).hostname:
            self.cookies = SimpleCookie()
        self.target = redirect.target
        self.for_good = self.for_good and redirect.for_good

    def is_lost(self) -> bool:
        """Whether it runs in a circle (once back to the same address is how cookies are set), or too far."""
        return self.seen.count(self.target) > 1 or len(self.seen) > MOST_REDIRECTS


def server_of(url: str) -> tuple[str, int | None]:
    """Who is asked there, however it is written: http and https of a host are one server, another port is another."""
    parts = urlsplit(url)
    return (parts.hostname or "").rstrip("."), None if parts.port in (80, 443) else parts.port
