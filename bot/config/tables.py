"""Reads one TOML table into its frozen part; each mistake is noted with its place and its mend, and reading goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar

from bot.config.readers import Mend

Part = TypeVar("Part")


@dataclass(slots=True, kw_only=True)
class Mistakes:
    """Collects every mistake of one reading; `place` is the file's name as the operator knows it."""

    place: str
    found: list[str] = field(default_factory=list)

    def note(self, what: str, mend: str, *, place: str = "") -> None:
        """One line: where, what, and what to do about it."""
        self.found.append(f"{place or self.place}: {what} - {mend}")


def shown(value: object) -> str:
    """A TOML value as the operator wrote it, shortened."""
    try:
        said = json.dumps(value, ensure_ascii=False)
    except TypeError:
        said = str(value)
    return said if len(said) <= 60 else said[:57] + "..."


def nearest(name: str, known: Iterable[str]) -> str:
    """The mend of an unknown name."""
    import difflib

    names = sorted(known)
    close = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else "known here: " + ", ".join(names)


def settings_of(part: type[Any]) -> dict[str, Any]:
    """The names that the table may hold, with how each is read."""
    return {one.name: one for one in fields(part) if "read" in one.metadata}


def read_table(part: type[Part], raw: Mapping[str, object], path: str, mistakes: Mistakes) -> Part | None:
    """The part that the table describes; a default for what is absent or wrong, None where a needed one is missing."""
    settings = settings_of(part)
    for name in (name for name in raw if name not in settings):
        mistakes.note(f"{path}.{name}", _mend_of_unknown(name, settings))
    values: dict[str, object] = {}
    for name, one in settings.items():
        if name in raw:
            try:
                values[name] = one.metadata["read"](raw[name])
            except Mend as mend:
                mistakes.note(f"{path}.{name} = {shown(raw[name])}", str(mend))
        elif one.default is MISSING:
            mistakes.note(f"{path}.{name} is missing", "every source needs an id and a url")
    if any(one.default is MISSING and name not in values for name, one in settings.items()):
        return None
    return part(**values)


def _mend_of_unknown(name: str, settings: Mapping[str, object]) -> str:
    if name == "token":
        return "keep the token out of this file: write TELEGRAM_BOT_TOKEN=... into the file .env beside it"
    return f"this setting is not known; {nearest(name, settings)}"
