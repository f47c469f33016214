"""Links that a page builds alike, and the block around each: what may be one item of a list.

A block is the largest part of the page that belongs to one link of its group alone. Where items lie flat beside each
other (`<a>..</a> <span>date</span> <br>`, `dt`/`dd`, two table rows an item) it runs from one title to the next.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.sources.listing_links import Link, weight
from bot.sources.page_tree import Element, PageTree
from bot.sources.page_words import words

_HEADLINE = 25
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The part of the page from `start` to `end` that belongs to `link`; `home` is the element that holds its list."""

    link: Link
    start: int
    end: int
    home: Element
    top: Element


def groups_of(tree: PageTree, links: Sequence[Link]) -> list[tuple[Block, ...]]:
    """The groups of alike links with their blocks, in the page's order; groups whose blocks are siblings are one."""
    alike: defaultdict[int, list[Link]] = defaultdict(list)
    for link in links:
        alike[link.anchor.path].append(link)
    headlines = _Headlines(tree, [link for link in links if is_headline(tree, link)])
    groups = [_blocks(tree, members, headlines) for members in alike.values()]
    return _joined([group for group in groups if group])


def blocks_around(tree: PageTree, links: Sequence[Link]) -> tuple[Block, ...]:
    """The blocks of links that are known to be the titles of one list."""
    headlines = _Headlines(tree, [link for link in links if is_headline(tree, link)])
    return _blocks(tree, list(links), headlines) if links else ()


def is_headline(tree: PageTree, link: Link) -> bool:
    """Whether a link is a card or a line of its own, and says as much as a title does."""
    if link.is_invitation or weight(link.text) < _HEADLINE:
        return False
    if any(element.is_block for element in tree.elements_in(link.anchor.start + 1, link.anchor.end)):
        return True
    block = link.anchor.block
    return len(link.text) >= 0.6 * tree.length_in(block.start, block.end)


def _blocks(tree: PageTree, members: list[Link], headlines: _Headlines) -> tuple[Block, ...]:
    firsts = _one_each(members)
    freedom = [_levels(link, firsts, index, headlines) for index, link in enumerate(firsts)]
    wanted = sorted(free for free, _ in freedom)[len(freedom) // 2] if len(firsts) > 1 else freedom[0][0]
    tops = [_climbed(link.anchor, min(wanted, most)) for link, (_, most) in zip(firsts, freedom, strict=True)]
    return _spans(tree, firsts, tops)


def _one_each(members: list[Link]) -> list[Link]:
    """The members without a second link to the same target: of picture and title the one that tells more."""
    best: dict[str, Link] = {}
    for link in members:
        known = best.get(link.target)
        if known is None or telling(link) > telling(known):
            best[link.target] = link
    return sorted(best.values(), key=lambda link: link.anchor.start)


def _levels(link: Link, members: list[Link], index: int, headlines: _Headlines) -> tuple[int, int]:
    """How many levels above its anchor a block may reach: without strange headlines, and without other members."""
    before = members[index - 1].anchor.start if index else -1
    after = members[index + 1].anchor.start if index + 1 < len(members) else None
    strange_before, strange_after = headlines.around(link)
    free = most = -1
    for level, above in enumerate(link.anchor.ancestors(), start=1):
        if _reaches(above, before, after) or above.tag in ("body", "main", "form"):
            break
        most = level
        if free < 0 and _reaches(above, strange_before, strange_after):
            free = level - 1
    most = max(most, 0)
    return (free if free >= 0 else most), most


def _reaches(element: Element, before: int, after: int | None) -> bool:
    return before >= element.start or (after is not None and after < element.end)


class _Headlines:
    """The headline-like links of a page by place, to find the nearest ones that lead elsewhere."""

    def __init__(self, tree: PageTree, headlines: Sequence[Link]) -> None:
        self._tree = tree
        self._links = headlines
        self._places = [headline.anchor.start for headline in headlines]
        self._headed = {headline.anchor.start for headline in headlines if _is_headed(tree, headline)}

    def around(self, link: Link) -> tuple[int, int | None]:
        """The places of the nearest headlines before and after a link that have another target (-1, None: none).

        For a title in a heading only headings count: plain links under it are what belongs to it ("Tin liên quan").
        """
        at = bisect_left(self._places, link.anchor.start)
        headed = _is_headed(self._tree, link)
        earlier, later = self._links[max(0, at - 12) : at], self._links[at : at + 12]
        before = next((h.anchor.start for h in reversed(earlier) if self._counts(h, link, headed)), -1)
        return before, next((h.anchor.start for h in later if self._counts(h, link, headed)), None)

    def _counts(self, headline: Link, link: Link, headed: bool) -> bool:
        return headline.target != link.target and (not headed or headline.anchor.start in self._headed)


def _is_headed(tree: PageTree, link: Link) -> bool:
    around = [link.anchor, *link.anchor.ancestors()][:3]
    return any(element.tag in HEADINGS for element in around) or any(
        element.tag in HEADINGS for element in tree.elements_in(link.anchor.start + 1, link.anchor.end)
    )


def _climbed(anchor: Element, levels: int) -> Element:
    at = anchor
    for _ in range(levels):
        assert at.parent is not None
        at = at.parent
    return at


def _spans(tree: PageTree, links: list[Link], tops: list[Element]) -> tuple[Block, ...]:
    homes: dict[int, _Home] = {}
    for top in tops:
        element = top.parent or top
        homes.setdefault(id(element), _Home(element)).tops.append(top)
    flat = _lies_flat(tree, list(homes.values()))
    blocks = []
    for link, top in zip(links, tops, strict=True):
        home = homes[id(top.parent or top)]
        start, end = home.stretch(tree, top) if flat else (top.start, top.end)
        blocks.append(Block(link=link, start=start, end=end, home=home.element, top=top))
    return tuple(blocks)


def _lies_flat(tree: PageTree, homes: list[_Home]) -> bool:
    """Whether text stands between most neighbouring blocks: then it belongs to them."""
    gaps = [_has_text(tree, one.end, two.start) for home in homes for one, two in pairwise(home.tops)]
    return bool(gaps) and sum(gaps) >= 0.5 * len(gaps)


def _has_text(tree: PageTree, start: int, end: int) -> bool:
    """Whether something is said between two places that is no other headline."""
    anchors = (element for element in tree.elements_in(start, end) if element.tag == "a")
    return any(any(sign.isalnum() for sign in piece.text[:200]) for piece in tree.pieces_in(start, end)) and not any(
        tree.length_in(anchor.start, anchor.end) >= _HEADLINE for anchor in anchors
    )


class _Home:
    """An element that holds blocks side by side, and how far each of them reaches where they lie flat."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.tops: list[Element] = []
        self._ends: dict[int, tuple[int, int]] = {}

    def stretch(self, tree: PageTree, top: Element) -> tuple[int, int]:
        """From this title to the next; where texts lead the titles (a date before each), from behind the last one."""
        if not self._ends:
            self._measure(tree)
        return self._ends[id(top)]

    def _measure(self, tree: PageTree) -> None:
        """The last block of a list takes no more room than the others at most."""
        room = max((two.start - one.end for one, two in pairwise(self.tops)), default=0)
        first, last = self.tops[0], self.tops[-1]
        begin, finish = max(self.element.start, first.start - room), min(self.element.end, last.end + room)
        leads = tree.length_in(begin, first.start) > 0 and tree.length_in(last.end, finish) == 0
        edges = [begin, *(top.end for top in self.tops)] if leads else [*(top.start for top in self.tops), finish]
        for top, start, end in zip(self.tops, edges, edges[1:], strict=False):
            self._ends[id(top)] = (start, end)


def _joined(groups: list[tuple[Block, ...]]) -> list[tuple[Block, ...]]:
    """Groups some of whose blocks stand side by side in one home, made one: odd rows and even rows, a bigger first."""
    owner: dict[tuple[int, str], int] = {}
    merged: dict[int, list[Block]] = {}
    for number, group in enumerate(groups):
        key_of = {(id(block.home), block.top.tag) for block in group if block.top.tag != "a"}
        known = sorted({owner[key] for key in key_of if key in owner})
        target = known[0] if known else number
        merged[target] = [*merged.get(target, []), *group]
        for other in known[1:]:
            merged[target] += merged.pop(other)
            owner = {key: target if value == other else value for key, value in owner.items()}
        owner.update(dict.fromkeys(key_of, target))
    return [_without_doubles(group) for group in merged.values()]


def _without_doubles(group: list[Block]) -> tuple[Block, ...]:
    """One block for each target and each part of the page: of title, picture and "Xem tiếp" the one that tells most."""
    taken: set[object] = set()
    kept = []
    for block in sorted(group, key=lambda block: -telling(block.link)):
        if block.link.target not in taken and id(block.top) not in taken:
            taken |= {block.link.target, id(block.top)}
            kept.append(block)
    return tuple(sorted(kept, key=lambda block: block.start))


def telling(link: Link) -> int:
    """How much a link tells of its item: its heading most, its summary less than a title; a section's name least.

    An invitation to read on leads to the item at least, so it tells more than a short word beside it.
    """
    if link.is_invitation:
        return _HEADLINE - 5
    around = [link.anchor, *link.anchor.ancestors()][:3]
    if any(element.tag in HEADINGS for element in around):
        return 2_000 + weight(link.text)
    if any(words("title_names").search(element.names) for element in around):
        return 1_000 + weight(link.text)
    if any(element.tag == "p" or words("summary_names").search(element.names) for element in around):
        return min(weight(link.text), _HEADLINE)
    return min(weight(link.text), 200)
