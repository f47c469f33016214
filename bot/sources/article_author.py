"""Who wrote an article: what the page names so, its data, or the name that stands alone under the text."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.core.text import clean, fold
from bot.sources.article_body import Body
from bot.sources.listing_dates import is_mostly_date
from bot.sources.page_head import Head, Json
from bot.sources.page_tree import Element, PageTree
from bot.sources.page_words import meta_names, words

_PREFIXES = re.compile(
    r"^(?:(?:tác giả|theo|nguồn|tin, ảnh|bài, ảnh|tin và ảnh|bài và ảnh|tin bài|tin|bài|ảnh|thực hiện|người viết"
    r"|btv|pv|ctv|ths|ts)\b[\s:.\-–]*)+",
    re.IGNORECASE,
)
_OFFICE = re.compile(r"\s*[-–,(/].*$|\s+(?:và|&)\s+.*$")
_CREDIT = re.compile(r"^\W*(?:theo|nguồn|source)\b\s*[:\-–]?", re.IGNORECASE)
_SHORT = 100


def is_byline(text: str) -> bool:
    """Whether a last line is a signature: a name or two, perhaps with an office; no sentence."""
    text = text.strip().removeprefix("(").removesuffix(")").strip()
    if not 3 <= len(text) <= _SHORT or text[-1] in ".!?;:…" or is_mostly_date(text):
        return False
    name = _PREFIXES.sub("", text)
    labelled = name != text and ":" in text
    names = _OFFICE.sub("", name).split()
    capital = all(word[0].isupper() for word in names)
    return (1 <= len(names) <= 6 and capital and (len(names) >= 2 or name != text)) or (labelled and len(name) >= 3)


def find_author(tree: PageTree, head: Head, body: Body) -> str | None:
    """The author's name as the page gives it; None where it names nobody, or only its own administrator."""
    site = fold(head.first(("og:site_name",)))
    named = [_tidy(clean(tree.text_of(element))) for element in _elements(tree, body)]
    claimed = [*_structured(head.article.get("author")), *(head.meta.get(name, "") for name in meta_names("author"))]
    for name in (*named, *(_tidy(clean(text)) for text in claimed)):
        if _is_name(name) and fold(name) != site:
            return name
    return _labelled(tree, body) or _signed(body)


def _labelled(tree: PageTree, body: Body) -> str | None:
    """`Tác giả: Tổ Ngữ văn` in a line of its own beside the text."""
    if body.home is None:
        return None
    for line in tree.lines_in(max(0, body.home.start - 60), body.home.end + 60):
        if ":" in line[:_SHORT] and words("byline").search(line) and _is_name(name := _tidy(clean(line[: 2 * _SHORT]))):
            return name
    return None


def _elements(tree: PageTree, body: Body) -> list[Element]:
    """What is marked as the author's name, near the article."""
    home = body.home
    if home is None:
        return []
    first, last = home.start - 120, home.end + 60
    found = [e for e in tree.elements_in(max(0, first), last) if _is_marked(e)]
    return sorted(
        found, key=lambda e: e.attributes.get("itemprop") != "name" and "author" not in e.attributes.get("rel", "")
    )


def _is_marked(element: Element) -> bool:
    attributes = element.attributes
    if attributes.get("itemprop") in ("author", "creator") or "author" in attributes.get("rel", "").split():
        return True
    return bool(words("author").search(element.names)) and element.end - element.start <= 40


def _structured(said: Json) -> list[str]:
    if isinstance(said, str):
        return [said]
    if isinstance(said, dict):
        return _structured(said.get("name"))
    if isinstance(said, list):
        return [", ".join(names)] if (names := [name for one in said[:5] for name in _structured(one)]) else []
    return []


def _tidy(text: str) -> str:
    return words("byline").sub("", text).strip(" ,;|-–:")


def _is_name(text: str) -> bool:
    return (
        2 < len(text) <= _SHORT
        and not words("nobody").search(text)
        and not is_mostly_date(text)
        and not urlsplit(text).scheme
        and text.count(".") <= 3
        and any(sign.isalpha() for sign in text)
        and len(text.split()) <= 14
    )


def _signed(body: Body) -> str | None:
    """The signature under the text; a mere source ("Theo TTXVN") counts too: it is whom the portal names."""
    if not body.lines or not is_byline(body.lines[-1].text):
        return None
    text = body.lines[-1].text.strip().strip("()")
    return _tidy(_CREDIT.sub("", text)) or None
