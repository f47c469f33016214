"""What a page says as items: the entries of its list, or its one article."""

from __future__ import annotations

from bot.core.address import canonical
from bot.core.identity import keys_of
from bot.model import Item, Source
from bot.sources.article import Article
from bot.sources.listing_entries import Entry

NOWHERE = "https://unknown-address.invalid/"
"""Where the relative links of a page lead whose own address nobody knows."""


def somewhere(url: str | None) -> str | None:
    """An address that leads somewhere; None for the others."""
    return None if not url or url.startswith(NOWHERE) else url


def item_of(entry: Entry, source: Source) -> Item:
    """The item of an entry; one whose link nobody can repair is in doubt, one dated from now has no key of its date."""
    date = entry.date
    url = somewhere(entry.url)
    exact = date.at if date is not None and not date.approximate else None
    only = bool(date and date.date_only)
    return Item(
        source_id=source.id,
        keys=keys_of(
            guid=None,
            url=url,
            title=entry.title,
            published_at=exact,
            date_only=only,
            summary=entry.summary,
            timezone=source.timezone,
        ),
        title=entry.title,
        url=url,
        summary=entry.summary,
        published_at=date.at if date else None,
        date_only=only,
        author=entry.author,
        image_url=somewhere(entry.image_url),
        doubt="" if entry.url else "broken_link",
    )


def article_item(article: Article, url: str, page_url: str, source: Source) -> Item:
    """The item of a page that is one article at *url*.

    Where it has no address of its own (it stands at the page's or the source's), only title and date identify it: the
    next article will stand at the same address.
    """
    own = canonical(url) not in (canonical(source.url), canonical(page_url))
    title = article.title or ""
    return Item(
        source_id=source.id,
        keys=keys_of(
            guid=None,
            url=url if own else None,
            title=title,
            published_at=article.published_at,
            date_only=article.date_only,
            summary=article.lead,
            timezone=source.timezone,
        ),
        title=title,
        url=somewhere(url),
        summary=article.lead,
        published_at=article.published_at,
        date_only=article.date_only,
        author=article.author,
        image_url=somewhere(article.image_url),
        image_caption=article.image_caption,
        body=article.body,
        attachments=article.attachments,
    )
