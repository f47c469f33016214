"""Reads the signs of a query into its tree and its filters (recursive descent, bounded in depth and words)."""

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from bot.core.letters import fold_prefix, fold_word, words_with_places
from bot.core.query_days import is_named
from bot.core.query_filters import Filters, Typed, filter_in
from bot.core.query_marks import Kind, Sign
from bot.core.query_mistakes import Misread, MistakeKind
from bot.core.query_tree import AllOf, AnyOf, Node, NoneOf, Phrase
from bot.core.telex import is_vni, read_short_vni, read_telex

MOST_CHARACTERS: Final = 512
MOST_WORDS: Final = 64
MOST_DEPTH: Final = 8
MOST_STARS: Final = 4


class Parser:
    """One reading of one query; `read` gives the tree, `filters` are complete afterwards."""

    def __init__(self, signs: tuple[Sign, ...], today: date, known: Container[str]) -> None:
        self._signs, self._known = signs, known
        self._has_vni = any(sign.kind is Kind.RUN and is_vni(sign.text) for sign in signs)
        self._next = self._depth = self._words = self._stars = 0
        self._prefix = ""
        self._shown: list[str] = []
        self.filters = Filters(today)
        self.first_exclusion: Sign | None = None
        self.suspects: dict[str, str] = {}

    @property
    def text(self) -> str:
        """The query as it is shown: Telex spelled out, known words that look like Telex in quotation marks."""
        return " ".join(self._shown)

    def read(self) -> Node | None:
        """Return the tree, or None where there are only filters or nothing; raises Misread."""
        root = self._any_of()
        if (sign := self._peek()) is not None:
            raise Misread(MistakeKind.STRAY_PARENTHESIS, sign.place, 1)
        return root

    def _peek(self) -> Sign | None:
        return self._signs[self._next] if self._next < len(self._signs) else None

    def _any_of(self) -> Node | None:
        before = self.filters.read
        branches = [self._all_of()]
        while (sign := self._peek()) is not None and sign.kind is Kind.OR:
            self._next += 1
            self._shown.append("OR")
            branches.append(self._all_of())
            if None in branches:
                is_filtered = self.filters.read > before
                kind = MistakeKind.FILTER_PLACE if is_filtered else MistakeKind.LONE_OR
                raise Misread(kind, sign.place, len(sign.text))
        return _joined(AnyOf, branches)

    def _all_of(self) -> Node | None:
        parts: list[Node | None] = []
        while (sign := self._peek()) is not None and sign.kind not in {Kind.OR, Kind.CLOSE}:
            self._next += 1
            parts.append(self._part(sign))
        return _joined(AllOf, parts)

    def _part(self, sign: Sign) -> Node | None:
        match sign.kind:
            case Kind.RUN:
                return self._run(sign)
            case Kind.QUOTED:
                return self._phrase(sign, f'"{sign.text.strip()}"')
            case Kind.OPEN:
                return self._group(sign)
            case Kind.NOT:
                return self._exclusion(sign)
            case Kind.UNCLOSED:
                raise Misread(MistakeKind.UNCLOSED_QUOTE, sign.place, 1)
            case _:
                self._check_star(sign)
                return None

    def _group(self, sign: Sign) -> Node | None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise Misread(MistakeKind.TOO_DEEP, sign.place, 1)
        self._prefix += "("
        before = len(self._shown)
        inner = self._any_of()
        if self._peek() is None:
            raise Misread(MistakeKind.UNCLOSED_PARENTHESIS, sign.place, 1)
        self._next += 1
        self._depth -= 1
        if len(self._shown) > before:
            self._shown[-1] += ")"
        else:
            self._prefix = self._prefix.removesuffix("(")
        return inner

    def _exclusion(self, sign: Sign) -> Node | None:
        while (following := self._peek()) is not None and following.kind is Kind.NOT:
            self._next += 1
        if following is None or following.kind in {Kind.OR, Kind.CLOSE}:
            return None
        self._next += 1
        if (typed := self._filter_at(following)) is not None:
            self._show(self.filters.leave_out(typed))
            return None
        self._prefix += "-"
        part = self._part(following)
        if part is None:
            self._prefix = self._prefix.removesuffix("-")
            return None
        self.first_exclusion = self.first_exclusion or sign
        return NoneOf(part)

    def _check_star(self, sign: Sign) -> None:
        following = self._peek()
        if following is not None and following.place == sign.place + len(sign.text) and following.kind is Kind.RUN:
            raise Misread(MistakeKind.STAR_FIRST, sign.place, len(sign.text))

    def _run(self, sign: Sign) -> Node | None:
        if (typed := self._filter_at(sign)) is not None:
            self._show(self.filters.narrow(typed))
            return None
        meant = read_telex(sign.text) or (read_short_vni(sign.text) if self._has_vni else None)
        if meant is None:
            # A dash excludes what begins with a letter only: `NOT :a` is kept in quotation marks.
            is_bare = not self._prefix.endswith("-") or sign.text[0].isalnum() or sign.text[0] == "_"
            return self._phrase(sign, sign.text if is_bare else f'"{sign.text}"')
        raw = fold_word(sign.text).plain
        self.suspects[raw] = meant
        if raw in self._known:
            return self._phrase(sign, f'"{sign.text}"')
        return self._phrase(replace(sign, text=meant), meant)

    def _phrase(self, sign: Sign, shown: str) -> Node | None:
        typed = [sign.text[start:end] for _, start, end in words_with_places(sign.text)]
        if not typed:
            return None
        self._words += len(typed)
        if self._words > MOST_WORDS:
            raise Misread(MistakeKind.TOO_MANY_WORDS, sign.place, len(sign.text))
        self._stars += sign.starred
        if self._stars > MOST_STARS:
            raise Misread(MistakeKind.TOO_MANY_STARS, sign.place, len(sign.text))
        last = fold_prefix(typed[-1]) if sign.starred else fold_word(typed[-1])
        self._show(f"{shown}*" if sign.starred else shown)
        return Phrase((*map(fold_word, typed[:-1]), last), sign.starred)

    def _show(self, piece: str) -> None:
        self._shown.append(self._prefix + piece)
        self._prefix = ""

    def _filter_at(self, sign: Sign) -> Typed | None:
        """The filter that begins with *sign*, which was taken; a value that stands apart from it is taken too."""
        typed = filter_in(sign) if sign.kind is Kind.RUN else None
        if typed is None:
            return None
        following = self._peek()
        if not typed.value and following is not None and _is_value(following):
            self._next += 1
            typed = typed.given(following, following.place + (following.kind is Kind.QUOTED))
            following = self._peek()
        if self._depth or self._prefix:
            raise typed.misread(MistakeKind.FILTER_PLACE)
        if typed.by != "source" and following is not None and is_named(f"{typed.value} {following.text}"):
            self._next += 1  # hôm nay
            typed = replace(typed, value=f"{typed.value} {following.text}")
        return typed


def _is_value(sign: Sign) -> bool:
    return sign.kind is Kind.QUOTED or (sign.kind is Kind.RUN and filter_in(sign) is None)


def _joined(kind: type[AllOf] | type[AnyOf], parts: Sequence[Node | None]) -> Node | None:
    """One node for *parts*, without a level that says the same."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else () if part is None else (part,))
    if len(flat) < 2:
        return flat[0] if flat else None
    return kind(tuple(flat))
