"""The portlets of a portal's home page beside its news: about the office, linked websites, picture albums.

A portlet begins with its title ("Giới thiệu chung", "Liên kết website", "Thư viện ảnh") and ends where the next title
of the same make begins, or with the box that holds it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from bot.core.address import openable
from bot.core.text import clean, fold
from bot.model import Album, AlbumPicture, Portlets, WebLink
from bot.sources.listing_entries import picture_of
from bot.sources.listing_links import says_something
from bot.sources.page_guard import absurdity_of
from bot.sources.page_tree import Element, PageTree
from bot.sources.page_words import words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_Found = TypeVar("_Found")

_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|gif)(?:$|[?#])", re.IGNORECASE)
_TITLE_MOST = 60
_HEADINGS = ("h1", "h2", "h3", "h4")
_ABOUT_MOST = 3_000
_LINKS_MOST = 60
_PICTURES_MOST = 60


def read_portlets(html: str, url: str) -> Portlets:
    """The portlets of a home page. Never raises; markup that is not to be parsed has none."""
    if absurdity_of(html):
        return Portlets()
    from selectolax.lexbor import LexborHTMLParser

    parser = LexborHTMLParser(html)
    tree = PageTree(parser, url)
    return Portlets(
        about=_first(_about(tree, *place) for place in _places(tree, "about_portlet")) or "",
        links=_first(_links(parser, tree, *place) for place in _places(tree, "links_portlet")) or (),
        albums=_first(_albums(tree, *place) for place in _places(tree, "albums_portlet")) or (),
    )


def read_album(html: str, url: str, title: str = "") -> Album:
    """The pictures of one album's page, in order, with their captions.

    Where the page shows several albums, each under its heading, only those under the heading that says *title*.
    """
    if absurdity_of(html):
        return Album(title="", url=url)
    from selectolax.lexbor import LexborHTMLParser

    tree = PageTree(LexborHTMLParser(html), url)
    headings = [
        (e, text) for e in tree.elements if e.tag in _HEADINGS and says_something(text := clean(tree.text_of(e)))
    ]
    start, end = _span_of(tree, [(e, text) for e, text in headings if title and fold(text) == fold(title)])
    images = [e for e in tree.elements_in(start, end) if e.tag == "img" and picture_of(tree, e)]
    made = Counter(image.path for image in images).most_common(1)
    alike = [image for image in images if made and image.path == made[0][0]]
    pictures = tuple(p for image in alike if (p := _picture(tree, image)) is not None)[:_PICTURES_MOST]
    return Album(title=next((text for _, text in headings), ""), url=url, pictures=pictures)


def _span_of(tree: PageTree, named: list[tuple[Element, str]]) -> tuple[int, int]:
    """From the heading that names the album to the next of its kind; the whole page where none leads to pictures."""
    last = max((e.end for e in tree.elements), default=0)
    for heading, _ in named:
        later = (e.start for e in tree.elements_in(heading.end, last) if e.tag == heading.tag)
        end = next(later, last)
        if any(e.tag == "img" for e in tree.elements_in(heading.end, end)):
            return heading.end, end
    return 0, last


def _first(found: Iterable[_Found]) -> _Found | None:
    return next((one for one in found if one), None)


def _places(tree: PageTree, name: str) -> list[tuple[int, int]]:
    """Where the portlets begin and end whose titles say so."""
    places = []
    for element in tree.elements:
        if element.tag == "a" or tree.length_in(element.start, element.end) > _TITLE_MOST:
            continue
        text = clean(tree.text_of(element))
        if 3 < len(text) <= _TITLE_MOST and words(name).search(text) and not _is_in_menu(element):
            places.append((element.end, _end_of(tree, element)))
    return places


def _is_in_menu(element: Element) -> bool:
    return any(e.tag == "nav" or words("navigation").search(e.names) for e in (element, *element.ancestors()))


def _end_of(tree: PageTree, title: Element) -> int:
    """The end of the box around a title that holds more than it; before that, the next title of the same make."""
    said = tree.length_in(title.start, title.end)
    end = tree.elements[0].end
    for box in title.ancestors():
        inside = tree.elements_in(title.end, box.end)
        if tree.length_in(box.start, box.end) > said + 30 or any(e.tag == "img" for e in inside):
            end = box.end
            break
    named = title.attributes.get("class", "")
    for element in tree.elements_in(title.end, end):
        if element.tag == title.tag and named and element.attributes.get("class", "") == named:
            return element.start
    return end


def _about(tree: PageTree, start: int, end: int) -> str:
    lines = [words("invitation_at_end").sub("", clean(line)) for line in tree.lines_in(start, end)]
    told = [line for line in lines if says_something(line) and not words("service").search(line)]
    return "\n".join(told)[:_ABOUT_MOST].strip()


def _links(parser: LexborHTMLParser, tree: PageTree, start: int, end: int) -> tuple[WebLink, ...]:
    """Anchors and the choices of a drop-down ("-- Chọn website --"), each address once."""
    found: dict[str, WebLink] = {}
    for element in tree.elements_in(start, end):
        if element.tag == "a":
            text = clean(tree.text_of(element)) or clean(element.attributes.get("title", "")) or _alt(tree, element)
            _add(found, tree, element.attributes.get("href", ""), text)
    for option in parser.css("select option[value]"):
        select = option.parent
        while select is not None and select.tag != "select":
            select = select.parent
        home = tree.element_of(select.parent) if select is not None and select.parent is not None else None
        if home is not None and start <= home.start < end:
            _add(found, tree, option.attributes.get("value") or "", clean(option.text(deep=True)))
    return tuple(found.values())[:_LINKS_MOST]


def _add(found: dict[str, WebLink], tree: PageTree, href: str, text: str) -> None:
    url = tree.resolve(href) if re.match(r"https?:|//|www\.|/", href) else None
    if url and says_something(text) and url != tree.url:
        found.setdefault(url, WebLink(title=text, url=openable(url)))


def _alt(tree: PageTree, element: Element) -> str:
    images = (e for e in tree.elements_in(element.start, element.end) if e.tag == "img")
    return next((clean(i.attributes["alt"]) for i in images if i.attributes.get("alt")), "")


def _albums(tree: PageTree, start: int, end: int) -> tuple[Album, ...]:
    """Each linked picture is an album; pictures that lead to themselves, or nowhere, are one album on the page."""
    albums: dict[str, Album] = {}
    loose: list[AlbumPicture] = []
    for image in (e for e in tree.elements_in(start, end) if e.tag == "img"):
        picture = _picture(tree, image)
        if picture is None:
            continue
        url = _page_behind(tree, image)
        if url is None:
            loose.append(picture)
        else:
            title = picture.caption or _words_of(tree, url, start, end)
            albums.setdefault(url, Album(title=title, url=openable(url), pictures=(picture,)))
    on_page = (Album(title=loose[0].caption, pictures=tuple(loose[:_PICTURES_MOST])),) if loose else ()
    return (*albums.values(), *on_page)


def _page_behind(tree: PageTree, image: Element) -> str | None:
    anchor = next((e for e in image.ancestors() if e.tag == "a"), None)
    href = anchor.attributes.get("href", "") if anchor is not None else ""
    url = tree.resolve(href) if href and not href.startswith("#") else None
    return None if url is None or _PICTURE_FILE.search(url) else url


def _picture(tree: PageTree, image: Element) -> AlbumPicture | None:
    """The picture in its full size, where it is linked, with its caption: under it, else its alternative text."""
    shown = picture_of(tree, image)
    if shown is None:
        return None
    anchor = next((e for e in image.ancestors() if e.tag == "a"), None)
    behind = tree.resolve(anchor.attributes.get("href", "")) if anchor is not None else None
    url = behind if behind is not None and _PICTURE_FILE.search(behind) else shown
    return AlbumPicture(url=url, caption=_caption(tree, image))


def _caption(tree: PageTree, image: Element) -> str:
    for box in list(image.ancestors())[:3]:
        images = [e for e in tree.elements_in(box.start, box.end) if e.tag == "img"]
        text = clean(tree.text_of(box))
        if len(images) > 1:
            break
        if says_something(text) and len(text) <= 200:
            return text
    following = tree.pieces_in(image.end, image.end + 4)
    if following and says_something(following[0].text) and following[0].owner.tag != "a":
        return clean(following[0].text)
    spoken = clean(image.attributes.get("alt", "") or image.attributes.get("title", ""))
    return spoken if says_something(spoken) and not _PICTURE_FILE.search(spoken) else ""


def _words_of(tree: PageTree, url: str, start: int, end: int) -> str:
    """What another link to the same page says."""
    anchors = (
        e for e in tree.elements_in(start, end) if e.tag == "a" and tree.resolve(e.attributes.get("href", "")) == url
    )
    return next((text for anchor in anchors if says_something(text := clean(tree.text_of(anchor)))), "")
