"""Vietnamese letters: one normal form for a text, two keys for a word.

A word has a *plain* key (no marks, đ is d) and a *toned* key (letters with their quality marks, the tone moved to the
end as a VNI figure): neither the place of the tone (hoà, hòa) nor a final y or i (kỷ, kỉ) tells two words apart.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LONGEST_KEY = 64

# Superscripts cannot come out of a folded text (NFKD turns them into digits), so a tone never meets a typed figure.
TONES = {"\u0301": "¹", "\u0300": "²", "\u0309": "³", "\u0303": "⁴", "\u0323": "⁵"}
TONE_FIGURES = "".join(TONES.values())

_THOUSANDS: Final = r"(?<!\d\.)\d{1,3}(?:\.\d{3})+(?!\.?\d)[^\W_]*"  # 1.000 is 1000
_WORD = re.compile(rf"{_THOUSANDS}|[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_CACHED: Final = 32_768
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
    # A joiner holds an emoji family together; between letters it only hides a word from search.
    "|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
)
_BLANK_LOOKING = re.compile("[\u2800\u3164]")
_TONE_BEFORE_QUALITY = re.compile("([\u0300\u0301\u0303\u0309])([\u0302\u0306])")
_LOOKALIKES = str.maketrans({"ð": "đ", "ɖ": "đ", "ᵭ": "đ"})
_BARE = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "œ": "oe", "æ": "ae"})
"""Letters that have their mark in them: taken apart they stay as they are."""
_LONE_FINAL_Y = re.compile(r"(?:qu|[b-df-hj-np-tv-xz]*)y")


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word, lower case: its `plain` key without marks and its `toned` key, equal for a word without marks."""

    plain: str
    toned: str

    @property
    def letters(self) -> str:
        """The letters with their quality marks, without the tone."""
        return self.toned.rstrip(TONE_FIGURES)

    @property
    def tone(self) -> str:
        """The tone as figures; empty for the level tone."""
        return self.toned[len(self.letters) :]

    @property
    def key(self) -> str:
        """What a typed word is looked up by: with marks it matches those marks, without it matches any."""
        return self.toned if self.is_marked else self.plain

    @property
    def is_marked(self) -> bool:
        """Whether the word carries any mark."""
        return self.toned != self.plain


def normalise(text: str) -> str:
    """Return *text* in NFC without invisible characters; line breaks and blanks stay as they are.

    Also mends what neither NFC nor NFD covers: a tone written before the vowel's own mark.
    """
    if not text.isprintable():
        text = _BLANK_LOOKING.sub(" ", _INVISIBLE.sub("", text))
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if "\u0302" in text or "\u0306" in text:
        swapped = _TONE_BEFORE_QUALITY.sub(r"\2\1", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", swapped)
    return text


def words_of(text: str) -> list[Word]:
    """Return the folded words of *text* in order; punctuation only separates."""
    return [word for piece in normalise(text).split() for word in _words_in(piece)]


def toned_keys(text: str) -> str:
    """Return the toned keys of the words of *text* in order, apart by one blank: `words_of` in a hurry."""
    return " ".join(filter(None, map(_toned_keys_in, normalise(text).split())))


@lru_cache(maxsize=_CACHED)
def _words_in(piece: str) -> tuple[Word, ...]:
    return tuple(fold_word(word) for word in _WORD.findall(piece))


@lru_cache(maxsize=_CACHED)
def _toned_keys_in(piece: str) -> str:
    return " ".join(word.toned for word in _words_in(piece))


def words_with_places(text: str) -> Iterator[tuple[Word, int, int]]:
    """Yield each word of a normalised *text* with the start and end of its characters."""
    for found in _WORD.finditer(text):
        yield fold_word(found[0]), found.start(), found.end()


@lru_cache(maxsize=_CACHED)
def fold_word(word: str) -> Word:
    """Return the keys of one whole *word* given in NFC."""
    return with_final_i(fold_prefix(word))


def fold_prefix(word: str) -> Word:
    """Return the keys of the beginning of a word: a y at its end may still be followed by something."""
    letters: list[str] = []
    tones: list[str] = []
    lowered = unicodedata.normalize("NFKD", word).casefold().translate(_LOOKALIKES)
    for sign in unicodedata.normalize("NFKD", lowered):
        if sign in TONES:
            tones.append(TONES[sign])
        elif sign.isalnum() or unicodedata.combining(sign):
            letters.append(sign)
    marked = unicodedata.normalize("NFC", "".join(letters))
    if marked.isascii() and marked.isdigit():
        marked = marked.lstrip("0") or "0"  # 12/03/2019 is 12/3/2019
    return _as_word(marked[:LONGEST_KEY] + "".join(tones)[:8])


def with_final_i(word: Word) -> Word:
    """Return *word* with i for a y that is its only vowel and its end: kỷ is kỉ, but thúy is not thúi."""
    if not _LONE_FINAL_Y.fullmatch(word.plain):
        return word
    letters = unicodedata.normalize("NFD", word.letters).replace("y", "i")
    return _as_word(unicodedata.normalize("NFC", letters) + word.tone)


def _as_word(toned: str) -> Word:
    return Word(plain_of(toned), toned)


@lru_cache(maxsize=_CACHED)
def plain_of(toned: str) -> str:
    """Return the plain key that belongs to a *toned* key."""
    bare = unicodedata.normalize("NFD", toned.rstrip(TONE_FIGURES).translate(_BARE))
    return "".join(sign for sign in bare if not unicodedata.combining(sign))
