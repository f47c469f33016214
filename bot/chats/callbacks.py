"""What a button carries: `verb:words` in at most 64 bytes. It may be forged or years old, so it is read strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.model import Button

MOST_BYTES: Final = 64
_DATA = re.compile(r"([a-z]{1,2}):([\x21-\x7e]{0,62})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button's verb and the words that go with it; whether they make sense is the verb's own concern."""

    verb: str
    words: str


def button(text: str, verb: str, words: str = "") -> Button:
    """A button that says *text*; ValueError where its data would not fit or could not be read back."""
    data = f"{verb}:{words}"
    if len(data.encode()) > MOST_BYTES or read(data) is None:
        raise ValueError(f"a button cannot carry {data!r}")
    return Button(text=text, data=data)


def read(data: str) -> Pressed | None:
    """What the data of a pressed button says; None where no button of ours could say it."""
    found = _DATA.fullmatch(data)
    return Pressed(verb=found[1], words=found[2]) if found else None
