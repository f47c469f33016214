"""Where a query hits a text, and the piece of the text that shows it best."""

from dataclasses import dataclass
from typing import Final

from bot.core.letters import words_with_places
from bot.core.query import Query
from bot.core.query_tree import places

_LEAD: Final = 0.25
"""So much of a snippet may stand before its first hit, for the reader to find his feet."""

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text on one line, with the spans (start, end; characters) of the query's words in it."""

    text: str
    spans: Spans = ()


def hits_of(text: str, *queries: Query) -> Spans:
    """Return the spans of *text* (cleaned) that one of *queries* asks for, in order, none touching another."""
    phrases = [phrase for query in queries for phrase in query.phrases]
    if not phrases:
        return ()
    words = list(words_with_places(text))
    toned, plain = [word.toned for word, _, _ in words], [word.plain for word, _, _ in words]
    found = sorted(
        (words[place][1], words[place + len(phrase.words) - 1][2])
        for phrase in phrases
        for place in places(phrase, toned, plain)
    )
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and (start <= merged[-1][1] or text[merged[-1][1] : start].isspace()):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def snippet_of(text: str, query: Query, most: int) -> Snippet:
    """Return at most *most* characters of *text* around the place where *query* hits it most densely.

    Cut between words; an ellipsis stands where something was left out. Without a hit it is the beginning.
    """
    text = " ".join(text.split())
    spans = hits_of(text, query)
    if len(text) <= most:
        return Snippet(text, spans)
    room = most - 2
    start = _word_start(text, _densest(spans, room) - int(room * _LEAD)) if spans else 0
    start = min(start, _word_start(text, len(text) - room))
    end = start + room
    if end < len(text) and not text[end].isspace():
        end = max(text.rfind(" ", start, end), start + room // 2)
    before, behind = "…" if start else "", "…" if end < len(text) else ""
    shift = len(before) - start
    kept = tuple((first + shift, last + shift) for first, last in spans if first >= start and last <= end)
    return Snippet(f"{before}{text[start:end].rstrip()}{behind}", kept)


def _densest(spans: Spans, room: int) -> int:
    """Return the start of the hit from which most letters of hits fit into *room*; the earliest of equals."""
    best, most = spans[0][0], 0
    for place, (start, _) in enumerate(spans):
        letters = sum(last - first for first, last in spans[place:] if last <= start + room)
        if letters > most:
            best, most = start, letters
    return best


def _word_start(text: str, place: int) -> int:
    """Return the first beginning of a word at or behind *place*."""
    if place <= 0:
        return 0
    blank = text.find(" ", place - 1)
    return blank + 1 if blank >= 0 else place
