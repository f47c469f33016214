"""Profiles: how known portal platforms build their listings and articles, as data (profiles/*.toml)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from bot.model import Selectors

_MARKUP_MOST = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A platform: how to tell it (patterns of address and markup), where its lists stand, what to leave out.

    `layouts` are tried in order; `drop` are selectors of what is never news there; `body` of an article's text.
    """

    id: str
    title: str
    address: tuple[re.Pattern[str], ...] = field(default=(), repr=False)
    markup: tuple[re.Pattern[str], ...] = field(default=(), repr=False)
    layouts: tuple[Selectors, ...] = ()
    drop: tuple[str, ...] = ()
    body: tuple[str, ...] = ()

    def fits(self, html: str, url: str) -> bool:
        """Whether a page is built by this platform, as far as its address and markup tell."""
        begin = html[:_MARKUP_MOST]
        return any(pattern.search(url) for pattern in self.address) or any(p.search(begin) for p in self.markup)


@cache
def profiles() -> tuple[Profile, ...]:
    """Every profile that Loa brings along, by name."""
    folder = files("bot.sources") / "profiles"
    texts = {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")}
    return tuple(profile_from(name.removesuffix(".toml"), text) for name, text in sorted(texts.items()))


def profile_named(name: str) -> Profile | None:
    """The profile of that name; None where there is none."""
    return next((profile for profile in profiles() if profile.id == name), None)


def profile_for(html: str, url: str) -> Profile | None:
    """The profile that fits a page by itself; None where no platform is recognised."""
    return next((profile for profile in profiles() if profile.fits(html, url)), None)


def profile_from(name: str, text: str) -> Profile:
    """A profile from the text of its file. Raises ValueError where it is no TOML or names an unknown key."""
    data = tomllib.loads(text)
    known = {"title", "detect", "layouts", "drop", "article"}
    if strange := sorted(set(data) - known):
        raise ValueError(f"profile {name}: unknown key {strange[0]!r}")
    detect = data.get("detect", {})
    return Profile(
        id=name,
        title=data["title"],
        address=tuple(re.compile(pattern, re.IGNORECASE) for pattern in detect.get("address", ())),
        markup=tuple(re.compile(pattern, re.IGNORECASE) for pattern in detect.get("markup", ())),
        layouts=tuple(Selectors(**layout) for layout in data.get("layouts", ())),
        drop=tuple(data.get("drop", ())),
        body=tuple(data.get("article", {}).get("body", ())),
    )
