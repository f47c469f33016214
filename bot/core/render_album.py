"""A picture album as a Telegram message: its first pictures as one album, or a text with links to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.html import bold, clip, escape, italic, link_of, linked, struck, visible
from bot.core.style import Style, mark_of, source_title
from bot.model import AlbumPicture, Button, Item, Photo, Rendered, StoredItem

MOST_PHOTOS: Final = 10
"""Of one album of Telegram (https://core.telegram.org/bots/api#sendmediagroup)."""
LONGEST_TITLE: Final = 300
LONGEST_CAPTION: Final = 120


def album(stored: StoredItem, style: Style) -> Rendered:
    """A pushed album, which says why it came. Telegram shows no buttons under several pictures: the title is a link."""
    say = style.words.say
    if stored.recall:
        mark = f"{struck(album_title(stored.item, style))}\n{italic(mark_of(stored, style))}"
        return Rendered(text=mark, photos=_photos(stored.item, mark))
    mark = mark_of(stored, style)
    lines = (italic(mark), escape(source_title(stored.item.source_id, style)), italic(say("push.why.albums")))
    return _shown(stored.item, "\n".join(line for line in lines if line), style)


def album_plain(stored: StoredItem, style: Style) -> Rendered:
    """The same without pictures, markup and buttons."""
    item, say = stored.item, style.words.say
    if stored.recall:
        return Rendered(text=f"{album_title(item, style)}\n{mark_of(stored, style)}", html=False)
    lines = [f"📷 {album_title(item, style)}", link_of(item.url)[:500]]
    lines += ["", *filter(None, (mark_of(stored, style), source_title(item.source_id, style), say("push.why.albums")))]
    return Rendered(text="\n".join(lines), html=False)


def under_pictures(plain: Rendered, stored: StoredItem) -> Rendered:
    """The text *plain* for a message that was sent before: it stands under the album's pictures where it has some."""
    return replace(plain, photos=_photos(stored.item, plain.text))


def newest_album(stored: StoredItem, style: Style) -> Rendered:
    """The album as an answer to somebody who asked for it."""
    return _shown(stored.item, escape(source_title(stored.item.source_id, style)), style)


def album_title(item: Item, style: Style, units: int = LONGEST_TITLE) -> str:
    """The album's title in plain text; words that say what it is where the portal gave none."""
    return clip(visible(item.title), units) or style.words.say("album.untitled")


def _shown(item: Item, foot: str, style: Style) -> Rendered:
    say, url = style.words.say, link_of(item.url)
    title = album_title(item, style)
    head = f"📷 <b>{linked(title, url)}</b>" if url else f"📷 {bold(title)}"
    shown = _openable(item)[:MOST_PHOTOS]
    links = [linked(_caption(number, picture, style), picture.url) for number, picture in enumerate(shown, 1)]
    if len(item.pictures) > len(shown):
        links.append(escape(say("album.more", count=len(item.pictures) - len(shown))))
    return Rendered(
        text="\n\n".join(part for part in (head, "\n".join(links), foot) if part),
        buttons=((Button(text=say("album.open"), url=url),),) if url else (),
        preview_url=shown[0].url if shown else "",
        large_preview=True,
        photos=_photos(item, f"{head}\n\n{foot}"),
    )


def _photos(item: Item, caption: str) -> tuple[Photo, ...]:
    """Only the first one has a caption: of several, Telegram shows none under the album."""
    shown = _openable(item)[:MOST_PHOTOS]
    return tuple(Photo(url=each.url, caption="" if place else caption) for place, each in enumerate(shown))


def _openable(item: Item) -> list[AlbumPicture]:
    return [each for each in item.pictures if link_of(each.url)]


def _caption(number: int, picture: AlbumPicture, style: Style) -> str:
    said = clip(visible(picture.caption), LONGEST_CAPTION)
    if not said:
        return style.words.say("album.picture.bare", number=number)
    return style.words.say("album.picture", number=number, caption=said)
