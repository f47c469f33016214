"""Sources as OPML, which feed readers exchange: out of config.toml, and as tables to be added to it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from typing import BinaryIO, Final
from urllib.parse import urlsplit
from xml.etree import ElementTree

from bot.core.address import repair
from bot.errors import LoaError
from bot.model import Source

_ID: Final = re.compile(r"[a-z0-9_-]{1,40}")


def opml_of(sources: Sequence[Source]) -> Iterator[str]:
    """The lines of a document; a page is a link, a feed (or what may be one) a subscription."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head><title>Loa</title></head>\n<body>'
    for source in sources:
        title, url = escape(source.title), escape(source.url)
        place = f'type="link" url="{url}"' if source.kind == "page" else f'type="rss" xmlUrl="{url}"'
        yield f'<outline text="{title}" title="{title}" {place} category="{source.id}"/>'
    yield "</body>\n</opml>"


def is_opml(beginning: bytes) -> bool:
    """Whether a file that begins so is XML, of which only OPML is understood."""
    return beginning.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<?xml", b"<opml", b"<!DOCTYPE"))


def tables_of(data: BinaryIO, taken: Sequence[Source]) -> tuple[str, ...]:
    """A `[[sources]]` table for each address that is none of *taken*; raises LoaError where the file is broken."""
    ids, urls = {source.id for source in taken}, {source.url for source in taken}
    tables = []
    for outline in _outlines(data):
        feed, page = outline.get("xmlUrl", ""), outline.get("url", "")
        url = repair(feed or page)
        if url is None or url in urls:
            continue
        title = outline.get("title") or outline.get("text") or url
        name = _free(outline.get("category", ""), title, url, ids)
        ids.add(name)
        urls.add(url)
        kind = "" if feed else '\nkind = "page"'
        tables.append(f"[[sources]]\nid = {_quoted(name)}\ntitle = {_quoted(title)}\nurl = {_quoted(url)}{kind}\n")
    return tuple(tables)


def _outlines(data: BinaryIO) -> Iterator[ElementTree.Element]:
    try:
        for _, element in ElementTree.iterparse(data):  # noqa: S314 - the operator's own file
            if element.tag == "outline":
                yield element
    except ElementTree.ParseError as fault:
        raise LoaError(f"this is no OPML that can be read ({fault}) - export it again where it came from") from None


def _free(category: str, title: str, url: str, taken: set[str]) -> str:
    """The id that the document names, else the title in letters that an id may have, else the host's."""
    bare = unicodedata.normalize("NFKD", title.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:40].strip("-")
    host = re.sub(r"[^a-z0-9]+", "-", (urlsplit(url).hostname or "nguon").lower())[:40].strip("-")
    name = next((each for each in (category, words, host) if _ID.fullmatch(each)), "nguon")
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def _quoted(text: str) -> str:
    """As a TOML string: JSON's escapes are among TOML's, but for DEL."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False).replace("\x7f", "\\u007f")
