"""What a page says of itself in its head: title, meta tags, structured data (schema.org), feeds, next pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.core.text import clean

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_ARTICLE_TYPES = re.compile(r"Article$|^BlogPosting$|^Report$|^Review$|^LiveBlogPosting$")
_WRAPPING = re.compile(r"^(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)(?:\s*\*/)?|(?://|/\*)?\s*(?:\]\]>|-->)(?:\s*\*/)?$")
_LAST_COMMA = re.compile(r",(\s*[}\]])")
_MOST_STRUCTURED = 400_000
_MOST_NODES = 2_000
_TITLE_MOST = 1_000
_CONTENT_MOST = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a page: `meta` by lower-case name or property (the first counts), `feeds` as hrefs with titles."""

    title: str
    meta: dict[str, str]
    article: dict[str, Json]
    feeds: tuple[tuple[str, str], ...]
    next_pages: tuple[str, ...]
    canonical: str

    def first(self, names: Sequence[str]) -> str:
        """The first of several meta tags that says anything, cleaned."""
        return next((text for name in names if (text := clean(self.meta.get(name, "")))), "")


def read_head(parser: LexborHTMLParser) -> Head:
    """The head of a parsed page; broken structured data counts as none."""
    titles = [clean(node.text(deep=True)[:_TITLE_MOST]) for node in parser.css("head > title, body > title")]
    links = [(node.attributes.get("rel") or "", node) for node in parser.css("link[href]")]
    feeds = tuple(
        (node.attributes.get("href") or "", clean(node.attributes.get("title") or ""))
        for rel, node in links
        if "alternate" in rel.lower() and (node.attributes.get("type") or "").lower().strip() in _FEED_TYPES
    )
    return Head(
        title=next((title for title in titles if title), ""),
        meta=_meta(parser),
        article=_structured_article(parser),
        feeds=feeds,
        next_pages=tuple(n.attributes.get("href") or "" for rel, n in links if "next" in rel.lower().split()),
        canonical=next((n.attributes.get("href") or "" for rel, n in links if rel.lower() == "canonical"), ""),
    )


def _meta(parser: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in parser.css("meta[content]"):
        attributes = node.attributes
        name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
        content = attributes.get("content") or ""
        if name and content.strip():
            found.setdefault(name, content[:_CONTENT_MOST])
    return found


def _structured_article(parser: LexborHTMLParser) -> dict[str, Json]:
    """The first node of schema.org data that is an article of some kind; empty where there is none."""
    for node in parser.css('script[type="application/ld+json"]'):
        for thing in _things(_loaded(node.text(deep=True))):
            kinds = thing.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(name, str) and _ARTICLE_TYPES.search(name) for name in names):
                return thing
    return {}


def _loaded(text: str) -> Json:
    """What a script of data holds, out of its CDATA and with commas too many; None where it is no JSON."""
    if len(text) > _MOST_STRUCTURED:
        return None
    bare = _WRAPPING.sub("", text.strip()).strip(" \n;")
    for candidate in (bare, _LAST_COMMA.sub(r"\1", bare)):
        try:
            loaded: Json = json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
        return loaded
    return None


def _things(data: Json) -> Iterator[dict[str, Json]]:
    """Every object of structured data, the outer ones first."""
    waiting: list[Json] = [data]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        thing = waiting.pop(0)
        if isinstance(thing, dict):
            yield thing
            waiting += [value for value in thing.values() if isinstance(value, dict | list)]
        elif isinstance(thing, list):
            waiting += thing
