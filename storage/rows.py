"""Rows into nouns and back: the only place that knows how a noun lies in its table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from sqlite3 import Row
from typing import Any, assert_never

from bot.model import (
    AlbumPicture,
    Attachment,
    Chat,
    ChatKind,
    Follow,
    Followed,
    Item,
    Memory,
    Pushed,
    QuietHours,
    Reason,
    StoredItem,
    Trouble,
    TroubleKind,
    Validators,
    Watch,
    Watched,
)
from storage.instants import from_ms, maybe_instant, maybe_ms, span_ms, to_ms
from storage.recognition import strongest_first


def as_json(values: Iterable[object]) -> str:
    """A list parameter for `json_each`."""
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


def as_object(values: Mapping[str, object]) -> str:
    """A parameter of names and values for `json_each`, which takes it apart faster than a list of lists."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def reason_text(reason: Reason) -> str:
    """A reason as the notes keep it: "follow:<source>", "watch:<query>" or "push:<who>"."""
    match reason:
        case Followed(source_id=source_id):
            return f"follow:{source_id}"
        case Watched(query=query):
            return f"watch:{query}"
        case Pushed(by=by):
            return f"push:{by}"
        case _:
            assert_never(reason)


def reason_of(text: str) -> Reason:
    """The inverse of `reason_text`."""
    kind, _, rest = text.partition(":")
    match kind:
        case "follow":
            return Followed(source_id=rest)
        case "watch":
            return Watched(query=rest)
        case "push":
            return Pushed(by=rest)
        case _:
            raise ValueError(f"a note's reason is {text!r}")


def stored_of(row: Row) -> StoredItem:
    """A row of `items` with its `keys` as a JSON list."""
    item = Item(
        source_id=row["source_id"],
        keys=strongest_first(json.loads(row["keys"])),
        title=row["title"],
        url=row["url"],
        summary=row["summary"],
        published_at=maybe_instant(row["published_at"]),
        date_only=bool(row["date_only"]),
        author=row["author"],
        image_url=row["image_url"],
        image_caption=row["image_caption"],
        guid=row["guid"],
        body=row["body"],
        attachments=tuple(Attachment(**each) for each in json.loads(row["attachments"])),
        pictures=tuple(AlbumPicture(**each) for each in json.loads(row["pictures"] or "[]")),
        doubt=row["held"],
    )
    return StoredItem(
        id=row["id"],
        item=item,
        revision=row["revision"],
        first_seen_at=from_ms(row["first_seen_at"]),
        held=row["held"],
        withdrawn_at=maybe_instant(row["withdrawn_at"]),
        corrected_at=maybe_instant(row["corrected_at"]),
        recall=row["recall"],
        story=row["story"],
    )


def row_of(stored: StoredItem, origin: str) -> dict[str, Any]:
    """The parameters that insert *stored*; ordered by publication, or by first sight where that lies ahead."""
    item = stored.item
    seen = to_ms(stored.first_seen_at)
    published = maybe_ms(item.published_at)
    return {
        "id": stored.id,
        "source_id": item.source_id,
        "title": item.title,
        "url": item.url,
        "summary": item.summary,
        "body": item.body,
        "author": item.author,
        "image_url": item.image_url,
        "image_caption": item.image_caption,
        "guid": item.guid,
        "attachments": attachments_text(item),
        "pictures": pictures_text(item),
        "published_at": published,
        "date_only": int(item.date_only),
        "first_seen_at": seen,
        "sort_at": seen if published is None or published > seen else published,
        "held": stored.held,
        "withdrawn_at": maybe_ms(stored.withdrawn_at),
        "origin": origin,
    }


def attachments_text(item: Item) -> str:
    """The attachments as their column keeps them."""
    if not item.attachments:
        return "[]"
    return as_json({"title": each.title, "url": each.url} for each in item.attachments)


def pictures_text(item: Item) -> str:
    """The pictures of an album as their column keeps them; empty where it is none."""
    return as_json({"url": each.url, "caption": each.caption} for each in item.pictures) if item.pictures else ""


def chat_of(row: Row) -> Chat:
    """A row that has the columns of `chats`, with its id as `chat_id`."""
    return Chat(
        id=row["chat_id"],
        telegram_id=row["telegram_id"],
        kind=ChatKind(row["kind"]),
        title=row["title"],
        language=row["language"],
        timezone=row["timezone"],
        quiet=None if row["quiet_start"] is None else QuietHours(start=row["quiet_start"], end=row["quiet_end"]),
        paused=row["paused"],
        paused_at=maybe_instant(row["paused_at"]),
    )


def follow_of(row: Row) -> Follow:
    """A row of `follows`."""
    return Follow(chat_id=row["chat_id"], thread=row["thread"], source_id=row["source_id"], since=from_ms(row["since"]))


def watch_of(row: Row) -> Watch:
    """A row of `watches`."""
    return Watch(
        id=row["id"],
        chat_id=row["chat_id"],
        thread=row["thread"],
        query=row["query"],
        sources=tuple(json.loads(row["sources"])),
        since=from_ms(row["since"]),
        last_match_at=maybe_instant(row["last_match_at"]),
    )


def memory_of(row: Row) -> Memory:
    """A row of `sources`; an archive has no kind that a reading could have."""
    return Memory(
        source_id=row["id"],
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
        kind="" if row["kind"] == "archive" else row["kind"],
        feed_url=row["feed_url"],
        hosts=tuple(json.loads(row["hosts"])),
        listed=tuple(json.loads(row["listed"])),
        baseline_at=maybe_instant(row["baseline_at"]),
        next_poll_at=maybe_instant(row["next_poll_at"] or None),
        last_attempt_at=maybe_instant(row["last_attempt_at"]),
        last_success_at=maybe_instant(row["last_success_at"]),
        last_item_at=maybe_instant(row["last_item_at"]),
        failures=row["failures"],
        trouble=None if row["trouble"] is None else trouble_of(row["trouble"]),
        trouble_since=maybe_instant(row["trouble_since"]),
        trouble_told=bool(row["trouble_told"]),
        paused=bool(row["paused"]),
        changed=bool(row["changed"]),
        silent_since=maybe_instant(row["silent_since"]),
    )


def trouble_text(trouble: Trouble) -> str:
    """A trouble as its column keeps it."""
    wait = None if trouble.retry_after is None else span_ms(trouble.retry_after)
    return json.dumps(
        {"kind": trouble.kind, "why": trouble.why, "status": trouble.status, "wait_ms": wait}, ensure_ascii=False
    )


def trouble_of(text: str) -> Trouble:
    """The inverse of `trouble_text`."""
    told = json.loads(text)
    wait = told["wait_ms"]
    return Trouble(
        kind=TroubleKind(told["kind"]),
        why=told["why"],
        status=told["status"],
        retry_after=None if wait is None else timedelta(milliseconds=wait),
    )
