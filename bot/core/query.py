"""The query language of search and alerts.

`a b` both words, `a OR b`, `"a b"` side by side, `-a` left out, `a*` a beginning, parentheses; `nguon:` (source:),
`tu:` (from:) and `den:` (to:) filter. One meaning for both: `Query.matches` says what a query finds, the index obeys.
"""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.core.abbreviations import with_abbreviations
from bot.core.document import FoldedDocument
from bot.core.letters import normalise
from bot.core.query_marks import signs_of
from bot.core.query_mistakes import Misread, MistakeKind, QueryMistake
from bot.core.query_parser import MOST_CHARACTERS, Parser
from bot.core.query_tree import AllOf, AnyOf, Node, NoneOf, Phrase, holds, wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What somebody looks for; equal where it asks for the same.

    `text` is the query as it is shown and kept: parsing it again gives an equal query, whatever words are known then.
    `since` is the first instant that may be found, `until` the first that may not; empty `sources` means all.
    """

    text: str = field(compare=False)
    root: Node | None = None
    sources: frozenset[str] = frozenset()
    other_than: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    def matches(self, document: FoldedDocument) -> bool:
        """Return whether *document* is found by this query."""
        return self.admits(document) and (self.root is None or holds(self.root, document))

    def admits(self, document: FoldedDocument) -> bool:
        """Return whether *document* passes the filters, whatever its words."""
        if (self.sources and document.source not in self.sources) or document.source in self.other_than:
            return False
        return not ((self.since and document.at < self.since) or (self.until and document.at >= self.until))

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """The phrases that are looked for, in the order in which they were typed, without the exclusions."""
        return tuple(wanted(self.root)) if self.root else ()


def parse(text: str, today: datetime, known: Container[str] = frozenset()) -> Query | QueryMistake:
    """Read a typed query; never raises, whatever *text* is.

    *today* is any instant of the present day in the zone in which days are meant. *known* holds the plain keys of words
    that occur in the archive: a word of those is never taken for Telex (see `telex_suspects`).
    """
    shown = " ".join(normalise(text[: 4 * MOST_CHARACTERS]).split())
    if len(shown) > MOST_CHARACTERS:
        return QueryMistake(kind=MistakeKind.TOO_LONG, text=shown, position=MOST_CHARACTERS)
    parser = Parser(tuple(signs_of(shown)), today.date(), known)
    try:
        root = parser.read()
        query = _assemble(parser, root, today)
        _check(query, parser, len(shown))
    except Misread as mistake:
        return QueryMistake(kind=mistake.kind, text=shown, position=mistake.place, length=mistake.length)
    return query


def telex_suspects(text: str) -> tuple[str, ...]:
    """Return the plain keys of those words of a query that could be Telex, to be looked up among the known words."""
    parser = Parser(tuple(signs_of(normalise(text[:MOST_CHARACTERS]))), date.min, frozenset())
    try:
        parser.read()
    except Misread:
        return ()
    return tuple(parser.suspects)


def _assemble(parser: Parser, root: Node | None, today: datetime) -> Query:
    filters = parser.filters
    return Query(
        text=parser.text,
        root=with_abbreviations(root) if root else None,
        sources=frozenset(filters.sources),
        other_than=frozenset(filters.other_than),
        since=_midnight(filters.first_day, today),
        until=_midnight(filters.last_day and _day_after(filters.last_day), today),
    )


def _check(query: Query, parser: Parser, length: int) -> None:
    has_filter = bool(query.sources or query.other_than or query.since or query.until)
    if len(query.text) > MOST_CHARACTERS:  # it would not be read again: `nguon:a,b` is kept as two filters
        raise Misread(MistakeKind.TOO_LONG, length, 0)
    if query.root is None and not has_filter:
        raise Misread(MistakeKind.NOTHING, 0, length)
    if query.since and query.until and query.since >= query.until and (last := parser.filters.last) is not None:
        raise last.misread(MistakeKind.DATES_CROSSED)
    if query.root is not None and not has_filter and not _is_positive(query.root):
        first = parser.first_exclusion
        kind = MistakeKind.EXCLUSION_BESIDE_OR if query.phrases else MistakeKind.ONLY_EXCLUSIONS
        raise Misread(kind, first.place if first else 0, len(first.text) if first else 1)


def _is_positive(node: Node) -> bool:
    match node:
        case Phrase():
            return True
        case AllOf(parts):
            return any(_is_positive(part) for part in parts)
        case AnyOf(parts):
            return all(_is_positive(part) for part in parts)
        case NoneOf():
            return False


def _midnight(day: date | None, today: datetime) -> datetime | None:
    return datetime.combine(day, time(), today.tzinfo) if day else None


def _day_after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day
