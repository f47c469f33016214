"""What makes an item the same item: its keys, strongest first.

    guid:news_412                             what the portal itself calls it
    id:host|wcm|/tintuc/tk2018                the content's number or path inside its address
    url:host/tin-tuc/bai-412.html             its address without session, state, tracking and scheme
    same:5c0f...                              title, time and summary together: the weak one

An item is known if ANY of its keys is known to its source, so a key must never be shared by two different items: that
would lose news in silence, while a missing key at worst repeats a push. Where in doubt, no key is made.

Keys are stored for good. Nothing here may change the spelling of a key that an older version made; only a text with a
view counter had another one at every reading.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from bot.core.address import canonical, host_of, repair, state_only
from bot.core.counters import without_counters

if TYPE_CHECKING:
    from bot.model import Item

_ADDRESS = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)
_WCM_PARAMETERS = ("wcm_global_context", "urile", "contentidr")
_LIFERAY_PARAMETER = re.compile(r"_(?:articleid|urltitle|assetentryid|entryid|newsid|fileentryid)$|^articleid$")
_LIFERAY_PATH = re.compile(r"/-/(?:view_content|asset_publisher)/(?:[^/]+/){0,20}?(?:id/)?(\d{3,})(?=[/\-.?]|$)")
_ARTICLE_PARAMETER = re.compile(
    r"^(?:itemid|newsid|news_id|articleid|article_id|tinid|idtin|id_tin|baivietid|contentid|content_id|postid|docid)$"
)
_NUMBERED = re.compile(
    r"^(?P<slug>[^/]*?[a-z][^/]*?)[-_.]?(?P<letter>[a-z]{0,5})(?P<number>\d{3,})(?:\.(?:html?|aspx?|tpo|ldo|chn|epi|vnp))?$"
)
_ENDS_IN_NUMBER = re.compile(r"\d{3}(?:\.(?:html?|aspx?|tpo|ldo|chn|epi|vnp))?$")
"""Asked first: where no number ends the page, the pattern above tries every slug, for minutes if it is long."""
_NUMBER_OF_TEXT = re.compile(r"(?:^|[-_])(?:so|nam|ngay|dieu|top|covid|no|year)[-_]?$")
_YEAR = re.compile(r"^(?:19|20)\d\d$")

_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
_RARER = re.compile("[\u0483-\U0010ffff]")
"""Combining marks are rare beyond the first range: each character there is asked for."""

_WORD = re.compile(r"\w+")
_CACHED: Final = 32_768
"""Vietnamese is written in few syllables: nearly all of a text was folded before."""

_WORDS_OF_A_TITLE = 4
_LETTERS_OF_A_SUMMARY = 20
_SUMMARY_COMPARED = 80
_LONG = 200


def keys_of(
    *,
    guid: str | None,
    url: str | None,
    title: str,
    published_at: datetime | None,
    date_only: bool,
    summary: str | None,
    timezone: str = "Asia/Ho_Chi_Minh",
) -> tuple[str, ...]:
    """The keys of an item, strongest first; at least one, whatever the portal left out.

    `url` is absolute; `timezone` names the source's zone, in which a date without a time is a day.
    """
    keys = [*_guid_keys(guid), *_address_keys(url)]
    weak = _same_key(title, published_at, date_only, summary, timezone)
    if weak is None and not keys:
        weak = _last_resort(title, published_at, summary)
    if weak is not None:
        keys.append(weak)
    return tuple(dict.fromkeys(keys))


def shows_item(url: str, item: Item) -> bool:
    """Whether *url*, where the item's address led, is still an address of that item."""
    if item.url is not None and canonical(url) == canonical(item.url):
        return True
    return not set(item.keys).isdisjoint(_address_keys(url))


def distinct(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items without the keys that two of them share although both address and title differ.

    A guid that a portal writes on every item, or an address that leads to the same page for all, identifies nothing.
    """
    bearers: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for item in items:
        for key in item.keys:
            bearers[key].add((item.url or "", _folded(item.title)))
    worthless = {key for key, seen in bearers.items() if _are_strangers(key, seen)}
    return tuple(_without(item, worthless) for item in items)


def _are_strangers(key: str, bearers: set[tuple[str, str]]) -> bool:
    titles = {title for _, title in bearers}
    addresses = {canonical(url) for url, _ in bearers if url}
    if len(titles) < 2:
        return False
    return key.startswith("url:") or len(addresses) > 1 or len(bearers) > 2


def _without(item: Item, worthless: set[str]) -> Item:
    kept = tuple(key for key in item.keys if key not in worthless)
    if kept == item.keys:
        return item
    return replace(item, keys=kept or (_last_resort(item.title, item.published_at, item.summary),))


def _guid_keys(guid: str | None) -> list[str]:
    """A guid counts without the blanks around it; one that is an address, without scheme and host alias.

    A portal's bare home address as a guid says nothing.
    """
    text = unicodedata.normalize("NFC", " ".join((guid or "").split()))
    if not text:
        return []
    if _ADDRESS.match(text):
        address = repair(text)
        if address is None:
            return [_bounded("guid", text)]
        return [_bounded("guid", canonical(address))] if _names_a_page(address) else []
    return [_bounded("guid", text)]


def _address_keys(url: str | None) -> list[str]:
    """The content's id, where the platform's form of address is known; then the canonical address.

    A WebSphere address whose page is named by state alone (`!ut/p/...`) is shared by all articles of that page: it
    gives no key of its own. An address without path and query is the portal's home: neither.
    """
    if not url or not _names_a_page(url):
        return []
    portal = _websphere(url)
    if portal:
        return [_bounded("id", portal)]
    keys = [_bounded("id", found) for found in (_liferay(url), _parameter(url), *_numbered(url)) if found]
    if not state_only(url) or "?" in canonical(url):
        keys.append(_bounded("url", canonical(url)))
    return keys


def _names_a_page(url: str) -> bool:
    return canonical(url).strip("/") != host_of(url)


def _websphere(url: str) -> str:
    """IBM WCM: the content's path stands in a parameter or after `/wps/wcm/connect`."""
    parts = urlsplit(url)
    values = {name.lower(): value for name, value in parse_qsl(parts.query)} if parts.query else {}
    path = next((values[name] for name in _WCM_PARAMETERS if values.get(name)), "")
    if not path and (found := re.search(r"/wps/(?:wcm/(?:my)?connect|poc)(/[^;?!]+)", parts.path)):
        path = unquote(found[1])
    path = re.sub(r"^(?:wcm:path:|/wps/wcm/(?:my)?connect)", "", path.strip()).rstrip("/").lower()
    return f"{host_of(url)}|wcm|{path}" if path.strip("/") else ""


def _liferay(url: str) -> str:
    """Liferay, VNPT Portal: `/-/view_content/<id>-<slug>` and its kind, or a portlet's `..._articleId=`."""
    parts = urlsplit(url)
    if found := _LIFERAY_PATH.search(parts.path):
        return f"{host_of(url)}|liferay|{found[1]}"
    for name, value in parse_qsl(parts.query) if parts.query else ():
        if value and _LIFERAY_PARAMETER.search(name.lower()):
            return f"{host_of(url)}|liferay|{value.lower()}"
    return ""


def _parameter(url: str) -> str:
    """`?ItemID=412`, `?newsid=412`: the article's number among parameters that only say where it was found.

    Lists have numbers of the same name in one site, so the page that shows it is part of the key.
    """
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query) if parts.query else ():
        if value.isdigit() and _ARTICLE_PARAMETER.match(name.lower()):
            return f"{host_of(url)}{parts.path.rstrip('/').lower()}|{name.lower()}|{value}"
    return ""


def _numbered(url: str) -> list[str]:
    """`/tin-tuc/<slug>-412.html` (NukeViet, newspapers): the folder and number survive an edited title, and slug with
    number survive another category or host alias.

    A number that belongs to the words (`-nam-2018`, `-so-412`) is no id, nor is one behind fewer than four words: who
    names pages `tin-moi-412` and `thong-bao-412` counts them apart.
    """
    folder, _, page = unquote(urlsplit(url).path).lower().rstrip("/").rpartition("/")
    found = _NUMBERED.match(page) if _ENDS_IN_NUMBER.search(page) else None
    if found is None or _YEAR.match(found["number"]) or _NUMBER_OF_TEXT.search(found["slug"]):
        return []
    keys = [f"{host_of(url)}{folder}|{found['letter']}{found['number']}"] if found["slug"].count("-") >= 3 else []
    if found["slug"].count("-") >= 2:
        keys.append(page)
    return keys


def _same_key(
    title: str, published_at: datetime | None, date_only: bool, summary: str | None, timezone: str
) -> str | None:
    """Title, time and summary, where they are enough to tell.

    Two different items may share "Thông báo" and a day, and portals repeat a long title ("Thông báo đấu giá quyền sử
    dụng đất") for two lots on one day. So there must be a date; and then either a summary that says more than the
    title, or a title of four words and the time of day.
    """
    if published_at is None:
        return None
    heading = _folded(without_counters(title))
    said = _folded(without_counters(summary or "")[: 5 * _SUMMARY_COMPARED])[:_SUMMARY_COMPARED].rstrip()
    if len(said) < _LETTERS_OF_A_SUMMARY or heading.startswith(said):
        said = ""
    if not said and (date_only or len(heading.split()) < _WORDS_OF_A_TITLE):
        return None
    if not heading:
        return None
    local = published_at.astimezone(ZoneInfo(timezone))
    when = f"{local:%Y-%m-%d}" if date_only else f"{local:%Y-%m-%dT%H:%M}"
    return _digest(heading, when, said)


def _last_resort(title: str, published_at: datetime | None, summary: str | None) -> str:
    when = published_at.isoformat() if published_at else ""
    return _digest(_folded(without_counters(title)), when, _folded(without_counters(summary or "")))


def _digest(*parts: str) -> str:
    return "same:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _bounded(kind: str, text: str) -> str:
    if len(text) <= _LONG:
        return f"{kind}:{text}"
    return f"{kind}:{text[:100]}#{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _without_mark(found: re.Match[str]) -> str:
    return "" if unicodedata.combining(found[0]) else found[0]


def _folded(text: str) -> str:
    """Bare letters and digits in words: marks, case, dashes and quotes come and go when a portal retypes a title.

    Its own rule, not the search's: stored keys must not change when search learns something.
    """
    return " ".join(filter(None, map(_folded_piece, text.split())))


@lru_cache(maxsize=_CACHED)
def _folded_piece(piece: str) -> str:
    bare = unicodedata.normalize("NFKD", piece.casefold()).replace("đ", "d")
    bare = _RARER.sub(_without_mark, _MARKS.sub("", bare))
    return " ".join(_WORD.findall(bare))
