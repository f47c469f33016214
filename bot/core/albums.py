"""Portals and their picture albums: which sources are one portal, which album is which. Pure.

An album's address alone does not name it (many portals show every album on one gallery page), nor does its title
("Hình ảnh hoạt động"), nor a picture (a cover that all of them share). Two of the three together do.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from bot.core.address import canonical, host_of, same_site
from bot.core.text import fold
from bot.model import Album, Item, Source

PICTURES_COMPARED: Final = 10
"""Of an album; the first ones are those that a home page shows."""
MADE_ANEW: Final = 3
"""So many albums at once, none of them known, are a portal made anew rather than news."""


def home_of(url: str) -> str:
    """The home page of the portal that answers at *url*."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def portals_of(sources: Iterable[Source]) -> tuple[tuple[str, ...], ...]:
    """The sources of each portal by id, in the order of *sources*; a feed by itself names no portal."""
    groups: dict[tuple[str, int | None], list[str]] = {}
    for source in sources:
        if source.kind != "feed":
            groups.setdefault((host_of(source.url), urlsplit(source.url).port), []).append(source.id)
    return tuple(map(tuple, groups.values()))


def leaders(portals: Iterable[Sequence[str]], known: Collection[str]) -> tuple[str, ...]:
    """The ids under which *portals* are kept, in their order.

    Of the sources of one portal it is the first, unless others were so before (*known*): their followers stay.
    """
    return tuple(source_id for ids in portals for source_id in ([each for each in ids if each in known] or ids[:1]))


def album_items(albums: Sequence[Album], source_id: str, home: str) -> tuple[Item, ...]:
    """The albums that have pictures as items, in their order; those that lead away from the portal are left out."""
    shown = [each for each in albums if each.pictures and (each.url is None or same_site(each.url, home))]
    seen = Counter(picture for each in shown for picture in {_trace(picture.url) for picture in each.pictures})
    return tuple(
        Item(
            source_id=source_id,
            keys=_keys(each, {picture for picture, count in seen.items() if count > 1}),
            title=each.title,
            url=each.url or home,
            image_url=each.pictures[0].url,
            pictures=each.pictures,
        )
        for each in shown
    )


def all_unheard_of(ids: Sequence[int | None]) -> bool:
    """Whether a list of albums (their stored ids) has nothing in common with what is known."""
    return len(ids) >= MADE_ANEW and not any(ids)


def _keys(album: Album, shared: Collection[str]) -> tuple[str, ...]:
    """Address and title, address and picture, title and picture; a picture that several albums show says nothing."""
    address, title = _trace(album.url or ""), fold(album.title)
    traces = [trace for picture in album.pictures[:PICTURES_COMPARED] if (trace := _trace(picture.url)) not in shared]
    keys = [_key("address", address, title)] if title or address else []
    keys += [_key("place", address, trace) for trace in traces]
    keys += [_key("title", title, trace) for trace in traces if title]
    return tuple(dict.fromkeys(keys)) or (_key("cover", address, title, _trace(album.pictures[0].url)),)


def _key(*facts: str) -> str:
    return f"album:{facts[0]}:{hashlib.sha256(chr(0).join(facts).encode()).hexdigest()[:24]}"


def _trace(url: str) -> str:
    return canonical(url) if url else ""
