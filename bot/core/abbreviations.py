"""Safe abbreviations, both ways: UBND finds ủy ban nhân dân, and the words find the letters."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import islice
from typing import Final

from bot.core.letters import Word, with_final_i, words_of
from bot.core.query_tree import AllOf, AnyOf, Node, NoneOf, Phrase

MOST_FORMS: Final = 8
"""A phrase with several abbreviations is spelled out in at most so many ways."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a term: its words, and all ways to write it (without marks: they find either marking)."""

    words: tuple[Word, ...]
    ways: tuple[tuple[Word, ...], ...]


def with_abbreviations(node: Node) -> Node:
    """Return *node* asking for every written form of each abbreviation, or full form of one, in it."""
    match node:
        case Phrase():
            ways = islice(_ways_of(node.words), MOST_FORMS)
            return _joined(AnyOf, [Phrase(words, node.open and words == node.words) for words in ways])
        case AnyOf(parts):
            return _joined(AnyOf, [with_abbreviations(part) for part in parts])
        case NoneOf(part):
            return NoneOf(with_abbreviations(part))
        case AllOf(parts):
            return _spelled_out(parts)


def _spelled_out(parts: tuple[Node, ...]) -> Node:
    """Words side by side that make a full form may stay apart in the text, or stand as their abbreviation."""
    done: list[Node] = []
    place = 0
    while place < len(parts):
        form, length = _form_at(_single_words(parts[place:]), 0)
        if form is None or length == 1:
            done.append(with_abbreviations(parts[place]))
            place += 1
            continue
        others = [Phrase(way) for way in _other_ways(form)]
        done.append(_joined(AnyOf, [AllOf(parts[place : place + length]), *others]))
        place += length
    return _joined(AllOf, done)


def _single_words(parts: tuple[Node, ...]) -> tuple[Word, ...]:
    words: list[Word] = []
    for part in parts:
        if not (isinstance(part, Phrase) and len(part.words) == 1):
            break
        words.append(part.words[0])
    return tuple(words)


def _ways_of(words: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    """Yield the ways to write *words*, as they were typed first."""
    if not words:
        yield ()
        return
    form, length = _form_at(words, 0)
    heads = (words[:1],) if form is None else (words[:length], *_other_ways(form))
    for head in heads:
        for tail in _ways_of(words[length or 1 :]):
            yield head + tail


def _other_ways(form: Form) -> tuple[tuple[Word, ...], ...]:
    return tuple(way for way in form.ways if way != _bare(form.words))


def _form_at(words: tuple[Word, ...], start: int) -> tuple[Form | None, int]:
    """Return the longest written form that begins at *start*, and its length in words."""
    for form in _forms().get(words[start].plain, ()) if start < len(words) else ():
        length = len(form.words)
        typed = words[start : start + length]
        if len(typed) == length and all(_means(one, other) for one, other in zip(typed, form.words, strict=True)):
            return form, length
    return None, 0


def _means(typed: Word, meant: Word) -> bool:
    whole = with_final_i(typed)
    return whole.toned == meant.toned if typed.is_marked else whole.plain == meant.plain


def _joined(kind: type[AllOf] | type[AnyOf], nodes: Sequence[Node]) -> Node:
    different = tuple(dict.fromkeys(nodes))
    return different[0] if len(different) == 1 else kind(different)


def _bare(words: tuple[Word, ...]) -> tuple[Word, ...]:
    return tuple(Word(word.plain, word.plain) for word in words)


@lru_cache(maxsize=1)
def _forms() -> dict[str, tuple[Form, ...]]:
    """The written forms by the plain key of their first word, the longest first."""
    data = tomllib.loads(resources.files("bot.core").joinpath("abbreviations.toml").read_text(encoding="utf-8"))
    found: dict[str, list[Form]] = {}
    for entry in data["abbreviation"]:
        written = [tuple(words_of(text)) for text in (*entry["short"], *entry["full"])]
        ways = tuple(dict.fromkeys(_bare(words) for words in written))
        for words in written:
            found.setdefault(words[0].plain, []).append(Form(words, ways))
    return {first: tuple(sorted(forms, key=lambda form: -len(form.words))) for first, forms in found.items()}
