"""The signs of the query language: a typed text cut into words, quotations, parentheses, OR and exclusions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

_QUOTES = '"“”„‟«»″'
_SIGN = re.compile(
    rf"(?P<blank>\s+)|(?P<open>\()|(?P<close>\))|(?P<bar>\|+)|(?P<quote>[{_QUOTES}])"
    rf"|(?P<minus>-+(?=[\w({_QUOTES}]))|(?P<star>\*+)|(?P<run>[^\W\d_]+:[^\s(){_QUOTES}|*;]*|[^\s(){_QUOTES}|*,;]+)|(?P<other>.)"
)
_QUOTE = re.compile(f"[{_QUOTES}]")
_WAITING = re.compile(r"(?:\s(?:OR|HOẶC|AND|NOT|-+)|[|(]+)\Z")
_LONGEST_WAITING: Final = 16
_STAR_BEHIND = re.compile(r"\*+(?!\w)")
_STARRED_INSIDE = re.compile(r"(?<=[^\s*])\*+\s*\Z")


class Kind(Enum):
    """What a sign of a query is."""

    RUN = auto()
    QUOTED = auto()
    OPEN = auto()
    CLOSE = auto()
    OR = auto()
    NOT = auto()
    STAR = auto()
    UNCLOSED = auto()


_LONE: Final = {"open": Kind.OPEN, "close": Kind.CLOSE, "bar": Kind.OR, "star": Kind.STAR}


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign with its place; `starred` where a star follows at once, in a quotation also inside its end."""

    kind: Kind
    text: str
    place: int
    starred: bool = False


def signs_of(text: str) -> Iterator[Sign]:
    """Yield the signs of a normalised *text*; blanks, commas and lone dashes only separate."""
    place, after_blank = 0, True
    while (found := _SIGN.match(text, place)) is not None:
        kind, place = found.lastgroup or "", found.end()
        if (sign := _sign(kind, text, found, after_blank)) is not None:
            if sign.kind is Kind.QUOTED:
                place = sign.place + len(sign.text) + 2
            elif sign.kind is Kind.UNCLOSED:
                place = len(text)
            if sign.kind in {Kind.RUN, Kind.QUOTED} and (star := _STAR_BEHIND.match(text, place)):
                sign, place = replace(sign, starred=True), star.end()
            yield _opened(sign) if sign.kind is Kind.QUOTED else sign
        after_blank = kind in {"blank", "open", "bar", "other"}


def _sign(kind: str, text: str, found: re.Match[str], after_blank: bool) -> Sign | None:
    match kind:
        case "quote":
            return _quoted(text, found.start())
        case "run":
            return _run(found[0], found.start())
        case "minus":
            return Sign(Kind.NOT, found[0], found.start()) if after_blank else None
        case "open" | "close" | "bar" | "star":
            return Sign(_LONE[kind], found[0], found.start())
        case _:
            return None


def open_last_word(text: str) -> str:
    """Return the query *text* as it is while somebody is still typing it: its last word is a prefix.

    What waits for more words is left away, what is still open is closed.
    """
    text = text.rstrip()
    while waiting := _WAITING.search(text[-_LONGEST_WAITING:]):
        text = text[: -len(waiting[0])].rstrip()
    outside = "".join(_QUOTE.split(text)[::2])
    if len(_QUOTE.findall(text)) % 2:
        text += '"'
    ends_in_word = bool(text) and (text[-1].isalnum() or text[-1] in _QUOTES)
    opened = f"{text}*" if ends_in_word and not _ends_in_filter(text) else text
    return opened + ")" * (outside.count("(") - outside.count(")"))


def _ends_in_filter(text: str) -> bool:
    return ":" in text.rsplit(maxsplit=1)[-1]


def _quoted(text: str, place: int) -> Sign:
    closing = _QUOTE.search(text, place + 1)
    if closing is None:
        return Sign(Kind.UNCLOSED, text[place + 1 :], place)
    return Sign(Kind.QUOTED, text[place + 1 : closing.start()], place)


def _opened(quoted: Sign) -> Sign:
    """Both `"a b*"` and `"a b"*` are typed for a phrase whose last word is a beginning."""
    inside = _STARRED_INSIDE.search(quoted.text)
    return replace(quoted, text=quoted.text[: inside.start()], starred=True) if inside else quoted


def _run(text: str, place: int) -> Sign | None:
    if text in {"OR", "HOẶC"}:
        return Sign(Kind.OR, text, place)
    if text == "NOT":
        return Sign(Kind.NOT, text, place)
    return None if text == "AND" else Sign(Kind.RUN, text, place)
