"""The pretend portal's newsroom: items, and the invented province they tell of."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalItem:
    """One published item. `link` and `guid` empty: made from the id. Dates are aware."""

    id: int
    title: str
    summary: str
    published_at: datetime
    updated_at: datetime
    body: tuple[str, ...] = ()
    author: str = "Ban Biên tập"
    category: str = "Tin tức - Sự kiện"
    caption: str = ""
    link: str = ""
    guid: str = ""

    @property
    def path(self) -> str:
        """Its page at the portal; an edited title changes it, as portals do, but the number decides."""
        return f"/tin-tuc/{slug(self.title)}-{self.id}.html"

    @property
    def picture_path(self) -> str:
        """Its picture at the portal."""
        return f"/anh/{self.id}.png"

    def url(self, root: str) -> str:
        """Its absolute address."""
        return self.link or root + self.path

    def key(self) -> str:
        """Its guid in feeds."""
        return self.guid or f"lamgiang_tin_{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Website:
    """A linked website."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """A picture album; pictures are numbers under /anh/."""

    title: str
    pictures: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """What the portal says of itself."""

    name: str
    province: str
    motto: str
    address: str
    phone: str
    about: tuple[str, ...]
    links: tuple[Website, ...]
    albums: tuple[Album, ...]


def load_province() -> Province:
    """The invented province of the data file."""
    told = _told()
    portal = told["portal"]
    return Province(
        name=portal["name"],
        province=portal["province"],
        motto=portal["motto"],
        address=portal["address"],
        phone=portal["phone"],
        about=tuple(portal["about"]),
        links=tuple(Website(**link) for link in told["links"]),
        albums=tuple(Album(title=album["title"], pictures=tuple(album["pictures"])) for album in told["albums"]),
    )


def load_news(now: datetime) -> list[PortalItem]:
    """The demo's items, oldest first, dated back from *now*; ids count up from 101."""
    oldest_first = sorted(_told()["items"], key=lambda told: -told["age"])
    news = []
    for number, told in enumerate(oldest_first, 101):
        published_at = now.replace(second=0, microsecond=0) - timedelta(minutes=told["age"])
        item = PortalItem(
            id=number,
            title=told["title"],
            summary=told["summary"],
            published_at=published_at,
            updated_at=published_at,
            body=tuple(told["body"]),
            author=told["author"],
            category=told["category"],
            caption=told["caption"],
        )
        news.append(item)
    return news


def slug(title: str) -> str:
    """The title in ASCII letters, digits and hyphens, at most 80 characters."""
    bare = unicodedata.normalize("NFD", title.lower().replace("đ", "d"))
    ascii_only = bare.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:80].rstrip("-") or "tin"


def _told() -> dict[str, Any]:
    return tomllib.loads(files("bot.simulator").joinpath("portal_news.toml").read_text("utf-8"))
