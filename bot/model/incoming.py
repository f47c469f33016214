"""Where news comes from and what it says: sources, readings, items; and what is kept of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """CSS selectors of a listing page, as an operator or a profile gives them; empty means: found by structure."""

    item: str = ""
    title: str = ""
    link: str = ""
    date: str = ""
    summary: str = ""
    image: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A portal's feed or listing, as config.toml names it."""

    id: str
    title: str
    url: str
    kind: Literal["auto", "feed", "page"] = "auto"
    every: timedelta = timedelta(minutes=5)
    every_most: timedelta | None = None
    timezone: str = "Asia/Ho_Chi_Minh"
    hosts: tuple[str, ...] = ()
    was: str = ""
    urgent: bool = False
    profile: str = ""
    selectors: Selectors = Selectors()
    ca_file: str = ""
    legacy_tls: bool = False
    merge: bool = True
    """Whether a story that another source tells too is one message with that one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a conditional GET sends back (RFC 9110, 13.1); empty strings where the server gave none."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the store remembers of a source between two readings."""

    source_id: str
    validators: Validators = Validators()
    kind: Literal["", "feed", "page"] = ""
    feed_url: str = ""
    """Where the feed really is: announced by the page, or moved for good (301); empty: the configured address."""
    hosts: tuple[str, ...] = ()
    """Hosts of the baseline's links: may be pushed too."""
    listed: tuple[int, ...] = ()
    """Ids of the stored items that the last good reading listed, in its order."""
    baseline_at: datetime | None = None
    next_poll_at: datetime | None = None
    last_attempt_at: datetime | None = None
    last_success_at: datetime | None = None
    last_item_at: datetime | None = None
    failures: int = 0
    trouble: Trouble | None = None
    trouble_since: datetime | None = None
    trouble_told: bool = False
    """The operators know of the trouble; where none is left, they do not know of its end yet."""
    paused: bool = False
    changed: bool = False
    """The operator changed its address, kind or layout since the last good reading."""
    silent_since: datetime | None = None
    """Its last item, where it has been silent for much longer than is its habit."""


class TroubleKind(StrEnum):
    """The ways in which a source can be in trouble."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    HTTP = "http"
    TOO_LARGE = "too_large"
    NOT_A_FEED = "not_a_feed"
    BROKEN = "broken"
    EMPTY = "empty"
    CHALLENGE = "challenge"
    ERROR_PAGE = "error_page"
    MOJIBAKE = "mojibake"
    REFUSED_ADDRESS = "refused_address"
    ROBOTS = "robots"
    HOSTILE = "hostile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a reading gave nothing that may be believed: one English line with the mend, and a kind for the words."""

    kind: TroubleKind
    why: str
    status: int | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A document that an article offers."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumPicture:
    """One picture of an album: the address of the picture itself, and what is said under it."""

    url: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One notice as the portal gives it, cleaned for display (NFC, no markup, no entities).

    `keys` identify it inside its source, strongest first (see `core.identity`). `doubt` says why it must be held
    rather than pushed ("foreign_host", "broken_link", "mojibake"); empty where nothing is wrong.
    """

    source_id: str
    keys: tuple[str, ...]
    title: str
    url: str | None = None
    summary: str | None = None
    published_at: datetime | None = None
    date_only: bool = False
    author: str | None = None
    image_url: str | None = None
    image_caption: str | None = None
    guid: str | None = None
    body: str | None = None
    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[AlbumPicture, ...] = ()
    """It is a picture album, which is no news: only those who follow its portal's albums are owed it."""
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that the west room lets out: the items in the document's order, or a trouble, or `not_modified`."""

    kind: Literal["", "feed", "page"] = ""
    title: str | None = None
    items: tuple[Item, ...] = ()
    validators: Validators = Validators()
    next_page: str | None = None
    feed_url: str = ""
    not_modified: bool = False
    trouble: Trouble | None = None
    fresh_for: timedelta = timedelta()
    """For how long the portal's own cache rules ask not to be asked again (RFC 9111, 4.2)."""
    hub: str = ""
    """The WebSub hub that tells of changes, and the address under which it knows the feed."""
    topic: str = ""
    pages_left: int | None = None
    """How many further pages the pager names; None where it does not say."""
    explained: tuple[str, ...] = ()
    """Why it was read like this: profile, selectors, dropped candidates; for `preview --explain`."""


class Whereabouts(StrEnum):
    """What the address of a missing item says: it answers 404 or 410 or leads elsewhere; it still shows it; neither."""

    GONE = "gone"
    THERE = "there"
    UNKNOWN = "unknown"


class Reader(Protocol):
    """The west door: fetches and reads; never raises for what a portal does, that is a `Trouble`."""

    async def read(self, source: Source, memory: Memory) -> Reading:
        """The source's newest page or feed."""

    async def read_page(self, source: Source, memory: Memory, url: str) -> Reading:
        """A further page of the source's listing (its pager's `next_page`)."""

    async def enrich(self, source: Source, items: Sequence[Item]) -> tuple[Item, ...]:
        """The same items in the same order, with lead, picture, author and body of their articles where they lack them.

        Bounded in time: an item whose article cannot be had comes back as it was.
        """

    async def whereabouts(self, source: Source, item: Item) -> Whereabouts:
        """What the item's address says of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """An item as the archive has it; `revision` rises by one with every change that its readers must see.

    Those are corrections, withdrawals and their ends, and recalls by an operator (`recall`: how).
    """

    id: int
    item: Item
    revision: int = 1
    first_seen_at: datetime
    held: str = ""
    withdrawn_at: datetime | None = None
    corrected_at: datetime | None = None
    recall: Literal["", "mark", "delete"] = ""
    story: int | None = None
    """The item of another source that told this story first."""
    also: tuple[StoredItem, ...] = ()
    """The same story as other sources tell it, where a message names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Where a walk through a source's archive pages is, newest to oldest.

    `pages` were read and `items` stored so far, dated from `newest_at` to `oldest_at`; it goes on at `next_page`. What
    lay before `since` was left out.
    """

    source_id: str
    began_url: str
    since: datetime | None = None
    next_page: str = ""
    pages: int = 0
    items: int = 0
    newest_at: datetime | None = None
    oldest_at: datetime | None = None
