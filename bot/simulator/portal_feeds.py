"""The portal's feeds: RSS 2.0, Atom 1.0, JSON Feed 1.1, as bytes that depend on the items alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from bot.simulator.portal_items import VIETNAM, PortalItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed says of itself; `root` is the portal's address without a slash."""

    title: str
    description: str
    root: str
    changed_at: datetime


def rss(channel: Channel, items: Sequence[PortalItem]) -> bytes:
    """RSS 2.0, newest first."""
    entries = "".join(_rss_item(channel, item) for item in items)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>{escape(channel.title)}</title><link>{channel.root}/</link>"
        f"<description>{escape(channel.description)}</description><language>vi</language>"
        f"<lastBuildDate>{_rfc822(channel.changed_at)}</lastBuildDate>"
        f'<atom:link href="{channel.root}/rss" rel="self" type="application/rss+xml"/>\n{entries}</channel></rss>\n'
    ).encode()


def atom(channel: Channel, items: Sequence[PortalItem]) -> bytes:
    """Atom 1.0, newest first."""
    entries = "".join(_atom_entry(channel, item) for item in items)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="vi">'
        f"<id>{channel.root}/</id><title>{escape(channel.title)}</title>"
        f"<subtitle>{escape(channel.description)}</subtitle><updated>{_iso(channel.changed_at)}</updated>"
        f'<link href="{channel.root}/"/><link rel="self" href="{channel.root}/atom.xml"/>\n{entries}</feed>\n'
    ).encode()


def json_feed(channel: Channel, items: Sequence[PortalItem]) -> bytes:
    """JSON Feed 1.1, newest first."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "language": "vi",
        "home_page_url": f"{channel.root}/",
        "feed_url": f"{channel.root}/feed.json",
        "items": [_json_item(channel, item) for item in items],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _rss_item(channel: Channel, item: PortalItem) -> str:
    picture = quoteattr(channel.root + item.picture_path)
    return (
        f"<item><title>{escape(item.title)}</title><link>{escape(item.url(channel.root))}</link>"
        f'<guid isPermaLink="false">{escape(item.key())}</guid>'
        f"<description>{escape(item.summary)}</description><category>{escape(item.category)}</category>"
        f"<dc:creator>{escape(item.author)}</dc:creator><pubDate>{_rfc822(item.published_at)}</pubDate>"
        f'<enclosure url={picture} type="image/png" length="0"/></item>\n'
    )


def _atom_entry(channel: Channel, item: PortalItem) -> str:
    return (
        f"<entry><id>{escape(item.key())}</id><title>{escape(item.title)}</title>"
        f"<link href={quoteattr(item.url(channel.root))}/>"
        f'<link rel="enclosure" type="image/png" href={quoteattr(channel.root + item.picture_path)}/>'
        f"<published>{_iso(item.published_at)}</published><updated>{_iso(item.updated_at)}</updated>"
        f"<author><name>{escape(item.author)}</name></author><category term={quoteattr(item.category)}/>"
        f"<summary>{escape(item.summary)}</summary></entry>\n"
    )


def _json_item(channel: Channel, item: PortalItem) -> dict[str, object]:
    return {
        "id": item.key(),
        "url": item.url(channel.root),
        "title": item.title,
        "summary": item.summary,
        "content_text": item.summary,
        "image": channel.root + item.picture_path,
        "date_published": _iso(item.published_at),
        "date_modified": _iso(item.updated_at),
        "authors": [{"name": item.author}],
        "tags": [item.category],
    }


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(VIETNAM))


def _iso(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")
