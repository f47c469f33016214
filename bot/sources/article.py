"""One article page read: title, date, lead, picture with caption, author, body, attachments.

The page's own words come first; structured data and meta tags are evidence where it is silent or ambiguous. Event
dates in the text ("Sáng ngày 12/3/2019") and dates in the title ("(11/6/1948 - 11/6/2018)") are no publication dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.text import clean
from bot.model import Attachment
from bot.sources.article_author import find_author, is_byline
from bot.sources.article_body import Body, Line, find_body
from bot.sources.article_dates import find_published
from bot.sources.article_extract import extracted_text
from bot.sources.article_media import Picture, find_attachments, find_picture
from bot.sources.article_title import FoundTitle, find_title
from bot.sources.listing_dates import is_mostly_date
from bot.sources.listing_links import weight
from bot.sources.page_guard import absurdity_of
from bot.sources.page_head import Head, read_head
from bot.sources.page_profiles import profile_for
from bot.sources.page_tree import Element, PageTree
from bot.sources.page_words import words

_LEAD_LEAST = 30
_HINT_LEAST = 120
_EXTRACTED_LEAST = 400
_LEAD_MOST = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What one article page says; what it does not say is None or empty. Texts are clean, `body` has paragraphs."""

    title: str | None = None
    published_at: datetime | None = None
    date_only: bool = False
    lead: str | None = None
    image_url: str | None = None
    image_caption: str | None = None
    author: str | None = None
    body: str | None = None
    attachments: tuple[Attachment, ...] = ()
    is_certain: bool = False
    """Whether the page is an article at all: running text under a title."""
    is_confirmed: bool = False
    """Whether the head of the page bears the title of this very text."""
    text_places: tuple[tuple[int, int], ...] = ()
    """Where on the page each line of the text stands, and its length."""


def read_article(html: str, url: str, now: datetime, timezone: str) -> Article:
    """The article of a page; an empty one for a page that is none, or whose markup is absurd. Never raises."""
    if absurdity_of(html):
        return Article()
    from selectolax.lexbor import LexborHTMLParser

    parser = LexborHTMLParser(html)
    tree, head = PageTree(parser, url), read_head(parser)
    profile = profile_for(html, url)
    hinted = (tree.element_of(node) for selector in (profile.body if profile else ()) for node in parser.css(selector))
    article = article_of(tree, head, now, timezone, [element for element in hinted if element is not None])
    if article.body is None and tree.text_length >= _EXTRACTED_LEAST and (text := extracted_text(html)):
        lines = [cleaned for line in text.splitlines() if (cleaned := clean(line))]
        article = replace(
            article, body="\n\n".join(lines), lead=next((li for li in lines if weight(li) >= _LEAD_LEAST), None)
        )
    return article


def article_of(tree: PageTree, head: Head, now: datetime, timezone: str, hinted: Sequence[Element] = ()) -> Article:
    """The article of a parsed page. *hinted* are elements in which its platform keeps the text; the first with any."""
    body = next((b for element in hinted if (b := find_body(tree, element)).weight >= _HINT_LEAST), None)
    body = body or find_body(tree)
    title = find_title(tree, head, body, now, timezone)
    picture = find_picture(tree, head, body)
    lines = _without(body.lines, title, picture)
    author = find_author(tree, head, body)
    if lines and is_byline(lines[-1].text):
        lines = lines[:-1]
    published = find_published(tree, head, title, body, now, timezone)
    named = _named_lead(tree, title, body)
    texts = [line.text for line in lines]
    if named and texts and named not in texts:
        texts.insert(0, named)
    return Article(
        title=title.text or None,
        published_at=published.at if published else None,
        date_only=published.date_only if published else False,
        lead=named or _lead(lines, head),
        image_url=picture.url if picture else None,
        image_caption=picture.caption if picture else None,
        author=author,
        body="\n\n".join(texts) or None,
        attachments=find_attachments(tree, body),
        is_certain=body.weight >= 250 and bool(title.text),
        is_confirmed=title.is_confirmed,
        text_places=tuple((line.start, len(line.text)) for line in lines),
    )


def _named_lead(tree: PageTree, title: FoundTitle, body: Body) -> str | None:
    """What the page itself calls its lead ("sapo"), between the title and the end of the text."""
    if not body.lines:
        return None
    start = title.element.end if title.element is not None else max(0, body.lines[0].start - 20)
    for element in tree.elements_in(start, body.lines[-1].start):
        if not words("lead_names").search(element.names) or element.tag in ("img", "a"):
            continue
        if _LEAD_LEAST <= tree.length_in(element.start, element.end) <= _LEAD_MOST:
            text = clean(tree.text_of(element))
            if text.casefold() != title.text.casefold() and not is_mostly_date(text):
                return text
    return None


def _without(lines: tuple[Line, ...], title: FoundTitle, picture: Picture | None) -> list[Line]:
    """The lines that are neither the title, nor said before it, nor the picture's caption."""
    start = title.element.end if title.element is not None else 0
    said = title.text.casefold()
    return [
        line
        for line in lines
        if line.start >= start
        and not (said and line.text.casefold().startswith(said) and len(line.text) <= len(said) + 40)
        and not (picture is not None and picture.start <= line.start < picture.end)
    ]


def _lead(lines: list[Line], head: Head) -> str | None:
    """The first paragraph that says something; the head's description where there is no text."""
    for line in lines[:6]:
        if weight(line.text) >= _LEAD_LEAST and not line.is_heading:
            return line.text[:_LEAD_MOST]
    said = head.first(("og:description", "description", "twitter:description"))
    return clean(said) or None
