"""Texts of portals made fit to show: clean titles, plain summaries, sentences; and the plain fold for keys."""

import html
import re
from typing import Final

from bot.core.letters import normalise, words_of

_TAG_NAMES: Final = (
    "a|abbr|address|article|aside|audio|b|big|blockquote|body|br|caption|center|cite|code|dd|del|div|dl|dt|em|embed|"
    "figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|mark|meta|"
    "nav|noscript|object|ol|p|param|picture|pre|q|s|script|section|small|source|span|strike|strong|style|sub|sup|svg|"
    "table|tbody|td|tfoot|th|thead|time|title|tr|u|ul|video|wbr|o:p|w:[a-z]+|st1:[a-z]+"
)
_TAG = re.compile(rf"</?(?:{_TAG_NAMES})(?:\s[^<>]*)?/?>|<!doctype[^<>]*>", re.IGNORECASE)
_UNREAD = tuple(
    (re.compile(rf"{begin}.*?{end}", re.IGNORECASE | re.DOTALL), re.compile(end, re.IGNORECASE))
    for begin, end in (
        (r"<script\b[^<>]*>", r"</script\s*>"),
        (r"<style\b[^<>]*>", r"</style\s*>"),
        (r"<noscript\b[^<>]*>", r"</noscript\s*>"),
        ("<!--", "-->"),
    )
)
_GLUE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|em|font|i|mark|s|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_CDATA = re.compile(r"(?:<|&lt;)!\[CDATA\[(.*?)\]\](?:>|&gt;)", re.DOTALL)
_END_OF_CDATA = re.compile(r"\]\](?:>|&gt;)")
_NAKED_REFERENCE = re.compile(r"(?<!&)#(1[6-9][0-9]|[2-9][0-9]{2}|[0-9]{4,5}|x[0-9a-fA-F]{2,4});")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_BLANKS_IN_LINE = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[–-]*[^\W_a-zà-ỹ])|\n+")
_NO_SENTENCE_END = re.compile(
    r"(?:^|[\s(.,])(?:tp|tx|tt|ts|ths|pgs|gs|bs|ks|cn|st|mr|mrs|ms|dr|no|p|q|h|x|th|[a-zđ]|[0-9]{1,3})\.$",
    re.IGNORECASE,
)
_BLOCK_TAGS: Final = (
    "address,article,aside,blockquote,dd,div,dl,dt,figure,footer,form,h1,h2,h3,h4,h5,h6,header,hr,li,main,nav,ol,p,pre,"
    "section,table,tr,ul"
)
_UNREAD_TAGS: Final = "script,style,noscript,iframe,svg,template"


def clean(text: str) -> str:
    """Return *text* as one line fit to show: NFC, no markup, no entities, no control or invisible characters.

    Entities are decoded up to twice, `#225;` without its ampersand is mended, a literal CDATA is unwrapped, every run
    of blanks (no-break ones too) is one blank.
    """
    return " ".join(normalise(_strip_tags(_decode(text))).split())


def plain_text(markup: str) -> str:
    """Return the readable text of an HTML fragment: paragraphs apart by an empty line, lines by a line break.

    Scripts, styles and comments are dropped; entities and characters are treated as `clean` treats them.
    """
    markup = _unwrap(markup)
    if "<" not in markup and "&lt;" in markup:
        markup = html.unescape(markup)
    if "<" not in markup:
        return _tidy_lines(normalise(_decode(markup)))
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(markup)
    for unread in tree.css(_UNREAD_TAGS):
        unread.decompose()
    for line_break in tree.css("br"):
        line_break.replace_with("\ue000")
    for block in tree.css(_BLOCK_TAGS):
        block.insert_before("\ue001")
        block.insert_after("\ue001")
    body = tree.body
    text = body.text(deep=True) if body is not None else ""
    text = " ".join(text.split()).replace("\ue000", "\n").replace("\ue001", "\n\n")
    return _tidy_lines(normalise(_decode(text)))


def summarise(text: str, most: int) -> str:
    """Return the beginning of *text*, at most *most* characters, cut at the end of a sentence.

    Where the first sentence is longer than that, it is cut between words and ends with an ellipsis.
    """
    if len(text) <= most:
        return text
    ends = [end.end() for end in _SENTENCE_END.finditer(text[: most + 2]) if _is_sentence_end(text, end)]
    fitting = [end for end in ends if most / 4 <= len(text[:end].rstrip()) <= most]
    if fitting:
        return text[: fitting[-1]].rstrip()
    head = text[: max(most - 1, 0)]
    between_words = head.rsplit(maxsplit=1)[0] if " " in head.strip() and not text[most - 1 : most].isspace() else head
    return between_words.rstrip(" ,;:–-(\n") + "…" if most > 0 else ""


def utf16_length(text: str) -> int:
    """Return the length of *text* in UTF-16 code units, the unit of Telegram's limits and entity offsets."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def fold(text: str) -> str:
    """Return the plain keys of the words of *text*, apart by one blank: no marks, no case, no punctuation."""
    return " ".join(word.plain for word in words_of(text))


def _decode(text: str) -> str:
    text = _unwrap(text)
    if "&" not in text and "#" not in text:
        return text
    for _ in range(2):
        if not _REFERENCE.search(text):
            break
        text = _unwrap(html.unescape(text))
    return html.unescape(_NAKED_REFERENCE.sub(r"&#\1;", text))


def _unwrap(text: str) -> str:
    return _closed(_CDATA, _END_OF_CDATA, r"\1", text) if "CDATA[" in text else text


def _strip_tags(text: str) -> str:
    if "<" not in text:
        return text
    for unread, end in _UNREAD:
        text = _closed(unread, end, " ", text)
    return _TAG.sub(" ", _GLUE_TAG.sub("", text))


def _closed(whole: re.Pattern[str], end: re.Pattern[str], by: str, text: str) -> str:
    """*text* with *by* for each *whole*; behind the last *end* none is looked for, as each beginning would look on."""
    last = max((found.end() for found in end.finditer(text)), default=0)
    return whole.sub(by, text[:last]) + text[last:] if last else text


def _tidy_lines(text: str) -> str:
    lines = (_BLANKS_IN_LINE.sub(" ", line).strip() for line in text.splitlines())
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _is_sentence_end(text: str, end: re.Match[str]) -> bool:
    return end[0].startswith("\n") or not _NO_SENTENCE_END.search(text[max(0, end.start() - 8) : end.start() + 1])
