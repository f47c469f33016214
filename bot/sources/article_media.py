"""The picture of an article with its caption, and the documents that it offers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bot.core.address import openable
from bot.core.text import clean
from bot.model import Attachment
from bot.sources.article_body import Body
from bot.sources.listing_dates import is_mostly_date
from bot.sources.listing_entries import picture_of
from bot.sources.listing_links import DOCUMENT, is_bare_file, says_something
from bot.sources.page_head import Head
from bot.sources.page_tree import Element, PageTree
from bot.sources.page_words import words

_MOST_CAPTION = 220
_MOST_ATTACHMENTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture's address, its caption, and the places of the caption on the page."""

    url: str
    caption: str | None = None
    start: int = -1
    end: int = -1


def find_picture(tree: PageTree, head: Head, body: Body) -> Picture | None:
    """The first picture of the article itself, else the one that the page offers for sharing."""
    if body.home is not None and body.lines:
        for image in tree.elements_in(max(0, min(body.home.start, body.lines[0].start) - 30), body.lines[-1].end + 12):
            if image.tag != "img" or not _is_in_article(image, body) or _marks_document(image):
                continue
            if url := picture_of(tree, image):
                return _captioned(tree, image, url, body)
    shared = head.first(("og:image", "og:image:url", "twitter:image", "twitter:image:src"))
    url = tree.resolve(shared) if shared and not words("no_own_picture").search(shared.rsplit("/", 1)[-1]) else None
    return Picture(url=url) if url else None


def _is_in_article(image: Element, body: Body) -> bool:
    assert body.home is not None
    if body.home.holds(image):
        return True
    around = [e for e in image.ancestors() if e.tag != "body"][:6]
    return any(e.tag in ("figure", "article") or e.holds(body.home) for e in around)


def _marks_document(image: Element) -> bool:
    """Whether a picture is only the sign of a file to download."""
    return any(e.tag == "a" and DOCUMENT.search(e.attributes.get("href", "")) for e in list(image.ancestors())[:2])


def _captioned(tree: PageTree, image: Element, url: str, body: Body) -> Picture:
    for element in _captions(tree, image):
        text = clean(tree.text_of(element))
        if _can_be_caption(text):
            return Picture(url=url, caption=text, start=element.start, end=element.end)
    line = next((line for line in body.lines if line.start > image.start), None)
    if line is not None and _stands_under(tree, image, line.start, line.text, line.block):
        return Picture(url=url, caption=line.text, start=line.start, end=line.end)
    return Picture(url=url)


def _captions(tree: PageTree, image: Element) -> list[Element]:
    """What is marked as the caption: in the picture's figure, in the next row of its table, or named so beside it."""
    figure = next((e for e in image.ancestors() if e.tag == "figure"), None)
    if figure is not None:
        return [e for e in tree.elements_in(figure.start, figure.end) if e.tag == "figcaption"]
    table = next((e for e in list(image.ancestors())[:6] if e.tag == "table"), None)
    near = [e for e in tree.elements_in(image.end, image.end + 12) if words("caption_names").search(e.names)]
    rows = [e for e in tree.elements_in(image.end, table.end) if e.tag == "td"] if table is not None else []
    return [*near, *rows[:1]]


def _can_be_caption(text: str) -> bool:
    return 3 <= len(text) <= _MOST_CAPTION and says_something(text) and not is_mostly_date(text)


def _stands_under(tree: PageTree, image: Element, start: int, text: str, block: Element) -> bool:
    """Whether the next line is a caption though nothing says so: short, and no paragraph: centred, slanted, unended."""
    if not _can_be_caption(text) or len(text) > 150 or tree.pieces_in(image.end, start):
        return False
    styled = any(
        e.tag in ("em", "i", "center") or "center" in e.attributes.get("style", "") + e.attributes.get("align", "")
        for e in (block, *tree.elements_in(block.start, start))
    )
    same_block = block is image.block
    return styled or same_block or text[-1] not in '.!?:;…”"'


def find_attachments(tree: PageTree, body: Body) -> tuple[Attachment, ...]:
    """The documents that the article offers, in order, each once; not those of menus and boxes beside it."""
    if body.home is None:
        return ()
    found: dict[str, Attachment] = {}
    for anchor in tree.elements_in(body.home.start, body.home.end + 150):
        href = anchor.attributes.get("href", "") if anchor.tag == "a" else ""
        if not href or not _is_document(anchor, href) or not (body.home.holds(anchor) or _is_named(anchor)):
            continue
        url = tree.resolve(href)
        if url is None:
            continue
        title = _title_of(tree, anchor, url)
        if url not in found or (DOCUMENT.search(found[url].title) and not DOCUMENT.search(title)):
            found[url] = Attachment(title=title, url=openable(url))
    return tuple(found.values())[:_MOST_ATTACHMENTS]


def _is_document(anchor: Element, href: str) -> bool:
    return (
        bool(DOCUMENT.search(href)) or ("/documents/" in href and _is_named(anchor)) or "download" in anchor.attributes
    )


def _is_named(anchor: Element) -> bool:
    return any(words("download_names").search(e.names) for e in [anchor, *anchor.ancestors()][:5])


def _title_of(tree: PageTree, anchor: Element, url: str) -> str:
    text = clean(tree.text_of(anchor))
    if says_something(text) and not is_bare_file(text):
        return text
    name = clean(unquote(urlsplit(url).path.rsplit("/", 1)[-1]))
    spoken = clean(anchor.attributes.get("title", ""))
    return spoken if says_something(spoken) and not is_bare_file(spoken) else name or text
