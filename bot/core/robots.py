"""What a portal's robots.txt allows (RFC 9309). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlsplit

PRODUCT = "loa"
"""Our name in User-agent lines, compared without case."""
MOST_CHARACTERS = 500 * 1024
"""RFC 9309, 2.5: at least so much of the file is read; what follows is passed over."""
MOST_RULES = 5_000
LONGEST_DELAY = timedelta(seconds=30)

_TOKEN = re.compile(r"[A-Za-z_-]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One Allow or Disallow line: a path's beginning in which `*` is anything and a last `$` the end."""

    pattern: str
    allows: bool

    def matches(self, path: str) -> bool:
        """Whether the line speaks of *path* (with its query, normalised)."""
        anchored = self.pattern.endswith("$")
        first, *others = self.pattern.removesuffix("$").split("*")
        if not path.startswith(first):
            return False
        if anchored and not others:
            return path == first
        last = others.pop() if anchored else ""
        place = len(first)
        for piece in others:
            found = path.find(piece, place)
            if found < 0:
                return False
            place = found + len(piece)
        return not anchored or (path.endswith(last) and len(path) - len(last) >= place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """The rules that are meant for us. `delay` is Crawl-delay: no standard knows it, portals write it all the same."""

    rules: tuple[Rule, ...] = ()
    delay: timedelta = timedelta()

    def refusing(self, url: str) -> str:
        """The line that forbids *url*, such as "Disallow: /wps/"; empty where it may be asked for.

        The longest pattern decides, an Allow where two are of one length (RFC 9309, 2.2.2).
        """
        parts = urlsplit(url)
        path = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        speaking = [rule for rule in self.rules if rule.matches(path)]
        decisive = max(speaking, key=lambda rule: (len(rule.pattern), rule.allows), default=None)
        return "" if decisive is None or decisive.allows else f"Disallow: {decisive.pattern}"


def read_robots(text: str, product: str = PRODUCT) -> Robots:
    """The rules for *product*: all groups that name it, else those for everybody. Unknown lines are passed over."""
    own: list[tuple[str, str]] = []
    everybody: list[tuple[str, str]] = []
    is_named = False
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS].rpartition("\n")[0]
    for agents, lines in _groups(text):
        if product in agents:
            is_named = True
            own += lines
        if "*" in agents:
            everybody += lines
    return _robots(own if is_named else everybody)


def _groups(text: str) -> Iterator[tuple[set[str], list[tuple[str, str]]]]:
    """Each group: the agents that it names, in lower case, and its lines."""
    agents: set[str] = set()
    lines: list[tuple[str, str]] = []
    has_rules = False
    for name, value in _lines(text):
        if name == "user-agent":
            if has_rules:
                yield agents, lines
                agents, lines, has_rules = set(), [], False
            token = _TOKEN.match(value)
            agents.add("*" if value.startswith("*") else token[0].lower() if token else value)
        elif name in ("allow", "disallow", "crawl-delay"):
            lines.append((name, value))
            has_rules = has_rules or name != "crawl-delay"
    yield agents, lines


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.removeprefix("\ufeff").splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _robots(lines: list[tuple[str, str]]) -> Robots:
    rules = [
        Rule(pattern=_normal(value), allows=name == "allow")
        for name, value in lines[:MOST_RULES]
        if value and name in ("allow", "disallow")
    ]
    delays = [_seconds(value) for name, value in lines if name == "crawl-delay"]
    return Robots(rules=tuple(rules), delay=min(max(delays, default=timedelta()), LONGEST_DELAY))


def _seconds(value: str) -> timedelta:
    return (
        timedelta(seconds=min(float(value), 86_400.0)) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value) else timedelta()
    )


def _normal(path: str) -> str:
    """Percent-encoded as little as can be (RFC 9309, 2.2.2), so that "/tin%2Dtuc" and "/tin-tuc" are one."""

    def decoded(escape: re.Match[str]) -> str:
        letter = chr(int(escape[1], 16))
        return letter if letter in _UNRESERVED else f"%{escape[1].upper()}"

    return _ESCAPE.sub(decoded, quote(path, safe="!#$%&'()*+,/:;=?@[]~", errors="replace"))
