"""A text as it is kept and as the index is told of it: a set of words, each plain and toned, and words made up.

Texts are handled as columns of facets, each made once for a word: there are many texts, and few words.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple, cast

from bot.core.document import BREAK, parts_of
from bot.core.letters import normalise, plain_of, toned_keys
from bot.core.memo import Memo
from storage.search_tokens import (
    BEGINNING,
    BUCKETS,
    beginning_token,
    bucket_token,
    compound_token,
    first_number,
    is_common,
    other_marks_token,
    second_number,
)

_REMEMBERED: Final = 65_536
_NO_WORD: Final = 4 * BUCKETS
"""Sums from here on are those of a word and the end of its part."""


class Folded(NamedTuple):
    """A document as it is kept and as the index is told of it; UTF-8, as the database wants it."""

    toned: bytes
    """The toned keys in order (see `FoldedText`): all else follows from them."""
    words: bytes
    """The words of the index, apart by blanks, a few of them twice; those for every document and the source are not."""
    met: set[bytes]
    """What is indexed of each word of this text, the toned key first, and of others folded with it: one set for all."""
    has_compounds: bool
    """Whether the compounds were known."""


class Facets(NamedTuple):
    """What a word puts into the index.

    What two words side by side put into it is told by `compounds` of the one, by the toned key of the other; where
    there is none by `other_marks`, by the plain key; and else by the sum of `first` of the one and `second` of the
    other.
    """

    toned: bytes
    plain: bytes
    words: bytes
    first: int
    second: int
    compounds: dict[bytes, bytes]
    other_marks: dict[bytes, bytes]


class Folding:
    """Folds texts for an index that has these *compounds*: two or three toned keys with a blank between."""

    def __init__(self, compounds: Iterable[str] = ()) -> None:
        self.compounds = tuple(compounds)
        self._compounds: dict[str, dict[bytes, bytes]] = {}
        self._other_marks: dict[str, dict[bytes, bytes]] = {}
        self._longer: dict[bytes, dict[bytes, bytes]] = {}
        """By a compound of two words those of three that begin with it, by the third."""
        for compound in self.compounds:
            *begin, last = compound.split()
            token = compound_token(compound).encode()
            if len(begin) == 1:
                self._compounds.setdefault(begin[0], {})[last.encode()] = token
                one, other = plain_of(begin[0]), plain_of(last)
                self._other_marks.setdefault(one, {})[other.encode()] = other_marks_token(one, other).encode()
            else:
                self._longer.setdefault(compound_token(" ".join(begin)).encode(), {})[last.encode()] = token
        self._none: dict[bytes, bytes] = {}
        self._in_piece: Memo[str, Facets | tuple[()]] = Memo(self._only, _REMEMBERED)
        self._of_toned: Memo[str, Facets] = Memo(self._facets, _REMEMBERED)

    def fold(self, title: str, summary: str | None, body: str | None, met: set[bytes] | None = None) -> Folded:
        """Fold the texts of an item as they are written; its words are added to those *met* in others of a batch."""
        head, middle, rest = map(self._facets_in, parts_of(title, summary, body))
        between = self._facets_of(BREAK)
        return self._folded([*head, *between, *middle, *between, *rest], set() if met is None else met)

    def fold_again(self, toned: str) -> Folded:
        """What `fold` gave, from what was kept of it."""
        return self._folded(self._facets_of(toned), set())

    def _facets_in(self, text: str) -> list[Facets]:
        pieces = normalise(text).split()
        facets = list(map(self._in_piece.__getitem__, pieces))
        if not all(facets):
            return [each for piece in pieces for each in self._facets_of(toned_keys(piece))]
        return cast("list[Facets]", facets)

    def _facets_of(self, toned: str) -> list[Facets]:
        return list(map(self._of_toned.__getitem__, toned.split()))

    def _folded(self, facets: list[Facets], met: set[bytes]) -> Folded:
        toned, plains, words, firsts, seconds, compounds, other_marks = zip(*facets, strict=True)
        different = set(words)
        met |= different
        made: set[bytes] = set()
        make, buckets, longer = made.add, _buckets(), self._longer
        for first, second, beside, following, third, marked, plain in zip(
            firsts, seconds[1:], compounds, toned[1:], (*toned[2:], b""), other_marks, plains[1:], strict=False
        ):
            token = beside.get(following)
            if token is None:
                make(marked.get(plain) or buckets[first + second])
            else:
                make(token)
                if token in longer:
                    make(longer[token].get(third, b""))
        return Folded(b" %b " % b" ".join(toned), b" ".join((*different, *made)), met, bool(self.compounds))

    def _only(self, piece: str) -> Facets | tuple[()]:
        """The facets of what stands between two blanks; none where that is not one word."""
        toned = toned_keys(piece).split()
        return self._of_toned[toned[0]] if len(toned) == 1 else ()

    def _facets(self, toned: str) -> Facets:
        if toned == BREAK:
            return Facets(toned.encode(), b"", b"", _NO_WORD, _NO_WORD, self._none, self._none)
        plain = plain_of(toned)
        return Facets(
            toned.encode(),
            plain.encode(),
            _words_for(toned, plain),
            first_number(plain),
            second_number(plain),
            self._compounds.get(toned, self._none),
            self._other_marks.get(plain, self._none),
        )


@lru_cache(maxsize=1)
def _buckets() -> tuple[bytes, ...]:
    """The words of the index for two words, by the sum of their numbers; empty at the end of a part."""
    tokens = [bucket_token(number).encode() for number in range(BUCKETS)]
    return (*tokens * (_NO_WORD // BUCKETS), *[b""] * (_NO_WORD + 1))


def _words_for(toned: str, plain: str) -> bytes:
    """The words of the index for a word of a text; its toned key is the first."""
    words = [toned] if plain == toned else [toned, plain]
    if len(plain) > BEGINNING and not is_common(plain):
        words.append(beginning_token(plain))
    return " ".join(words).encode()
