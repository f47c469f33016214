"""A hint for a word that nothing was found for: the known words that look most like it."""

from collections.abc import Mapping
from typing import Final

from bot.core.letters import TONE_FIGURES, TONES, Word, plain_of
from bot.core.telex import place_tone

MOST_HINTS: Final = 3
_SHORTEST: Final = 4
_MARKS: Final = dict(zip(TONE_FIGURES, TONES, strict=True))
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
_OFTEN_CONFUSED: Final = frozenset({"³⁴", "⁴³"})
"""Hỏi and ngã sound alike in most of the country."""


def near_misses(word: Word) -> frozenset[str]:
    """Return the plain keys that are *word* itself or one letter more, less, other or swapped away from it.

    Those of them that occur anywhere are the words for `hints_for`. A short word is only itself, with other marks: one
    letter away from it is every other short word.
    """
    plain = word.plain
    if len(plain) < _SHORTEST:
        return frozenset({plain})
    cuts = [(plain[:place], plain[place:]) for place in range(len(plain) + 1)]
    less = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    other = {head + sign + tail[1:] for head, tail in cuts if tail for sign in _ALPHABET}
    more = {head + sign + tail for head, tail in cuts for sign in _ALPHABET}
    return frozenset({plain} | less | swapped | other | more) - {""}


def hints_for(word: Word, known: Mapping[str, int]) -> tuple[str, ...]:
    """Return how the words most like *typed* are written, the likeliest first; none for a word that is known.

    *known* maps the toned keys of words near it (see `near_misses`) to how many items have them. Other marks on the
    same letters come before other letters, hỏi for ngã before all.
    """
    if any(seen and word.key in {key, plain_of(key)} for key, seen in known.items()):
        return ()
    ranked = sorted((_distance(word, key), -seen, key) for key, seen in known.items() if seen)
    return tuple(dict.fromkeys(spelled(key) for _, _, key in ranked))[:MOST_HINTS]


def _distance(word: Word, key: str) -> int:
    plain = plain_of(key)
    if plain != word.plain:
        return 2 + abs(len(plain) - len(word.plain))
    letters = key.rstrip(TONE_FIGURES)
    return 0 if letters == word.letters and word.tone + key[len(letters) :] in _OFTEN_CONFUSED else 1


def spelled(toned: str) -> str:
    """Return a toned key as it is written: the tone on its vowel, in NFC."""
    letters = toned.rstrip(TONE_FIGURES)
    return place_tone(letters, "".join(_MARKS[figure] for figure in toned[len(letters) :]))
