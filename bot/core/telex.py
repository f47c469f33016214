"""Telex and VNI typed while the input method was off: `thuowrng`, `thu7o73ng` are thưởng, if nothing else."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

_TYPED = re.compile(r"(dd|[bcdghklmnpqrstvx]*?)((?<=q)u|(?<=g)i(?=[aeou]))?([aeiouy][a-z]*)")
_TONES: Final = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_HORNED: Final = {"uo": "ươ", "ua": "ưa", "uu": "ưu", "ui": "ưi", "uoi": "ươi", "uou": "ươu", "oa": "oă", "oi": "ơi"}
_VNI = re.compile(r"[b-df-hj-np-tv-xz]*9?[aeiouy](?:[aeiouycghmnpt1-9])*")
_NUMBERED = re.compile(r"[a-z]{2}\d")
_VNI_TONES: Final = str.maketrans("12345", "sfrxj")
_VNI_MARKS: Final = {"6": "aeo", "7": "ou", "8": "a"}
_HORN: Final = str.maketrans("aou", "ăơư")


@lru_cache(maxsize=4096)
def read_telex(word: str) -> str | None:
    """Return the Vietnamese syllable (lower case, NFC) that *word* spells in Telex or VNI, or None: it spells none.

    Only a word that is no syllable as it stands and decodes to a possible one is read so; common foreign words that
    look like Telex (`gas`, `box`, `ddos`) are left alone, and letters with a number (`co2`, `u17`, `covid19`).
    """
    word = word.lower()
    if not word.isascii() or len(word) > 10 or word in _syllables().foreign:
        return None
    if _NUMBERED.fullmatch(word):
        return None
    return _read(word) if word.isalpha() else _read(_telex_of(word))


def is_vni(word: str) -> bool:
    """Whether *word* can hardly be anything but VNI."""
    return not word.isalpha() and read_telex(word) is not None


def read_short_vni(word: str) -> str | None:
    """Return what two letters and a figure spell in VNI (`vu5`): only beside words that are surely VNI."""
    word = word.lower()
    return _read(_telex_of(word)) if _NUMBERED.fullmatch(word) else None


def _read(word: str) -> str | None:
    found = _TYPED.fullmatch(word)
    if found is None:
        return None
    initial = (found[1] or "").replace("dd", "đ") + (found[2] or "")
    rest, tones = _without_tone(found[3])
    rime = _with_quality(rest)
    if len(tones) > 1 or rime is None or initial + rime == word or not _is_syllable(initial, rime, tones):
        return None
    return unicodedata.normalize("NFC", initial + _with_tone(initial, rime, _TONES.get(tones, "")))


def _telex_of(word: str) -> str:
    """Return how Telex spells what *word* spells in VNI; empty where that is no VNI."""
    letters = re.sub(r"\d", "", word)
    if not _VNI.fullmatch(word) or len(letters) < 2 or re.search("aa|ee|oo", letters):
        return ""
    typed = ""
    for sign in word:
        if sign in _VNI_MARKS:
            place = max(map(typed.rfind, _VNI_MARKS[sign]))
            if place < 0:
                return ""
            typed = f"{typed[:place]}{typed[place]}{typed[place:]}" if sign == "6" else f"{typed}w"
        elif sign == "9":
            if not typed.startswith("d") or typed.startswith("dd"):
                return ""
            typed = f"d{typed}"
        else:
            typed += sign.translate(_VNI_TONES)
    return typed


def place_tone(letters: str, tone: str) -> str:
    """Return the syllable *letters* (NFC, without tone) with the combining *tone* on the vowel that carries it."""
    found = re.fullmatch(r"(qu|gi(?=[aăâeêoôơuưy])|[^aăâeêioôơuưy]*)(.*)", letters)
    initial, rime = (found[1], found[2]) if found else ("", letters)
    return unicodedata.normalize("NFC", initial + _with_tone(initial, rime, tone))


def _without_tone(rest: str) -> tuple[str, str]:
    kept = rest[0] + "".join(sign for sign in rest[1:] if sign not in _TONES)
    return kept, "".join(sign for sign in rest[1:] if sign in _TONES)


def _with_quality(rest: str) -> str | None:
    """Return the rime that the letters of *rest* spell: w is the breve or horn, a doubled a, e, o the circumflex."""
    horns = rest.count("w")
    rest = rest.replace("w", "")
    vowels = re.match(r"[aeiouy]*", rest)
    nucleus = vowels[0] if vowels else ""
    final = rest[len(nucleus) :]
    for typed, meant in (("aa", "â"), ("ee", "ê"), ("oo", "ô")):
        nucleus = nucleus.replace(typed, meant)
    if horns > (2 if "uo" in nucleus else 1):
        return None
    if horns:
        horned = _HORNED.get(nucleus, nucleus.translate(_HORN))
        if horned == nucleus:
            return None
        nucleus = horned
    return nucleus + final


def _is_syllable(initial: str, rime: str, tones: str) -> bool:
    kinds = _syllables()
    found = re.fullmatch(r"([aăâeêioôơuưy]+)([a-z]*)", rime)
    if found is None or found[1] not in kinds.nuclei or (initial and initial not in kinds.initials):
        return False
    nucleus, final = found[1], found[2]
    if not final:
        return nucleus not in kinds.never_last
    return (
        final in kinds.finals and nucleus not in kinds.always_last and (final not in kinds.stops or tones in {"s", "j"})
    )


def _with_tone(initial: str, rime: str, tone: str) -> str:
    if not tone:
        return rime
    vowels = [place for place, sign in enumerate(rime) if sign in "aăâeêioôơuưy"]
    if not vowels:
        return rime + tone
    marked = [place for place in vowels if rime[place] in "ăâêôơư"]
    if marked:
        place = marked[-1]
    elif len(vowels) == 1 or (len(vowels) == 2 and vowels[-1] == len(rime) - 1):
        place = vowels[0]
    else:
        place = vowels[1]
    return rime[: place + 1] + tone + rime[place + 1 :]


@dataclass(frozen=True, slots=True)
class _Syllables:
    """What Vietnamese syllables are made of, and the foreign words that only look like them."""

    initials: frozenset[str]
    nuclei: frozenset[str]
    never_last: frozenset[str]
    always_last: frozenset[str]
    finals: frozenset[str]
    stops: frozenset[str]
    foreign: frozenset[str]


@lru_cache(maxsize=1)
def _syllables() -> _Syllables:
    data = tomllib.loads(resources.files("bot.core").joinpath("telex.toml").read_text(encoding="utf-8"))
    return _Syllables(**{name: frozenset(" ".join(lines).split()) for name, lines in data.items()})
