"""A listing page read: the items of its list in the page's order, the next page, or its trouble.

In turn: the operator's selectors, where config.toml has some; the layouts of the platform's profile; the generic
reader, which finds the list by structure. Where no list stands but one whole article does (many portals page over
articles), that article is the one item.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.address import openable, repair
from bot.core.identity import distinct
from bot.core.text import clean
from bot.model import Item, Reading, Source, Trouble, TroubleKind
from bot.sources.article import article_of
from bot.sources.listing import Listing, find_listing
from bot.sources.listing_links import links_of
from bot.sources.listing_selectors import WrongSelector, select_entries, select_next
from bot.sources.page_choice import UNSURE, is_article, is_better, stands_alone
from bot.sources.page_guard import absurdity_of
from bot.sources.page_head import read_head
from bot.sources.page_items import NOWHERE, article_item, item_of, somewhere
from bot.sources.page_profiles import Profile, profile_for, profile_named
from bot.sources.page_state import challenge_of, error_of, nothing_found, says_empty
from bot.sources.page_tree import PageTree, base_of
from bot.sources.pager import Pager, find_pager, following
from bot.sources.pager_length import pages_left


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
        return own or NOWHERE

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
            why = f"{wrong} - correct it in config.toml"
            return self._reading(trouble=Trouble(kind=TroubleKind.BROKEN, why=why))
        self._explained += listing.explained
        trouble = error_of(self._tree, self._head)
        if trouble is not None and listing.score < 4 * UNSURE:
            return self._reading(trouble=trouble)
        if not listing.entries and self._has_selectors():
            why = "the selectors of config.toml find nothing on it - try them with loa preview --explain"
            return self._reading(trouble=Trouble(kind=TroubleKind.EMPTY, why=why))
        items = self._judged(listing)
        if not items:
            return self._reading(trouble=nothing_found(self._tree))
        return self._reading(items=items)

    def _reading(self, *, items: Sequence[Item] = (), trouble: Trouble | None = None) -> Reading:
        next_page = None
        if trouble is None:
            pager = self._pager()
            next_page = somewhere(pager.next_page)
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
            return Pager(why=f"{wrong} - correct it in config.toml")
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
            if is_better(entries, found.entries):
                return Listing(entries=entries, score=100.0, explained=found.explained)
        self._explained.append("read by structure")
        return found

    def _judged(self, listing: Listing) -> tuple[Item, ...]:
        """The items of a list that may be believed; else the one article that the page is."""
        article = article_of(self._tree, self._head, self._now, self._source.timezone)
        if listing.entries and not is_article(self._tree, self._anchors, article, listing, self._head):
            said = says_empty(self._tree) if listing.score < UNSURE else None
            if said is None:
                return tuple(item_of(entry, self._source) for entry in listing.entries)
            self._explained.append(f"the page says {said!r}, and nothing on it is surely a list")
            return ()
        if stands_alone(article, self._head):
            self._explained.append(f"no list, but one article: {article.title!r}")
            canonical = self._tree.resolve(self._head.canonical) if self._head.canonical else None
            return (article_item(article, canonical or self._tree.url, self._tree.url, self._source),)
        return ()
