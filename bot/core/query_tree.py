"""What a query asks for, as a tree: phrases of words, all of, any of, none of; one meaning for search and alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, assert_never

from bot.core.document import FoldedText
from bot.core.letters import LONGEST_KEY, TONE_FIGURES, Word, plain_of, with_final_i

_REACH = LONGEST_KEY + 16
"""No key in a text, with its tones and a blank, is longer."""


@dataclass(frozen=True)
class Phrase:
    """Words side by side in one part of a document; one word is a phrase too.

    Where `open`, the last word is a prefix (made by `fold_prefix`).
    """

    words: tuple[Word, ...]
    open: bool = False

    @cached_property
    def is_marked(self) -> bool:
        """Whether each of its words is to be found by its toned key."""
        return all(word.is_marked for word in self.words)

    @cached_property
    def is_mixed(self) -> bool:
        """Whether some of its words are marked and others are not."""
        return not self.is_marked and any(word.is_marked for word in self.words)

    @cached_property
    def needles(self) -> tuple[str, ...]:
        """Pieces of text one of which is in the toned text (where `is_marked`) or the plain text of what has it."""
        keys = [word.toned if self.is_marked else word.plain for word in self.words]
        if not self.open:
            return (f" {' '.join(keys)} ",)
        head, last = "".join(f" {key}" for key in keys[:-1]), self.words[-1]
        whole = with_final_i(last)
        beginning, end = (last.letters, whole.toned) if self.is_marked else (last.plain, whole.plain)
        return (f"{head} {beginning}",) if end.startswith(beginning) else (f"{head} {beginning}", f"{head} {end} ")

    @cached_property
    def needles_decide(self) -> bool:
        """Whether a text with a needle has the phrase: not where marked and bare words mix, or a prefix has a tone."""
        return not self.is_mixed and not (self.open and self.words[-1].tone)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part is asked for."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the parts is enough."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The part must be absent."""

    part: Node


Node: TypeAlias = Phrase | AllOf | AnyOf | NoneOf


def holds(node: Node, document: FoldedText) -> bool:
    """Return whether *document* has what *node* asks for."""
    match node:
        case Phrase():
            return is_in(node, document)
        case AllOf(parts):
            return all(holds(part, document) for part in parts)
        case AnyOf(parts):
            return any(holds(part, document) for part in parts)
        case NoneOf(part):
            return not holds(part, document)
        case _:
            assert_never(node)


def is_in(phrase: Phrase, document: FoldedText) -> bool:
    """Return whether the words of *phrase* stand side by side in *document*."""
    if phrase.is_mixed and not phrase.open:
        place = next(place for place, word in enumerate(phrase.words) if word.is_marked)
        return piece_around(phrase, place, (phrase.words[place].toned,), document.toned) is not None
    text = document.toned if phrase.is_marked else document.plain
    for needle in phrase.needles:
        if needle in text:
            return phrase.needles_decide or _has_place(phrase, document)
    return False


def _has_place(phrase: Phrase, document: FoldedText) -> bool:
    return next(places(phrase, document.toned.split(), document.plain.split()), None) is not None


def piece_around(phrase: Phrase, place: int, spellings: Iterable[str], toned: str) -> str | None:
    """Return the piece of a *toned* text that is the closed *phrase*, its word at *place* in one of these *spellings*.

    Only the words beside those are looked at: far fewer than all.
    """
    before, behind = phrase.words[:place], phrase.words[place + 1 :]
    for spelling in spellings:
        needle = f" {spelling} "
        start = toned.find(needle)
        while start >= 0:
            ahead, after = max(0, start - _REACH * place), start + len(needle)
            left = toned[ahead:start].rsplit(maxsplit=place)[-place:] if place else []
            right = toned[after : after + _REACH * len(behind)].split(maxsplit=len(behind))[: len(behind)]
            if _are(before, left) and _are(behind, right):
                return f" {' '.join((*left, spelling, *right))} "
            start = toned.find(needle, start + 1)
    return None


def _are(words: tuple[Word, ...], keys: list[str]) -> bool:
    return len(words) == len(keys) and all(
        (key if word.is_marked else plain_of(key)) == word.key for word, key in zip(words, keys, strict=True)
    )


def places(phrase: Phrase, toned: list[str], plain: list[str]) -> Iterator[int]:
    """Yield the index of each place in a sequence of words (both keys of each) where *phrase* begins."""
    last = len(phrase.words) - 1
    for start in _starts(phrase, toned, plain):
        if start + last < len(toned) and all(
            is_word(word, (toned if word.is_marked else plain)[start + step], is_prefix=phrase.open and step == last)
            for step, word in enumerate(phrase.words)
        ):
            yield start


def _starts(phrase: Phrase, toned: list[str], plain: list[str]) -> Iterable[int]:
    """Where the first word stands: most words of a text need no further look."""
    first = phrase.words[0]
    if phrase.open and len(phrase.words) == 1:
        return range(len(toned))
    sought = first.key
    return [place for place, key in enumerate(toned if first.is_marked else plain) if key == sought]


def is_word(word: Word, key: str, *, is_prefix: bool) -> bool:
    """Return whether *key* (toned for a marked word, else plain) is *word*, or begins with it."""
    if not is_prefix:
        return key == word.key
    if key == with_final_i(word).key:
        return True
    if word.tone and not key.endswith(word.tone):
        return False
    return key.rstrip(TONE_FIGURES).startswith(word.letters)


def closed_words(phrase: Phrase) -> tuple[Word, ...]:
    """Return the words of *phrase* that must match as a whole."""
    return phrase.words[:-1] if phrase.open else phrase.words


def wanted(node: Node) -> Iterator[Phrase]:
    """Yield the phrases that *node* asks for, without those it excludes."""
    match node:
        case Phrase():
            yield node
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from wanted(part)
        case NoneOf():
            return
        case _:
            assert_never(node)


def changed(node: Node, change: Callable[[Phrase], Node]) -> Node:
    """Return *node* with *change* made to each phrase that it asks for; what it excludes stays excluded."""
    match node:
        case Phrase():
            return change(node)
        case AllOf(parts):
            return AllOf(tuple(changed(part, change) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(changed(part, change) for part in parts))
        case NoneOf():
            return node
        case _:
            assert_never(node)
