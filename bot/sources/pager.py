"""Where a listing goes on: next links, `<< < 1 2 3 ... > >>`, numbers, offset parameters; or why nobody can follow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import parse_qsl, urldefrag, urlsplit

from bot.core.address import openable, same_site
from bot.core.text import clean
from bot.sources.page_tree import Element, PageTree
from bot.sources.page_words import words

_PAGE_OF = re.compile(r"(?:trang|page)\s*\d+\s*(?:/|trên|of|trong)\s*\d+", re.IGNORECASE)
_SHORT = 60
_PAGER_MOST = 200
_MOST_ANCHORS = 1_500
_ONE_ARROW = re.compile(r"^\s*(?:>|›|→|⟩|❯|▶|►)\s*$")
_TWO_ARROWS = re.compile(r"^\s*(?:>>|»|››|⟫|>\|)\s*$")
_NUMBER = re.compile(r"^\W*(?:trang\s*|page\s*)?(\d{1,5})\W*$", re.IGNORECASE)
_POST_BACK = re.compile(r"__doPostBack|WebForm_DoPostBack|javascript:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """The next page's address; None where there is none or nobody can follow it: then `why` tells."""

    next_page: str | None = None
    why: str = ""


def find_pager(tree: PageTree, links_rel: Sequence[str] = ()) -> Pager:
    """The page after this one. *links_rel* are the hrefs of `<link rel="next">` in the head."""
    for href in links_rel:
        if url := following(tree, href):
            return Pager(next_page=url, why='<link rel="next">')
    anchors = _outside_sliders(tree)
    for find in (_by_rel, _by_words, _by_numbers, _by_arrow):
        pager = find(tree, anchors)
        if pager is not None:
            return pager
    return Pager()


def following(tree: PageTree, href: str) -> str | None:
    """The address of another page of this site that an href means; None where it means none, or this very page."""
    url = tree.resolve(href) if href and not href.startswith("#") else None
    if url is None or not same_site(url, tree.url):
        return None
    url = openable(url)
    return None if urldefrag(url)[0] == urldefrag(tree.openable_url)[0] else url


def _outside_sliders(tree: PageTree) -> list[Element]:
    """The anchors that move no slider, no calendar, and do not lead from one article to the next."""
    found, end = [], -1
    for element in tree.elements:
        if element.start < end:
            continue
        if element.attributes and words("slider_names").search(element.names):
            end = element.end
        elif element.tag == "a":
            found.append(element)
    return found if len(found) <= 2 * _MOST_ANCHORS else [*found[:_MOST_ANCHORS], *found[-_MOST_ANCHORS:]]


def _by_rel(tree: PageTree, anchors: Sequence[Element]) -> Pager | None:
    for anchor in anchors:
        if "next" in anchor.attributes.get("rel", "").lower().split() and (url := _followed(tree, anchor)):
            return Pager(next_page=url, why='a link with rel="next"')
    return None


def _followed(tree: PageTree, anchor: Element) -> str | None:
    return following(tree, anchor.attributes.get("href", ""))


def _by_words(tree: PageTree, anchors: Sequence[Element]) -> Pager | None:
    """ "Trang sau", "Tiếp", "Older posts": where several say so, the one inside a pager."""
    stuck = None
    found: list[tuple[bool, Element, str]] = []
    for anchor in anchors:
        said = _said(tree, anchor)
        if not (
            any(words("next_page").search(text) for text in said) or (len(said[0]) <= 12 and _is_named_next(anchor))
        ):
            continue
        within = _is_in_pager(tree, anchor)
        if url := _followed(tree, anchor):
            found.append((within, anchor, url))
        elif within and _POST_BACK.search(anchor.attributes.get("href", "")):
            stuck = Pager(why=_why_stuck(anchor))
    if found:
        within, anchor, url = next((f for f in found if f[0]), found[-1])
        return Pager(next_page=url, why=f"the link {tree.text_of(anchor)[:30]!r}")
    return stuck


def _is_named_next(anchor: Element) -> bool:
    """Whether its makers call it so: `class="next"`, but not `class="prev_next"` around both."""
    if "prev" in anchor.attributes.get("rel", ""):
        return False
    return any(words("next_names").search(e.names) and "prev" not in e.names for e in (anchor, *_near(anchor)))


def _said(tree: PageTree, anchor: Element) -> tuple[str, ...]:
    """What an anchor says: its words first (none where they are too many for a pager), then its titles and pictures."""
    short = tree.length_in(anchor.start, anchor.end) <= _SHORT
    spoken = [anchor.attributes[name] for name in ("title", "aria-label") if anchor.attributes.get(name)]
    if short:
        inside = tree.elements_in(anchor.start + 1, anchor.end)
        spoken += [element.attributes.get("alt", "") for element in inside if element.tag in ("img", "input")]
    return (clean(tree.text_of(anchor)) if short else "…", *(clean(text) for text in spoken if len(text) <= _SHORT))


def _near(anchor: Element) -> tuple[Element, ...]:
    """The element around an anchor that holds nothing else (`<li class="next">`)."""
    parent = anchor.parent
    return (parent,) if parent is not None and parent.end - parent.start <= anchor.end - anchor.start + 3 else ()


def _is_in_pager(tree: PageTree, anchor: Element) -> bool:
    around = [anchor, *anchor.ancestors()][:5]
    if any(words("pager_names").search(element.names) for element in around):
        return True
    parent = anchor.parent
    if parent is not None and tree.length_in(parent.start, parent.end) < 100 and _PAGE_OF.search(tree.text_of(parent)):
        return True
    return any(len(_numbers_in(tree, element)) >= 2 for element in around[1:4])


def _why_stuck(anchor: Element) -> str:
    what = "__doPostBack" if "PostBack" in anchor.attributes.get("href", "") else "a script"
    return f"the pager works by {what}: its pages have no addresses, so only the first one can be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    value: int
    anchor: Element | None
    element: Element
    place: int


def _numbers_in(tree: PageTree, element: Element) -> list[_Number]:
    if element.end - element.start > 400:
        return []
    found = []
    for piece in tree.pieces_in(element.start, element.end):
        for part in _parts(piece.text):
            anchor = next((e for e in (piece.owner, *piece.owner.ancestors()) if e.tag == "a"), None)
            found.append(_Number(value=int(part), anchor=anchor, element=piece.owner, place=piece.place))
    return found


def _parts(text: str) -> list[str]:
    """The page numbers of a text that holds nothing else: "1", "Trang 2", "1 2 3"."""
    whole = _NUMBER.match(text)
    if whole:
        return [whole[1]]
    return re.findall(r"\d{1,5}", text) if re.fullmatch(r"[\d\s.|<>«»‹›\[\]-]{1,60}", text) and "/" not in text else []


def _by_numbers(tree: PageTree, anchors: Sequence[Element]) -> Pager | None:
    """The number after the present one. The present page has no link, or a marked one, or is the address's own."""
    for home in _homes(tree, anchors):
        if tree.length_in(home.start, home.end) > _PAGER_MOST and not words("pager_names").search(home.names):
            continue
        numbers = _numbers_in(tree, home)
        linked = [number for number in numbers if number.anchor is not None]
        if not _counts_up(linked) or _is_calendar(home, linked):
            continue
        present = _present(tree, numbers, linked)
        following = next((n for n in linked if n.value == present + 1 and n.anchor is not None), None)
        if following is None or following.anchor is None:
            continue
        if url := _followed(tree, following.anchor):
            return Pager(next_page=url, why=f"page {following.value} of the numbered pager")
        if _POST_BACK.search(
            following.anchor.attributes.get("href", "") + following.anchor.attributes.get("onclick", "")
        ):
            return Pager(why=_why_stuck(following.anchor))
    return None


def _homes(tree: PageTree, anchors: Sequence[Element]) -> list[Element]:
    """The smallest elements with several linked numbers, from the page's end: a list is followed by its pager."""
    homes: dict[int, Element] = {}
    for anchor in anchors:
        if tree.length_in(anchor.start, anchor.end) > 20 or not _NUMBER.match(clean(tree.text_of(anchor))):
            continue
        for above in list(anchor.ancestors())[:4]:
            if len([n for n in _numbers_in(tree, above) if n.anchor is not None]) >= 2 or words("pager_names").search(
                above.names
            ):
                homes[id(above)] = above
                break
    return sorted(homes.values(), key=lambda e: -e.start)


def _counts_up(linked: Sequence[_Number]) -> bool:
    values = [number.value for number in linked]
    if len(values) == 1:
        return values == [2]
    return len(values) >= 2 and all(one < two for one, two in pairwise(values)) and values[0] <= 5000


def _is_calendar(home: Element, linked: Sequence[_Number]) -> bool:
    rows = {id(e) for n in linked if n.anchor for e in n.anchor.ancestors() if e.tag == "tr"}
    return len(rows) >= 3 or any(re.search(r"calendar|lich", e.names) for e in (home, *home.ancestors()))


def _present(tree: PageTree, numbers: Sequence[_Number], linked: Sequence[_Number]) -> int:
    for number in numbers:
        if number.anchor is None and any(abs(number.value - other.value) == 1 for other in linked):
            return number.value
    for number in linked:
        around = [number.element, *number.element.ancestors()][:3]
        if number.anchor is not None and any(words("active").search(e.names) for e in around):
            return number.value
    for number in linked:
        href = number.anchor.attributes.get("href", "") if number.anchor else ""
        if href in ("#", "") or (
            number.anchor and _followed(tree, number.anchor) is None and not _POST_BACK.search(href)
        ):
            return number.value
    return _number_of_address(tree.url, linked)


def _number_of_address(url: str, linked: Sequence[_Number]) -> int:
    """The page that the address itself names; the first where it names none."""
    for name, value in parse_qsl(urlsplit(url).query):
        if re.search(r"page|trang|cur$|^p$|^pg$", name, re.IGNORECASE) and value.isdigit():
            return int(value)
    found = re.search(r"(?:page|trang)[-/=]?(\d+)", urlsplit(url).path, re.IGNORECASE)
    return int(found[1]) if found else 1


def _by_arrow(tree: PageTree, anchors: Sequence[Element]) -> Pager | None:
    """`>` in a pager, or `>>` where no single arrow is: then it is the next page, not the last one."""
    for arrow in (_ONE_ARROW, _TWO_ARROWS):
        for anchor in anchors:
            said = any(arrow.match(text) for text in _said(tree, anchor) if text)
            if not said or not _is_in_pager(tree, anchor):
                continue
            if url := _followed(tree, anchor):
                return Pager(next_page=url, why=f"the arrow {tree.text_of(anchor)!r}")
            if _POST_BACK.search(anchor.attributes.get("href", "")):
                return Pager(why=_why_stuck(anchor))
    return None
