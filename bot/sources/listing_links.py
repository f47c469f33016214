"""The links of a page that may lead to news, and what their words tell of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urldefrag, urlsplit

from bot.core.address import openable
from bot.core.text import clean
from bot.sources.page_tree import Element, PageTree
from bot.sources.page_words import words

_LETTER = re.compile(r"[^\W\d_]")
_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f]")
MOST_LINKS = 6_000
"""More than any real page has; what comes after is not looked at."""
DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|zip|rar|7z)(?:$|[?#/])", re.IGNORECASE)
_NO_ADDRESS = re.compile(r"#|(?!https?:)[a-z][a-z0-9+.-]*:(?!//)", re.IGNORECASE)
_NO_ARTICLE = re.compile(
    r"^(?:www\.)?(?:facebook|twitter|x|youtube|linkedin|pinterest|instagram|tiktok|t|zalo|telegram|whatsapp|reddit"
    r"|plus\.google|wa|api\.whatsapp|m\.me|sp\.zalo)\.(?:com|be|me|co|vn|org)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An anchor that leads to another page: `url` as it opens, empty where nobody can tell what the address means.

    `target` is equal for anchors with one aim on this page.
    """

    anchor: Element
    url: str
    target: str
    text: str

    @property
    def is_invitation(self) -> bool:
        """Whether its words only invite to read on ("Xem tiếp"), or there are none."""
        return not says_something(self.text)


def links_of(tree: PageTree) -> list[Link]:
    """The links of a page in order that may lead to an article: no fragments, scripts, pictures, sharing, logins."""
    anchors = (element for element in tree.elements if element.tag == "a")
    return list(islice((link for anchor in anchors if (link := link_of(tree, anchor)) is not None), MOST_LINKS))


def link_of(tree: PageTree, anchor: Element) -> Link | None:
    """The link of one anchor; None where it leads to no other page that could be an article."""
    href = anchor.attributes.get("href", "").strip()
    if not href or _NO_ADDRESS.match(href):
        return None
    text = clean(tree.text_of(anchor))
    found = tree.resolve(href)
    if found is None:
        return Link(anchor=anchor, url="", target=href, text=text) if says_something(text) else None
    url = openable(found)
    return Link(anchor=anchor, url=url, target=_target(url), text=text) if _may_be_article(tree, url, text) else None


def _may_be_article(tree: PageTree, url: str, text: str) -> bool:
    if words("no_page").search(url) or _NO_ARTICLE.match(urlsplit(url).hostname or ""):
        return False
    if DOCUMENT.search(url) and (not says_something(text) or is_bare_file(text)):
        return False
    return _target(url) != _target(tree.openable_url)


def _target(url: str) -> str:
    return urldefrag(url)[0].partition("://")[2].rstrip("/")


def says_something(text: str) -> bool:
    """Whether a link's words can be a title: letters, and not only an invitation to read on."""
    return len(_LETTER.findall(text)) >= 3 and not words("invitation").search(text)


def is_bare_file(text: str) -> bool:
    """Whether a link's words only name a file ("Tải về", "[PDF]")."""
    return bool(words("bare_file").search(text))


def weight(text: str) -> int:
    """How much a text says, in letters of an alphabet: a Chinese or Thai sign counts as two."""
    return len(text) + len(_WIDE.findall(text))


def shape_of(url: str) -> str:
    """What addresses of one kind share: host, first folder, depth, ending, and whether numbers or long slugs occur."""
    parts = urlsplit(url)
    folders = [folder for folder in parts.path.split("/") if folder]
    last = folders[-1] if folders else ""
    names = sorted(re.findall(r"(?:^|&)([^=&]+)=", parts.query))
    return "|".join(
        (
            parts.hostname or "",
            str(min(len(folders), 4)),
            last.rpartition(".")[2].lower() if "." in last else "",
            "n" if re.search(r"\d{3,}", last) else "",
            "s" if last.count("-") + last.count("_") >= 3 else "",
            ",".join(names)[:60],
        )
    )


def looks_like_article(url: str) -> bool:
    """Whether an address looks like one article rather than a section: a number, a date, or a slug of words."""
    parts = urlsplit(url)
    last = next((folder for folder in reversed(parts.path.split("/")) if folder), "")
    return bool(
        re.search(r"\d{3,}", last)
        or last.count("-") + last.count("_") + last.count("+") >= 3
        or re.search(r"/\d{4}/\d{1,2}/", parts.path)
        or re.search(
            r"(?:^|&)(?:\w*id|urile|contentidr|wcm_global_context|p|newsid|tin|t)=[^&]*\w", parts.query, re.IGNORECASE
        )
    )


def share(found: Sequence[object], of: Sequence[object]) -> float:
    """The share of *of* that was *found*; 0 of nothing."""
    return len(found) / len(of) if of else 0.0
