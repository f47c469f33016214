"""The vocabulary of pages (page_words.toml) as patterns: what invites, serves, navigates, names a date or an error."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_FRAMES = {
    "whole": r"^\W*(?:{})\W*$",
    "beginning": r"^\W*(?:{})",
    "part": r"(?:{})",
    "word": r"(?<![^\W\d_])(?:{})(?![^\W\d_])",
    "name": r"(?:^|[\s_-])(?:{})(?=$|[\s_-])",
}


@cache
def words(name: str) -> re.Pattern[str]:
    """The pattern of that name; KeyError where page_words.toml has none. It is to be searched for, never matched."""
    for kind, frame in _FRAMES.items():
        entries = _vocabulary()[kind]
        if name in entries:
            return re.compile(frame.format("|".join(entries[name])), re.IGNORECASE)
    raise KeyError(name)


def meta_names(name: str) -> tuple[str, ...]:
    """The meta tags that tell one thing, the most trustworthy first."""
    return tuple(_vocabulary()["meta"][name])


def tokens(name: str) -> frozenset[str]:
    """A set of tags or class names."""
    return frozenset(_vocabulary()["tokens"][name])


@cache
def _vocabulary() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("bot.sources") / "page_words.toml").read_text("utf-8"))
