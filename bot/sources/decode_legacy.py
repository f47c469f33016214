"""Vietnamese from before Unicode: TCVN3 and VNI texts, and UTF-8 that was decoded once too often.

All of them look like Western letters (`Héi nghÞ`, `Hoäi nghò`, `Há»™i nghá»‹`). They are converted only where that
turns words which are no Vietnamese syllables into words which are; otherwise the text is left alone and doubted.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from bot.core.syllables import Spelling, spelling_of

# TCVN 5712:1993, VN3: code points A1..FE as Windows-1252 shows them, and what they mean.
_TCVN3_CODES = "¡¢§£¤¥¦¸µ¶·¹¨¾»¼½Æ©ÊÇÈÉËÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô\u00adøõö÷ùýúûüþ®"
_TCVN3_LETTERS = "ĂÂĐÊÔƠƯáàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵđ"
_TCVN3 = str.maketrans(_TCVN3_CODES, _TCVN3_LETTERS)

# VNI Windows: a base letter and a sign after it; the signs are the same for every base.
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_CIRCUMFLEX = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_SINGLE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

# A UTF-8 sequence as Windows-1252 shows it: the lead byte, then continuation bytes.
_CONTINUATION = "[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_DOUBLY_ENCODED = re.compile(f"[Â-ß]{_CONTINUATION}|[à-ï]{_CONTINUATION}{{2}}|[ð-ô]{_CONTINUATION}{{3}}")
_CP1252_SIGNS = {
    sign: bytes([code]) for code in range(0x80, 0xA0) if (sign := bytes([code]).decode("cp1252", "ignore"))
}
_HALF_A_SEQUENCE = re.compile("[ÂÃÄÆáàâ][¡-¶º-½](?=\\w)")
_NOT_SAID = re.compile(r"<[^<>]{0,5000}>|https?://\S{1,2000}|www\.\S{1,2000}")
_HOLES = re.compile(r"(?<=[a-zđ])\?(?=[a-zđ])", re.IGNORECASE)

_Conversion: TypeAlias = Callable[[str], str]

_TIMES_MOST = 2
_SURE = 0.9
_UNSURE = 0.6
_WORDS_TO_BE_SURE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A text in Unicode; `doubt` is "mojibake" where letters are lost or nobody can say what they were."""

    text: str
    doubt: str = ""


def undouble(text: str) -> str:
    """*text* with UTF-8 that somebody decoded as Windows-1252 (`Há»™i`) turned back, where that gives Vietnamese.

    Works on single sequences, so that a document may hold both good and spoilt parts. To be called before blanks are
    cleaned: a no-break space may be half of a letter.
    """
    if len(set(_DOUBLY_ENCODED.findall(text))) < _WORDS_TO_BE_SURE:
        return text
    best, share = text, spelling_of(text).share
    for _ in range(_TIMES_MOST):
        text = _DOUBLY_ENCODED.sub(lambda found: _from_sequence(found[0]), text)
        if spelling_of(text).share > share:
            best, share = text, spelling_of(text).share
    return best


def _from_sequence(shown: str) -> str:
    raw = b"".join(_CP1252_SIGNS.get(sign) or sign.encode("latin-1") for sign in shown)
    return raw.decode("utf-8", "replace") if b"\xef\xbf\xbd" not in raw else shown


def from_tcvn3(text: str) -> str:
    """*text*, written with a TCVN3 (ABC) font, in Unicode. Capitals of such fonts are small letters: they stay so."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """*text*, written with a VNI font, in Unicode."""
    pattern, letters = _vni()
    return pattern.sub(lambda found: letters[found[0]], text)


@cache
def _vni() -> tuple[re.Pattern[str], dict[str, str]]:
    letters = dict(_VNI_SINGLE)
    for base in "aeouyi":
        letters |= {base + sign: base + tone for sign, tone in _VNI_TONES.items()}
    for shown, base in (("ô", "ơ"), ("ö", "ư")):
        letters |= {shown + sign: base + tone for sign, tone in _VNI_TONES.items()}
    for base in "aeo":
        letters |= {base + sign: base + "\u0302" + tone for sign, tone in _VNI_CIRCUMFLEX.items()}
    letters |= {"a" + sign: "a\u0306" + tone for sign, tone in _VNI_BREVE.items()}
    both = {shown: unicodedata.normalize("NFC", letter) for shown, letter in letters.items()}
    both |= {shown.upper(): letter.upper() for shown, letter in both.items()}
    both |= {shown[0].upper() + shown[1:]: letter[0].upper() + letter[1:] for shown, letter in both.items()}
    return re.compile("|".join(sorted(map(re.escape, both), key=len, reverse=True))), both


def best_spelling(text: str) -> Spelling:
    """How Vietnamese *text* is as it stands or after the better of the two conversions."""
    ways = (text, from_tcvn3(text), from_vni(text))
    return max((spelling_of(way) for way in ways), key=lambda spelling: spelling.share)


def mend_all(texts: Sequence[str]) -> tuple[Mended, ...]:
    """Each text in Unicode. A text too short to be sure by itself follows what the others of its page were."""
    ways = {conversion for text in texts if (conversion := _sure_conversion(text)) is not None}
    return tuple(_mend(text, ways) for text in texts)


def _sure_conversion(text: str) -> _Conversion | None:
    before = spelling_of(text)
    if before.marked < _WORDS_TO_BE_SURE or before.share > 0.5:
        return None
    after, conversion = _better(text)
    return conversion if after.share >= _SURE and after.vietnamese >= _WORDS_TO_BE_SURE else None


def _better(text: str) -> tuple[Spelling, _Conversion]:
    tcvn3, vni = spelling_of(from_tcvn3(text)), spelling_of(from_vni(text))
    return (tcvn3, from_tcvn3) if tcvn3.share >= vni.share else (vni, from_vni)


def _mend(text: str, ways: set[_Conversion]) -> Mended:
    shown = html.unescape(text) if "&" in text else text
    conversion = _sure_conversion(shown)
    before = spelling_of(shown)
    if conversion is None and ways and before.share < 1:
        after, better = _better(shown)
        conversion = better if better in ways and after.share == 1 else None
    if conversion is not None:
        return Mended(text=conversion(shown))
    return Mended(text=text.rstrip("\ufffd"), doubt="mojibake" if _is_spoilt(shown, before) else "")


def _is_spoilt(text: str, before: Spelling) -> bool:
    text = _NOT_SAID.sub(" ", text).rstrip("\ufffd. …")
    if "\ufffd" in text or _HALF_A_SEQUENCE.search(text):
        return True
    if len(_HOLES.findall(text)) > 1 or len(_DOUBLY_ENCODED.findall(text)) > 1:
        return True
    if before.marked <= _WORDS_TO_BE_SURE or before.share > 0.3:
        return False
    after, _ = _better(text)
    return after.share >= _UNSURE
