"""The filters of a query: of which sources, from which day, to which day."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from bot.core.query_days import is_written_as_days, read_days
from bot.core.query_marks import Sign
from bot.core.query_mistakes import Misread, MistakeKind
from bot.core.text import fold

_FILTER = re.compile(r"([^\W\d_]+):(.*)", re.DOTALL)
_SOURCE = re.compile(r"[a-z0-9_/-]+")
_NAMES: Final = {
    **dict.fromkeys(("nguon", "source"), "source"),
    **dict.fromkeys(("tu", "from", "since"), "from"),
    **dict.fromkeys(("den", "to", "until"), "to"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A filter as it was typed: by what it filters, its name with the colon, its value; the places of both."""

    by: str
    name: str
    value: str
    place: int
    value_place: int
    starred: bool

    @property
    def length(self) -> int:
        """Of all of it, from `place` on."""
        return self.value_place + len(self.value) - self.place

    def given(self, value: Sign, place: int) -> "Typed":
        """The same with the *value* that stands apart from the name, its text from *place* on."""
        return replace(self, value=value.text.strip(), value_place=place, starred=self.starred or value.starred)

    def misread(self, kind: MistakeKind) -> Misread:
        """The mistake that all of it is."""
        return Misread(kind, self.place, self.length)


@dataclass(slots=True)
class Filters:
    """The filters that were read so far. Each verb returns its filter as it is shown; it raises Misread."""

    today: date
    sources: list[str] = field(default_factory=list)
    other_than: list[str] = field(default_factory=list)
    first_day: date | None = None
    last_day: date | None = None
    read: int = 0
    last: Typed | None = None

    def narrow(self, typed: Typed) -> str:
        """Keep to what *typed* names."""
        self._count(typed)
        if typed.by == "source":
            return " ".join(f"{typed.name}{source_id}" for source_id in _sources(typed, self.sources))
        if (days := read_days(typed.value, self.today)) is None:
            kind = MistakeKind.NO_SUCH_DAY if is_written_as_days(typed.value) else MistakeKind.BAD_DATE
            raise Misread(kind, typed.value_place, len(typed.value))
        if typed.by == "from":
            day = self.first_day = days[0]
        else:
            day = self.last_day = days[1]
        return f"{typed.name}{day.day:02}/{day.month:02}/{day.year:04}"

    def leave_out(self, typed: Typed) -> str:
        """Leave out the sources that *typed* names."""
        if typed.by != "source":
            raise typed.misread(MistakeKind.DAY_LEFT_OUT)
        self._count(typed)
        return " ".join(f"-{typed.name}{source_id}" for source_id in _sources(typed, self.other_than))

    def _count(self, typed: Typed) -> None:
        self.last = typed
        self.read += 1
        if typed.starred:
            raise typed.misread(MistakeKind.FILTER_STAR)
        if not typed.value:
            raise typed.misread(MistakeKind.FILTER_EMPTY)


def filter_in(sign: Sign) -> Typed | None:
    """The filter that a run of letters is, or begins; None where it is none."""
    found = _FILTER.fullmatch(sign.text)
    by = _NAMES.get(fold(found[1])) if found else None
    if found is None or by is None:
        return None
    return Typed(by, f"{found[1]}:", found[2].rstrip(","), sign.place, sign.place + found.start(2), sign.starred)


def _sources(typed: Typed, known: list[str]) -> list[str]:
    """Take the source ids of `nguon:a,b`; ids are of small letters, whatever a telephone makes of the first one."""
    named = [source_id for source_id in typed.value.lower().split(",") if source_id]
    if not all(map(_SOURCE.fullmatch, named)):
        raise Misread(MistakeKind.BAD_SOURCE, typed.value_place, len(typed.value))
    known += named
    return named
