"""Link preview cards: what a page on this machine says of itself in its og: tags."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.simulator.telegram_html import accepted_url

_META = re.compile(r"<meta\s[^>]*>", re.IGNORECASE)
_PROPERTY = re.compile(r"""(?:property|name)=["']og:(title|description|image|site_name)["']""", re.IGNORECASE)
_CONTENT = re.compile(r"""content=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg)$", re.IGNORECASE)
_MOST_BYTES = 200_000
_REMEMBER = 200


class Previews:
    """Cards by address. Only pages on loopback are read: the pretence needs no network."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    async def card(self, address: str) -> dict[str, str]:
        """Fields title, description, image, site, as far as known; empty where there is nothing to show."""
        # Only addresses that the server let pass are asked for by the page; others have no card.
        if not accepted_url(address).startswith(("http://", "https://")):
            return {}
        parts = urlsplit(address)
        if _PICTURE.search(parts.path):
            return {"image": address}
        if parts.hostname != "127.0.0.1":
            return {}
        if address not in self._known:
            if len(self._known) >= _REMEMBER:
                self._known.clear()
            self._known[address] = await _read(address)
        return self._known[address]


async def _read(address: str) -> dict[str, str]:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session,
            session.get(address) as answer,
        ):
            if answer.content_type == "text/html" and answer.status == 200:
                return _card(address, (await answer.content.read(_MOST_BYTES)).decode("utf-8", "replace"))
    except (TimeoutError, aiohttp.ClientError, OSError):
        return {}
    return {}


def _card(address: str, page: str) -> dict[str, str]:
    card = {}
    for tag in _META.findall(page):
        name, content = _PROPERTY.search(tag), _CONTENT.search(tag)
        if name and content:
            card[name[1].replace("site_name", "site")] = unescape(content[1] or content[2] or "")
    if "image" in card:
        card["image"] = urljoin(address, card["image"])
    return card
