"""Bytes to text, by what gives Vietnamese letters: the labels that portals write are only a hint.

A byte order mark is believed, then valid UTF-8 whatever the label says, then the label, then the decoding whose words
are Vietnamese syllables.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from bot.core.syllables import Spelling
from bot.sources.decode_legacy import best_spelling, undouble

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_XML_LABEL = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_HTML_LABEL = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
# What a label means in practice (WHATWG Encoding Standard, 4.2): the Windows page that holds more.
_SUPERSETS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
# Windows-1252 as browsers read it: the five bytes that it leaves open are control characters.
_CP1252 = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in b"\x81\x8d\x8f\x90\x9d"}
_STATEFUL = ("iso2022", "hz")
_LOST = "\ufffd"
_BETTER_BY = 0.2
_SURE = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text without byte order mark, and the encoding that was used."""

    text: str
    encoding: str


def decode(body: bytes, label: str = "") -> Decoded:
    """The text of *body*; *label* is the charset of its Content-Type. Never fails: what no decoding has is U+FFFD."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _settled(body[len(mark) :].decode(encoding, "replace").lstrip("\ufeff"), encoding)
    if encoding := _without_mark(body):
        return _settled(body.decode(encoding, "replace"), encoding)
    labels = _labels(body, label)
    if body.isascii() and labels and labels[0].startswith(_STATEFUL):
        return _settled(body.decode(labels[0], "replace"), labels[0])
    try:
        return _settled(body.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _settled(*_best(body, labels))


def _settled(text: str, encoding: str) -> Decoded:
    text = undouble(text).replace("\x00", "")
    return Decoded(text=unicodedata.normalize("NFC", text) if encoding == "cp1258" else text, encoding=encoding)


def _without_mark(body: bytes) -> str:
    """UTF-16 without a byte order mark: every other byte of the markup is zero."""
    head = body[:64]
    if len(head) < 4 or head.count(0) * 3 < len(head):
        return ""
    return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"


def _labels(body: bytes, label: str) -> tuple[str, ...]:
    head = body[:4096]
    found = [label, *(match[1].decode("ascii") for form in (_XML_LABEL, _HTML_LABEL) if (match := form.search(head)))]
    return tuple(dict.fromkeys(name for each in found if (name := _codec(each))))


def _codec(label: str) -> str:
    try:
        name = codecs.lookup(label.strip().lower()).name if label else ""
    except (LookupError, ValueError):
        return ""
    return _SUPERSETS.get(name, name)


def _best(body: bytes, labels: tuple[str, ...]) -> tuple[str, str]:
    """The decoding of bytes that are not valid UTF-8."""
    damaged = body.decode("utf-8", "replace")
    if damaged.count(_LOST) * 20 < sum(not sign.isascii() for sign in damaged):
        return damaged, "utf-8"
    names = tuple(dict.fromkeys((*(name for name in labels if not name.startswith("utf")), "cp1258", "cp1252")))
    texts = {name: _decode_as(body, name) for name in names}
    spelt = {name: best_spelling(text) for name, text in texts.items()}
    chosen = names[0] if labels and names[0] in labels and _LOST not in texts[names[0]] else "cp1252"
    for name in names:
        if _is_clearly_better(spelt[name], spelt[chosen]):
            chosen = name
    return texts[chosen], chosen


def _is_clearly_better(one: Spelling, other: Spelling) -> bool:
    return one.vietnamese >= 2 and one.share >= _SURE and one.share > other.share + _BETTER_BY


def _decode_as(body: bytes, name: str) -> str:
    return body.decode("latin-1").translate(_CP1252) if name == "cp1252" else body.decode(name, "replace")
