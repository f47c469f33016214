"""What a portal says beside its news: about itself, linked websites, picture albums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.incoming import AlbumPicture


@dataclass(frozen=True, slots=True, kw_only=True)
class WebLink:
    """A website that the portal links to."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """A picture album: `url` is its page (None where the pictures stand on the page itself)."""

    title: str
    url: str | None = None
    pictures: tuple[AlbumPicture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Portlets:
    """What a portal's home page says beside its news; empty where it has no such portlet."""

    about: str = ""
    links: tuple[WebLink, ...] = ()
    albums: tuple[Album, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalPage:
    """What is kept of a portal's portlets, under the id of its first source.

    `albums` are the ids of stored items, in the order in which the portal listed them last. Nothing is news before
    `baseline_at`, the first reading that had albums.
    """

    source_id: str
    home: str = ""
    about: str = ""
    links: tuple[WebLink, ...] = ()
    albums: tuple[int, ...] = ()
    baseline_at: datetime | None = None
    read_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
