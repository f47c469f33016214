"""What a query asks for, as a tree: phrases of words, all of, any of, none of; one meaning for search and alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from bot.core.document import FoldedDocument
from bot.core.letters import TONE_FIGURES, Word, with_final_i


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side in one part of a document; one word is a phrase too.

    Where `open`, the last word is a prefix (made by `fold_prefix`).
    """

    words: tuple[Word, ...]
    open: bool = False


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


def holds(node: Node, document: FoldedDocument) -> bool:
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


def is_in(phrase: Phrase, document: FoldedDocument) -> bool:
    """Return whether the words of *phrase* stand side by side in *document*."""
    if not all(word.key in document.keys for word in closed_words(phrase)):
        return False
    if len(phrase.words) == 1:
        return not phrase.open or any(is_word(phrase.words[0], key, is_prefix=True) for key in document.keys)
    if not phrase.open and all(word.is_marked for word in phrase.words):
        return f" {' '.join(word.toned for word in phrase.words)} " in document.toned
    if f" {' '.join(word.plain for word in closed_words(phrase))} " not in document.plain:
        return False
    return any(True for _ in places(phrase, document.toned.split(), document.plain.split()))


def places(phrase: Phrase, toned: list[str], plain: list[str]) -> Iterator[int]:
    """Yield the index of each place in a sequence of words (both keys of each) where *phrase* begins."""
    last = len(phrase.words) - 1
    for start in range(len(toned) - last):
        if all(
            is_word(word, (toned if word.is_marked else plain)[start + step], is_prefix=phrase.open and step == last)
            for step, word in enumerate(phrase.words)
        ):
            yield start


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
