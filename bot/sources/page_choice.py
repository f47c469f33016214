"""Whether a page is a list or an article, and which of two readings of a list to believe."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.sources.article import Article
from bot.sources.listing import Listing
from bot.sources.listing_entries import Entry
from bot.sources.listing_groups import is_headline
from bot.sources.listing_links import Link, weight
from bot.sources.page_head import Head
from bot.sources.page_tree import PageTree
from bot.sources.page_words import words

UNSURE = 2.0
"""Under this score a list may be something else, where the page says so."""
_DOUBTFUL = 1.0
_PARAGRAPH = 60
_LONG_TITLE = 30
_WHOLE_ARTICLE = 600
_LONG_ARTICLE = 1_200


def is_better(selected: Sequence[Entry], found: Sequence[Entry]) -> bool:
    """Whether a profile's layout read the page at least as well as the structure did."""
    if len(selected) < 2 or len(selected) < 0.6 * len(found):
        return False
    dated = sum(entry.date is not None for entry in selected) / len(selected)
    return not found or dated >= 0.8 * sum(entry.date is not None for entry in found) / len(found)


def stands_alone(article: Article, head: Head) -> bool:
    """Whether a page without a list is one article: dated, or so called, or long. What tells of the office is none."""
    if not article.is_certain or words("about_portlet").search(article.title or ""):
        return False
    told = article.published_at is not None or _is_called_article(article, head) or article.is_confirmed
    return told or weight(article.body or "") >= _LONG_ARTICLE


def _is_called_article(article: Article, head: Head) -> bool:
    return (
        bool(head.article)
        or head.meta.get("og:type", "").lower() == "article"
        or (article.is_confirmed and weight(article.title or "") >= _LONG_TITLE)
    )


def is_article(tree: PageTree, links: Sequence[Link], article: Article, listing: Listing, head: Head) -> bool:
    """Whether the page is an article with a list beside it, rather than a list (of summaries, or of whole texts).

    Where the text is only the first one of a list of whole texts, its title is an entry that leads to its own page.
    """
    if not article.is_certain or weight(article.body or "") < _WHOLE_ARTICLE or _is_told_in_parts(tree, links, article):
        return False
    shares = [_share_in(article, entry) for entry in listing.entries]
    first = next((s for s, e in zip(shares, listing.entries, strict=True) if e.title == article.title), 0.0)
    if len(shares) >= 2 and first >= 0.5:
        return False
    called = _is_called_article(article, head)
    if listing.score < (UNSURE if called else _DOUBTFUL):
        return True
    apart = 1.0 - sum(shares) + max(shares)
    if called and not any(entry.date is not None for entry in listing.entries):
        return apart >= 0.7
    summaries = sum(weight(entry.summary or "") + weight(entry.title) for entry in listing.entries)
    return apart >= 0.7 and apart * weight(article.body or "") > (0.8 if called else 2.0) * summaries


def _is_told_in_parts(tree: PageTree, links: Sequence[Link], article: Article) -> bool:
    """Whether a headline stands before nearly every paragraph: then it is what a list says of its items."""
    places = [place for place, size in article.text_places if size >= _PARAGRAPH]
    headlines = [link.anchor.start for link in links if is_headline(tree, link)]
    parted = [any(one < at < two for at in headlines) for one, two in pairwise(places)]
    return len(parted) >= 2 and sum(parted) >= 0.7 * len(parted)


def _share_in(article: Article, entry: Entry) -> float:
    """Which share of the article's text stands in the block of one entry."""
    inside = sum(size for at, size in article.text_places if entry.block.start <= at < entry.block.end)
    return inside / max(1, sum(size for _, size in article.text_places))
