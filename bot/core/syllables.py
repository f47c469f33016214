"""Whether letters spell Vietnamese: the measure by which a decoding is chosen and mojibake is known."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
    r"(?:uyê|iêu|yêu|oai|oay|oao|oeo|uôi|ươi|ươu|uây|uya|uyu|uâ|uê|uơ|uy|uô|ua|ui|oa|oă|oe|oi|oo|ôi|ơi|iê|yê|ia|iu|êu"
    r"|eo|ai|ao|au|ay|âu|ây|ưa|ưi|ưu|ươ|ôô|[aăâeêioôơuưy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
# Signs between letters count as part of the word: in a wrong decoding they are letters (`c«ng`, `th­ëng`).
_SIGNS = "\u00a1-\u00bf\u00d7\u00f7"
_LETTER = r"[^\W\d_]"
_REST = rf"(?:{_LETTER}|[{_SIGNS}\u0300-\u036f\u2018-\u2122])"
_WORD = re.compile(rf"[^\W\d_{_SIGNS}]{_REST}*|[{_SIGNS}](?:{_LETTER}|[{_SIGNS}])+")
_SAMPLE = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How many different words of a text carry letters outside ASCII, and how many of those are syllables."""

    marked: int
    vietnamese: int

    @property
    def share(self) -> float:
        """The part that is Vietnamese, 0..1; 1 where no word is marked at all."""
        return self.vietnamese / self.marked if self.marked else 1.0


def spelling_of(text: str) -> Spelling:
    """Counts the marked words of *text* (its first 200,000 characters), each once."""
    words = {word.strip("«»·´¨¸") for word in _WORD.findall(unicodedata.normalize("NFC", text[:_SAMPLE]))}
    marked = [word for word in words if not word.isascii()]
    return Spelling(marked=len(marked), vietnamese=sum(map(is_syllable, marked)))


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether *word* is built as one Vietnamese syllable: onset, nucleus, coda, at most one tone."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = sum(sign in _TONES for sign in parts)
    bare = unicodedata.normalize("NFC", "".join(sign for sign in parts if sign not in _TONES))
    return tones <= 1 and _SYLLABLE.fullmatch(bare) is not None
