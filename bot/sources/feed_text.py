"""A feed's text made fit for the parser, or refused: a thread that parses cannot be stopped once it runs away."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

MOST_DEPTH = 1_000
MOST_TAGS = 80_000
MOST_ATTRIBUTES = 250
MOST_REFERENCES = 300_000

_LONGEST_TAG = 100_000
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE)
_PROLOGUE = re.compile(r"<\?xml\s|<!DOCTYPE\s", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]{0,2000}(?:\[[^\]]{0,200000}\]\s{0,100})?>", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s", re.IGNORECASE)
_PLAIN_ENTITY = re.compile(r"""<!ENTITY\s+[\w.-]+\s+["'](?:&#\w{1,7};|[^&%<"']{0,12})["']\s*>""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,500}\?>")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ILLEGAL_REFERENCE = re.compile(r"&#(?:0{0,5}(?:[0-8]|1[124-9]|2\d|3[01])|x0{0,4}(?:[0-8bcefBCEF]|1[0-9a-fA-F]));")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_OWN = frozenset({"lt", "gt", "amp", "quot", "apos"})
_ESCAPED_CDATA = ("&lt;![CDATA[", "]]&gt;")
_BEGIN_OF_ITEM = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_END_OF_ITEM = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_LONGEST_NAME = 500
_NAMED_PERSON = r"(?:author|creator|publisher|managingeditor|webmaster|owner|contributor)"
_PERSON = re.compile(
    rf"<(?:(?P<begin>(?:[\w.-]+:)?{_NAMED_PERSON}(?=[\s>])[^>]{{0,500}}(?<!/)>)"
    rf"|/(?:[\w.-]+:)?(?:{_NAMED_PERSON}|item|entry|channel|feed|rdf|rss)(?=[\s>]))",
    re.IGNORECASE,
)
_MARK = re.compile(r"<(?:(?P<comment>!--)|(?P<cdata>!\[CDATA\[)|(?P<end>/)|(?P<start>[A-Za-z_]))?")


def begin_of_feed(text: str) -> int | None:
    """Where the feed's markup begins in *text*: portals put blanks, notices and PHP warnings before it."""
    root = _ROOT.search(text, 0, 20_000)
    if root is None:
        return None
    before = text[: root.start()]
    if re.search(r"<(?:html|body|head)\b", before, re.IGNORECASE):
        return None
    declaration = _PROLOGUE.search(before)
    return declaration.start() if declaration else root.start()


def absurdity_of_feed(text: str) -> str | None:
    """What makes *text* unfit for parsing ("it declares entities"); None where it is fit. Linear in its length."""
    head = text[: 1 << 20]
    if len(_ENTITY.findall(head)) > len(_PLAIN_ENTITY.findall(head)):
        return "it declares entities that are more than a letter"
    if text.count("&") > MOST_REFERENCES:
        return f"it has more than {MOST_REFERENCES:,} ampersands"
    return _absurdity_of_tags(text)


def _absurdity_of_tags(text: str) -> str | None:
    depth = tags = at = 0
    while found := _MARK.search(text, at):
        at = found.end()
        if found["comment"] or found["cdata"]:
            end = text.find("-->" if found["comment"] else "]]>", at)
            at = end if end >= 0 else len(text)
            continue
        tags += 1
        if found["end"]:
            depth = max(0, depth - 1)
        elif found["start"]:
            end = text.find(">", at, at + _LONGEST_TAG)
            if _is_absurd(text, at, end):
                return f"a tag has no end, or more than {MOST_ATTRIBUTES} attributes"
            depth += text[end - 1] != "/"
        if depth > MOST_DEPTH or tags > MOST_TAGS:
            return f"it has more than {MOST_TAGS:,} tags, or {MOST_DEPTH:,} inside one another"
    return None


def _is_absurd(text: str, at: int, end: int) -> bool:
    """Whether the tag from *at* to *end* (-1: not found) is; in a feed cut short the last one has no end."""
    if end < 0:
        return len(text) - at > _LONGEST_TAG
    return text.count("=", at, end) > MOST_ATTRIBUTES


def prepared(text: str) -> bytes:
    """*text* as UTF-8 that a strict XML parser can take more often than what the portal wrote.

    Without DOCTYPE, wrong encoding label and control characters; HTML's named entities as letters; a CDATA section that
    was written as text (`&lt;![CDATA[...]]&gt;`) unwrapped; authors whose names are no names left out.
    """
    text = _DOCTYPE.sub("", _DECLARATION.sub("", text), count=1)
    text = _ILLEGAL_REFERENCE.sub(" ", _ILLEGAL.sub(" ", text))
    text = _without_long_names(_NAMED.sub(_letter, _unwrapped(text)))
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + text.lstrip().encode()


def _unwrapped(text: str) -> str:
    """*text* without the marks of escaped CDATA sections; a mark without its end stays."""
    begin, end = _ESCAPED_CDATA
    pieces = text.split(begin)
    return pieces[0] + "".join(piece.replace(end, "", 1) if end in piece else begin + piece for piece in pieces[1:])


def _without_long_names(text: str) -> str:
    """*text* with empty authors where they said more than any name is.

    The parser looks for an address of mail in them, which takes the square of their length: hours for a megabyte.
    """
    pieces, kept, begin = list[str](), 0, None
    for found in _PERSON.finditer(text):
        if begin is not None and found.start() - begin > _LONGEST_NAME:
            pieces.append(text[kept:begin])
            kept = found.start()
        begin = found.end() if found["begin"] else None
    if begin is not None and len(text) - begin > _LONGEST_NAME:
        return "".join(pieces) + text[kept:begin]
    return "".join(pieces) + text[kept:]


def _letter(found: re.Match[str]) -> str:
    if found[1] in _XML_OWN:
        return found[0]
    letter = html.unescape(found[0])
    return found[0] if letter in (found[0], "<", ">", "&") else letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """A feed of so many entries at most; *left_out* are those that it had besides."""

    text: str
    left_out: int = 0


def shortened(text: str, most: int, when: Callable[[str], datetime | None]) -> Shortened:
    """*text* with its newest *most* entries: its first ones, or the last where *when* dates those later.

    A thread that parses cannot be stopped, and shares the processor with all other sources.
    """
    ends = [found.end() for found in _END_OF_ITEM.finditer(text)]
    if len(ends) <= most:
        return Shortened(text=text)
    begin = _BEGIN_OF_ITEM.search(text)
    if begin is None or begin.start() > ends[0]:
        return Shortened(text=text)
    first, last = when(text[begin.start() : ends[0]]), when(text[ends[-2] : ends[-1]])
    left_out = len(ends) - most
    if first is not None and last is not None and last > first:
        return Shortened(text=text[: begin.start()] + text[ends[-most - 1] :], left_out=left_out)
    return Shortened(text=text[: ends[most - 1]] + text[ends[-1] :], left_out=left_out)


def is_cut_short(text: str) -> bool:
    """Whether the feed ends before its root element does: the transfer broke off."""
    return re.search(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", text[-2000:], re.IGNORECASE) is None


def closed_items_of(text: str) -> int:
    """How many items are closed: in a feed cut short the last one may be half a sentence."""
    return len(_END_OF_ITEM.findall(text))
