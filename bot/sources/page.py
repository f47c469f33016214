"""A listing page read: the items of its list in the page's order, the next page, or its trouble.

In turn: the operator's selectors, where config.toml has some; the layouts of the platform's profile; the generic
reader, which finds the list by structure. Where no list stands but one whole article does (many portals page over
articles), that article is the one item.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from bot.core.address import canonical, openable, repair
from bot.core.identity import distinct, keys_of
from bot.core.text import clean
from bot.model import Item, Reading, Source, Trouble, TroubleKind
from bot.sources.article import Article, article_of
from bot.sources.listing import Listing, find_listing
from bot.sources.listing_entries import Entry
from bot.sources.listing_groups import is_headline
from bot.sources.listing_links import links_of, weight
from bot.sources.listing_selectors import WrongSelector, select_entries, select_next
from bot.sources.page_guard import absurdity_of
from bot.sources.page_head import Head, read_head
from bot.sources.page_profiles import Profile, profile_for, profile_named
from bot.sources.page_state import challenge_of, error_of, nothing_found, says_empty
from bot.sources.page_tree import PageTree, base_of
from bot.sources.pager import Pager, find_pager, following
from bot.sources.pager_length import pages_left

_UNSURE = 2.0
_DOUBTFUL = 1.0
_PARAGRAPH = 60
_NOWHERE = "https://unknown-address.invalid/"
_WHOLE_ARTICLE = 600


def read_listing(html: str, url: str, source: Source, now: datetime) -> Reading:
    """What the page at *url* lists. Never raises: what cannot be read is the reading's trouble."""
    if absurd := absurdity_of(html):
        return Reading(
            kind="page", trouble=Trouble(kind=TroubleKind.HOSTILE, why=f"its markup is not to be parsed: {absurd}")
        )
    return _Page(html, url, source, now).read()


def announced_feed(html: str, url: str) -> str | None:
    """The first feed that a page announces in its head and that is no feed of comments; None where there is none."""
    if absurdity_of(html):
        return None
    from selectolax.lexbor import LexborHTMLParser

    parser = LexborHTMLParser(html)
    base = base_of(parser, url)
    feeds = [(repair(href, base), title) for href, title in read_head(parser).feeds]
    own = [found for found, title in feeds if found and "comment" not in f"{title} {found}".lower()]
    return own[0] if own else None


class _Page:
    """One page on its way to a reading; keeps what explains it."""

    def __init__(self, html: str, url: str, source: Source, now: datetime) -> None:
        from selectolax.lexbor import LexborHTMLParser

        self._html = html
        self._source = source
        self._now = now
        self._parser = LexborHTMLParser(html)
        self._head = read_head(self._parser)
        self._explained: list[str] = []
        self._profile = self._chosen_profile(html, url)
        self._drop()
        self._tree = PageTree(self._parser, url or self._own_address())
        self._anchors = links_of(self._tree)

    def _own_address(self) -> str:
        """For a file that came from nowhere: the address that the page gives itself, else one that leads nowhere."""
        said = (self._head.canonical, self._head.meta.get("og:url", ""))
        own = next((found for text in said if text and (found := repair(text))), None)
        self._explained.append(f"base address: {own or 'unknown, relative links lead nowhere; give --base-url'}")
        return own or _NOWHERE

    def _somewhere(self, url: str | None) -> str | None:
        return None if url is not None and url.startswith(_NOWHERE) else url

    def _chosen_profile(self, html: str, url: str) -> Profile | None:
        if self._source.profile:
            profile = profile_named(self._source.profile)
            named = "named in the configuration" if profile else "unknown, ignored"
            self._explained.append(f"profile: {self._source.profile} ({named})")
            return profile
        profile = profile_for(html, url)
        self._explained.append(f"profile: {profile.id} ({profile.title})" if profile else "profile: none fits")
        return profile

    def _drop(self) -> None:
        for selector in self._profile.drop if self._profile else ():
            nodes = self._parser.css(selector)
            if nodes:
                self._explained.append(f"dropped by the profile: {len(nodes)} of {selector!r}")
            for node in nodes:
                if node.tag not in ("body", "html"):
                    node.decompose()

    def read(self) -> Reading:
        """The reading, with its pager and explanation."""
        trouble = challenge_of(self._html, self._tree, self._head)
        if trouble is not None:
            return self._reading(trouble=trouble)
        try:
            listing = self._listing()
        except WrongSelector as wrong:
            why = f"{wrong}; correct it in config.toml"
            return self._reading(trouble=Trouble(kind=TroubleKind.BROKEN, why=why))
        self._explained += listing.explained
        trouble = error_of(self._tree, self._head)
        if trouble is not None and listing.score < 4 * _UNSURE:
            return self._reading(trouble=trouble)
        if not listing.entries and self._has_selectors():
            why = "the selectors of config.toml find nothing on it; try them with loa preview --explain"
            return self._reading(trouble=Trouble(kind=TroubleKind.EMPTY, why=why))
        items = self._judged(listing)
        if not items:
            return self._reading(trouble=nothing_found(self._tree))
        return self._reading(items=items)

    def _reading(self, *, items: Sequence[Item] = (), trouble: Trouble | None = None) -> Reading:
        next_page = None
        if trouble is None:
            pager = self._pager()
            next_page = self._somewhere(pager.next_page)
            self._explained.append(f"pager: {pager.why or 'none found'}{f' -> {next_page}' if next_page else ''}")
        return Reading(
            kind="page",
            title=self._head.title or clean(self._head.meta.get("og:site_name", "")) or None,
            items=distinct(tuple(items)),
            next_page=next_page,
            pages_left=pages_left(next_page, self._links()) if trouble is None else None,
            trouble=trouble,
            explained=tuple(self._explained),
        )

    def _pager(self) -> Pager:
        selector = self._source.selectors.next
        if not selector:
            return find_pager(self._tree, self._head.next_pages)
        try:
            href = select_next(self._parser, self._tree, selector)
        except WrongSelector as wrong:
            return Pager(why=f"{wrong}; correct it in config.toml")
        return Pager(next_page=following(self._tree, href or ""), why=f"the selector {selector!r}")

    def _links(self) -> list[str]:
        hrefs = (element.attributes.get("href", "") for element in self._tree.elements if element.tag == "a")
        return [openable(url) for href in hrefs if href and (url := self._tree.resolve(href))]

    def _has_selectors(self) -> bool:
        selectors = self._source.selectors
        return bool(selectors.item or selectors.title or selectors.link)

    def _listing(self) -> Listing:
        if self._has_selectors():
            selectors = self._source.selectors
            entries = select_entries(self._parser, self._tree, selectors, self._now, self._source.timezone)
            self._explained.append(f"selectors of the configuration: {len(entries)} items")
            return Listing(entries=entries, score=100.0 if entries else 0.0)
        found = find_listing(self._tree, self._anchors, self._now, self._source.timezone)
        for layout in self._profile.layouts if self._profile else ():
            entries = select_entries(self._parser, self._tree, layout, self._now, self._source.timezone)
            self._explained.append(f"layout {layout.item!r}: {len(entries)} items")
            if _is_better(entries, found.entries):
                return Listing(entries=entries, score=100.0, explained=found.explained)
        self._explained.append("read by structure")
        return found

    def _judged(self, listing: Listing) -> tuple[Item, ...]:
        """The items of a list that may be believed; else the one article that the page is."""
        article = article_of(self._tree, self._head, self._now, self._source.timezone)
        if listing.entries and (self._is_told_in_parts(article) or not _is_article(article, listing, self._head)):
            said = says_empty(self._tree) if listing.score < _UNSURE else None
            if said is None:
                return tuple(self._item(entry) for entry in listing.entries)
            self._explained.append(f"the page says {said!r}, and nothing on it is surely a list")
            return ()
        if article.is_certain:
            self._explained.append(f"no list, but one article: {article.title!r}")
            return (self._article_item(article),)
        return ()

    def _is_told_in_parts(self, article: Article) -> bool:
        """Whether a headline stands before nearly every paragraph: then it is what a list says of its items."""
        places = [place for place, size in article.text_places if size >= _PARAGRAPH]
        headlines = [link.anchor.start for link in self._anchors if is_headline(self._tree, link)]
        parted = [any(one < at < two for at in headlines) for one, two in pairwise(places)]
        return len(parted) >= 2 and sum(parted) >= 0.7 * len(parted)

    def _item(self, entry: Entry) -> Item:
        date = entry.date
        url = self._somewhere(entry.url) or None
        exact = date.at if date is not None and not date.approximate else None
        only = bool(date and date.date_only)
        return Item(
            source_id=self._source.id,
            keys=keys_of(
                guid=None,
                url=url,
                title=entry.title,
                published_at=exact,
                date_only=only,
                summary=entry.summary,
                timezone=self._source.timezone,
            ),
            title=entry.title,
            url=url,
            summary=entry.summary,
            published_at=date.at if date else None,
            date_only=only,
            author=entry.author,
            image_url=self._somewhere(entry.image_url),
            doubt="" if entry.url else "broken_link",
        )

    def _article_item(self, article: Article) -> Item:
        """One article as an item. Where it has no address of its own, only its title and date identify it: the next
        article will stand at the same one."""
        url = (self._tree.resolve(self._head.canonical) if self._head.canonical else None) or self._tree.url
        own = canonical(url) not in (canonical(self._source.url), canonical(self._tree.url))
        title = article.title or ""
        return Item(
            source_id=self._source.id,
            keys=keys_of(
                guid=None,
                url=url if own else None,
                title=title,
                published_at=article.published_at,
                date_only=article.date_only,
                summary=article.lead,
                timezone=self._source.timezone,
            ),
            title=title,
            url=self._somewhere(url),
            summary=article.lead,
            published_at=article.published_at,
            date_only=article.date_only,
            author=article.author,
            image_url=self._somewhere(article.image_url),
            image_caption=article.image_caption,
            body=article.body,
            attachments=article.attachments,
        )


def _is_better(selected: Sequence[Entry], found: Sequence[Entry]) -> bool:
    """Whether a profile's layout read the page at least as well as the structure did."""
    if len(selected) < 2 or len(selected) < 0.6 * len(found):
        return False
    dated = sum(entry.date is not None for entry in selected) / len(selected)
    return not found or dated >= 0.8 * sum(entry.date is not None for entry in found) / len(found)


def _is_article(article: Article, listing: Listing, head: Head) -> bool:
    """Whether the page is an article with a list beside it, rather than a list (of summaries, or of whole texts).

    Where the text is only the first one of a list of whole texts, its title is an entry that leads to its own page.
    """
    if not article.is_certain or weight(article.body or "") < _WHOLE_ARTICLE:
        return False
    shares = [_share_in(article, entry) for entry in listing.entries]
    first = next((s for s, e in zip(shares, listing.entries, strict=True) if e.title == article.title), 0.0)
    if len(shares) >= 2 and first >= 0.5:
        return False
    told = bool(head.article) or head.meta.get("og:type", "").lower() == "article" or article.is_headed
    if listing.score < (_UNSURE if told else _DOUBTFUL):
        return True
    apart = 1.0 - sum(shares) + max(shares)
    if apart < 0.7:
        return False
    if told and not any(entry.date is not None for entry in listing.entries):
        return True
    summaries = sum(weight(entry.summary or "") + weight(entry.title) for entry in listing.entries)
    return apart * weight(article.body or "") > (0.8 if told else 2.0) * summaries


def _share_in(article: Article, entry: Entry) -> float:
    """Which share of the article's text stands in the block of one entry."""
    inside = sum(size for at, size in article.text_places if entry.block.start <= at < entry.block.end)
    return inside / max(1, sum(size for _, size in article.text_places))
