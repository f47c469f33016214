"""Which group of blocks is the news: by what its titles say, by dates and summaries, and by where it stands."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.sources.listing_entries import Entry
from bot.sources.listing_links import looks_like_article, shape_of, weight
from bot.sources.page_tree import Element, PageTree

_NAVIGATION = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|submenu|topmenu|mainmenu|megamenu|breadcrumbs?|duong-?dan|sitemap|toolbar"
    r"|pagination|pager|paging|phan-?trang|lang(?:uage)?s?|social|share|login|calendar|lich|tags?|tagcloud|cookie|popup|modal)(?=$|[\s_-])"
)
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:sidebar|side-?bar|aside|widget|widgets|right|colright|rightcol|col-?right|right-?col(?:umn)?|ads?|advert\w*|banner|quang-?cao|qc"
    r"|related|lien-?quan|most|popular|docnhieu|doc-?nhieu|xem-?nhieu|trending|recommend\w*|partners?|doi-?tac|weblinks?|lien-?ket|thong-?ke"
    r"|counter|poll|survey|comments?|newsletter|promo\w*|sponsor\w*|ticker|marquee)(?=$|[\s_-])"
)
_FOOTER = re.compile(r"(?:^|[\s_-])(?:footer|foot|chan-?trang|copyright|bottom)(?=$|[\s_-])")
_HEADER = re.compile(r"(?:^|[\s_-])(?:header|masthead|topbar|top-?bar|banner-?top)(?=$|[\s_-])")
_MAIN = re.compile(
    r"(?:^|[\s_-])(?:main|content|noi-?dung|article|articles|news|tin|tintuc|tin-?tuc|list|listing|posts?|category|chuyen-?muc|danh-?sach|center|left)(?=$|[\s_-])"
)
_BOX_BESIDE = re.compile(
    r"(?:đọc|xem|quan tâm|bình luận)\s+(?:nhiều|nhất)|nhiều (?:người đọc|nhất)|được quan tâm|tin nổi bật|nổi bật nhất|liên kết|liên quan|thư viện|video|album|hình ảnh"
    r"|quảng cáo|văn bản (?:mới|pháp luật|chỉ đạo)|thăm dò|thống kê|danh mục|chuyên mục|từ khóa|chủ đề|dịch vụ công|giới thiệu|sơ đồ|most (?:read|popular|viewed|shared)|trending|popular|related"
    r"|recommended|links?$|tags?$|archives?$|categor|recent comments|follow us|tweets|sponsored",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Blocks read into entries, with what they share; `why` says in words how the score came about."""

    entries: tuple[Entry, ...]
    score: float
    region: float
    dated: float
    summed: float
    title_weight: float
    why: str

    @property
    def shapes(self) -> frozenset[str]:
        """The kinds of addresses that make up most of the group."""
        counted = Counter(shape_of(entry.url) for entry in self.entries)
        return frozenset(shape for shape, count in counted.items() if count >= 0.2 * len(self.entries))


def scored(tree: PageTree, entries: Sequence[Entry]) -> Group:
    """The group with its score; 0 where its titles say too little for news."""
    weights = [weight(entry.title) for entry in entries]
    typical = median(weights)
    dated = sum(entry.date is not None for entry in entries) / len(entries)
    summed = sum(bool(entry.summary) for entry in entries) / len(entries)
    pictured = sum(bool(entry.image_url) for entry in entries) / len(entries)
    headed = sum(entry.is_heading for entry in entries) / len(entries)
    articles = sum(looks_like_article(entry.url) for entry in entries) / len(entries)
    region, place = _region(tree, entries)
    titles = min(max(typical - 12, 0) / 45, 1.0)
    wealth = 1 + 1.6 * dated + 0.9 * summed + 0.4 * pictured + 0.4 * headed
    score = math.log2(1 + len(entries)) * titles * wealth * region * (0.55 + 0.45 * articles)
    why = (
        f"{len(entries)} links, titles of {typical:.0f} letters, {dated:.0%} dated, {summed:.0%} with a summary, "
        f"{articles:.0%} like articles, {place or 'no region'}: score {score:.2f}"
    )
    return Group(
        entries=tuple(entries), score=score, region=region, dated=dated, summed=summed, title_weight=typical, why=why
    )


def _region(tree: PageTree, entries: Sequence[Entry]) -> tuple[float, str]:
    """How likely news stands where the group stands, and the names that say so."""
    homes = Counter(id(entry.block.home) for entry in entries)
    usual = homes.most_common(1)[0][0]
    home = next(entry.block.home for entry in entries if id(entry.block.home) == usual)
    factor, said = 1.0, []
    for element in (home, *home.ancestors()):
        part, name = _of_element(element)
        if name and name not in said:
            factor *= part
            said.append(name)
    first = next(entry.block.start for entry in entries if entry.block.home is home)
    heading = heading_before(tree, home, first)
    if heading and _BOX_BESIDE.search(heading):
        factor *= 0.25
        said.append(f'under "{heading[:40]}"')
    return max(factor, 0.02), ", ".join(said)


def _of_element(element: Element) -> tuple[float, str]:
    role = element.attributes.get("role", "")
    names = element.names
    if element.tag == "body":
        return 1.0, ""
    if element.tag == "nav" or role in ("navigation", "menu", "menubar") or _NAVIGATION.search(names):
        return 0.12, "navigation"
    if element.tag == "footer" or role == "contentinfo" or _FOOTER.search(names):
        return 0.1, "footer"
    if element.tag == "aside" or role == "complementary" or _ASIDE.search(names):
        return 0.4, "aside"
    if element.tag == "header" or role == "banner" or _HEADER.search(names):
        return 0.3, "header"
    if element.tag in ("main", "article") or role == "main" or _MAIN.search(names):
        return 1.25, "main"
    return (0.5, "hidden") if element.hidden else (1.0, "")


def heading_before(tree: PageTree, home: Element, first: int) -> str:
    """The short heading that stands over a list: inside its box before the *first* block, or right before the box."""
    for element in (home, *home.ancestors()):
        if element.tag == "body" or element.end - element.start > 4 * (home.end - home.start) + 60:
            break
        ahead = [e for e in tree.elements_in(element.start, first) if _is_heading(e)]
        texts = [text for e in reversed(ahead) if 2 < len(text := tree.text_of(e)) <= 80]
        if texts:
            return texts[0]
    return ""


def _is_heading(element: Element) -> bool:
    return element.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption", "th") or bool(
        re.search(r"title|heading|header|tieu-?de|caption|head(?=$|[\s_-])", element.names)
    )
