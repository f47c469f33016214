"""One entry as feedparser gives it -> one `Item`, cleaned; what is missing or broken stays so and is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from bot.core.address import openable, repair
from bot.core.dates import ReadDate, read_date
from bot.core.identity import keys_of
from bot.core.text import clean, plain_text, summarise
from bot.model import Attachment, Item, Source
from bot.sources.decode_legacy import Mended, mend_all
from bot.sources.page_guard import absurdity_of

RawEntry: TypeAlias = dict[str, Any]
"""feedparser's FeedParserDict: a dict with aliases."""

MOST_ITEMS = 1_000
"""More items than any feed of news has; of more, only the newest are read: a broken one takes a millisecond each."""
SUMMARY_MOST = 1_500
_TITLE_MOST = 2_000
_MARKUP_MOST = 500_000
_PICTURES_WITHIN = 50_000
_SURELY_FIT = 5_000
_IMAGE = re.compile(
    r"<img\b[^>]{0,2000}?\bsrc\s*=\s*(?:\"([^\"]{1,2000})\"|'([^']{1,2000})'|([^\s>\"']{1,2000}))", re.IGNORECASE
)
_NO_PICTURE = re.compile(
    r"(?:1x1|blank|pixel|spacer|tracker|feedburner\.com/~|/~r/|doubleclick|emoji|smilies)", re.IGNORECASE
)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:[?#]|$)", re.IGNORECASE)
_DOCUMENT_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|zip|rar)(?:[?#]|$)", re.IGNORECASE)
_RELATIVE = re.compile(r"^[/?.\w%-][^:\s]*(?:[/?]|$)")
LONGEST_NAME = 500
"""What is longer is no author's name; to look for an address in it takes the square of its length."""
_MAIL = re.compile(r"^\s*\S+@\S+\s*\((.+)\)\s*$|\S+@\S+")


def items_of(entries: Sequence[RawEntry], base: str, source: Source, now: datetime) -> tuple[Item, ...]:
    """The items of *entries* in their order; relative addresses are relative to *base*."""
    titles = mend_all([str(entry.get("title", ""))[:_TITLE_MOST] for entry in entries])
    summaries = mend_all([str(entry.get("summary", ""))[:_MARKUP_MOST] for entry in entries])
    return tuple(
        _item(entry, title, summary, base, source, now)
        for entry, title, summary in zip(entries, titles, summaries, strict=True)
    )


def _item(entry: RawEntry, title: Mended, summary: Mended, base: str, source: Source, now: datetime) -> Item:
    raw_link = str(entry.get("link", "")).strip()
    guid = " ".join(str(entry.get("id", "")).split()) or None
    url = _url(raw_link, base)
    heading = clean(title.text)
    body = _body(entry)
    said = _summary(entry, summary.text)
    date = _date(entry, now, source.timezone)
    return Item(
        source_id=source.id,
        keys=keys_of(
            guid=guid,
            url=url,
            title=heading,
            published_at=date.at if date and not date.approximate else None,
            date_only=bool(date and date.date_only),
            summary=said,
            timezone=source.timezone,
        ),
        title=heading,
        url=url,
        summary=said,
        published_at=date.at if date else None,
        date_only=bool(date and date.date_only),
        author=_author(entry),
        image_url=_image(entry, summary.text + body, base),
        guid=guid,
        body=_text(body) or None,
        attachments=_attachments(entry, base),
        doubt=title.doubt or summary.doubt or ("broken_link" if raw_link not in ("", guid) and url is None else ""),
    )


def _url(raw_link: str, base: str) -> str | None:
    """The link as anybody can open it; a relative one stays as it is where nobody said what it is relative to.

    feedparser puts the guid where there is no link: one that is no address is no link.
    """
    link = repair(raw_link, base)
    if link is not None:
        return openable(link)
    return raw_link if not base and _RELATIVE.match(raw_link) else None


def _body(entry: RawEntry) -> str:
    """The longest of the entry's contents, as HTML: some feeds give the text twice, plain and marked up."""
    return max(
        (str(content.get("value", ""))[:_MARKUP_MOST] for content in entry.get("content", ())), key=len, default=""
    )


def _summary(entry: RawEntry, mended: str) -> str | None:
    """The portal's own summary; where it put the whole article there, the sentences that begin it."""
    return summarise(_text(mended), SUMMARY_MOST) or None


def _text(markup: str) -> str:
    """The text of an entry's markup; of absurd markup, which an HTML parser must not be given, the bare words."""
    if len(markup) > _SURELY_FIT and absurdity_of(markup):
        return clean(markup)
    return plain_text(markup)


def _date(entry: RawEntry, now: datetime, timezone: str) -> ReadDate | None:
    for name in ("published", "updated", "created"):
        text = dict.get(entry, name)  # its own, not the alias for another date
        if text and (read := read_date(str(text), now, timezone)) is not None:
            return read
    return None


def _author(entry: RawEntry) -> str | None:
    detail = entry.get("author_detail") or {}
    text = clean(str(detail.get("name") or entry.get("author") or ""))
    if len(text) > LONGEST_NAME:
        return None
    found = _MAIL.search(text)
    if found is not None:
        text = found[1] or text.replace(found[0], "").strip(" ()<>")
    return text or None


def _image(entry: RawEntry, markup: str, base: str) -> str | None:
    """The picture: announced as media or enclosure, else the first one in the text that is no tracking pixel."""
    for address in (*_announced_pictures(entry), *_pictures_in(markup)):
        url = repair(address, base)
        if url is not None and not _NO_PICTURE.search(url):
            return url
    return None


def _announced_pictures(entry: RawEntry) -> list[str]:
    found: list[str] = []
    for media in entry.get("media_content", ()):
        kind = f"{media.get('medium', '')} {media.get('type', '')}"
        address = str(media.get("url", ""))
        if "image" in kind or (not kind.strip() and _PICTURE_FILE.search(address)):
            found.append(address)
    found.extend(str(media.get("url", "")) for media in entry.get("media_thumbnail", ()))
    for enclosure in entry.get("enclosures", ()):
        address = str(enclosure.get("href", ""))
        if str(enclosure.get("type", "")).startswith("image") or _PICTURE_FILE.search(address):
            found.append(address)
    image = entry.get("image") or {}
    found.append(str(image.get("href", "")) if isinstance(image, dict) else "")
    return [address for address in found if address]


def _pictures_in(markup: str) -> list[str]:
    return [next(filter(None, found)) for found in _IMAGE.findall(markup[:_PICTURES_WITHIN])[:5]]


def _attachments(entry: RawEntry, base: str) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for enclosure in entry.get("enclosures", ()):
        url = repair(str(enclosure.get("href", "")), base)
        if url is not None and _DOCUMENT_FILE.search(url):
            name = url.partition("?")[0].rpartition("/")[2]
            found[url] = Attachment(title=clean(str(enclosure.get("title", ""))) or name, url=url)
    return tuple(found.values())
