"""What portals say beside their news: /about, /links, /photos; and the wish to be sent new albums."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands.choices import Chosen, Unknown, choose, name_of, names_of
from bot.chats.desk import Caller
from bot.chats.wording import fitting, sentence
from bot.core.html import clip, escape, link_of, linked, visible, visible_lines
from bot.core.render_album import album_title, newest_album
from bot.model import ALBUMS, EVERY_SOURCE, Button, PortalPage, Rendered, StoredItem

_Show: TypeAlias = Callable[[Clerk, Caller, PortalPage], Awaitable[None]]

_ABOUT_MOST: Final = 3_000
_LONGEST_LINK: Final = 100
_OTHER_ALBUMS: Final = 8
_MOST_CHOICES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Portlet:
    """One kind of portlet: how it is shown, what is said where there is none or several, and its buttons' verb."""

    show: _Show
    none: str
    choose: str
    verb: str


async def about(clerk: Clerk, caller: Caller, words: str) -> None:
    """What a portal says of itself: `/about tdkt`; with several portals and no name, buttons."""
    pages = [page for page in await _pages(clerk) if page.about]
    portlet = _Portlet(show=_show_about, none="about.none", choose="about.choose", verb="j")
    await _show(clerk, caller, words, pages, portlet)


async def links(clerk: Clerk, caller: Caller, words: str) -> None:
    """The websites that a portal links to."""
    pages = [page for page in await _pages(clerk) if page.links]
    portlet = _Portlet(show=_show_links, none="links.none", choose="links.choose", verb="k")
    await _show(clerk, caller, words, pages, portlet)


async def photos(clerk: Clerk, caller: Caller, words: str) -> None:
    """A portal's newest picture album, the titles of those before it, and a button to be sent new ones."""
    pages = [page for page in await _pages(clerk) if page.albums]
    portlet = _Portlet(show=_show_photos, none="photos.none", choose="photos.choose", verb="c")
    await _show(clerk, caller, words, pages, portlet)


async def follow_albums(clerk: Clerk, caller: Caller, words: str) -> None:
    """Owe the portal's new albums to this chat from now on."""
    if words not in clerk.desk.sources:
        return
    store, now = clerk.desk.store, clerk.desk.clock()
    if caller.chat.paused:
        await store.chats.resume(caller.chat.id, now)
    await store.chats.follow(caller.chat.id, caller.thread, words + ALBUMS, now)
    end = (button(caller.words.say("button.unfollow"), "e", words),)
    await clerk.tell(caller, "photos.followed", end, source=name_of(words, clerk, caller.words))


async def end_albums(clerk: Clerk, caller: Caller, words: str) -> None:
    """The reverse."""
    if words not in clerk.desk.sources:
        return
    now = clerk.desk.clock()
    await clerk.desk.store.chats.unfollow(caller.chat.id, caller.thread, words + ALBUMS, now)
    again = (button(caller.words.say("button.follow_albums"), "a", words),)
    await clerk.tell(caller, "photos.unfollowed", again, source=name_of(words, clerk, caller.words))


async def _pages(clerk: Clerk) -> tuple[PortalPage, ...]:
    return await clerk.desk.store.portals.all(tuple(clerk.desk.sources))


async def _show(clerk: Clerk, caller: Caller, words: str, pages: Sequence[PortalPage], portlet: _Portlet) -> None:
    """The one portal that is meant; buttons where several are; a word where there is none."""
    match choose(words, clerk.desk.sources):
        case Unknown(name=name):
            await clerk.tell(caller, "follow.unknown", name=name, known=names_of(clerk.desk.sources))
            return
        case Chosen(source_id=source_id) if source_id != EVERY_SOURCE:
            pages = [page for page in pages if page.source_id == source_id] or list(pages)
        case _:
            pass
    if not pages:
        await clerk.tell(caller, portlet.none)
    elif len(pages) == 1:
        await portlet.show(clerk, caller, pages[0])
    else:
        say = caller.words
        rows = [(button(name_of(page.source_id, clerk, say), portlet.verb, page.source_id),) for page in pages]
        await clerk.tell(caller, portlet.choose, *rows[:_MOST_CHOICES])


async def _show_about(clerk: Clerk, caller: Caller, page: PortalPage) -> None:
    head = sentence(caller.words, "about.head", source=name_of(page.source_id, clerk, caller.words))
    text = f"{head}\n\n{escape(clip(visible_lines(page.about), _ABOUT_MOST))}"
    await clerk.answer(caller, Rendered(text=text, buttons=_home(caller, page)))


async def _show_links(clerk: Clerk, caller: Caller, page: PortalPage) -> None:
    head = sentence(caller.words, "links.head", source=name_of(page.source_id, clerk, caller.words))
    lines = [f"• {linked(clip(visible(each.title), _LONGEST_LINK), link_of(each.url))}" for each in page.links]
    await clerk.answer(caller, Rendered(text=fitting([head, "", *lines]), buttons=_home(caller, page)))


async def _show_photos(clerk: Clerk, caller: Caller, page: PortalPage) -> None:
    """First the pictures: Telegram shows no buttons under them, so the rest is a message of its own."""
    albums = await clerk.desk.store.items.many(page.albums)
    if not albums:
        await clerk.tell(caller, "photos.none")
        return
    style = clerk.style(caller.words)
    await clerk.speaker.say(caller.address, newest_album(albums[0], style))
    head = sentence(caller.words, "photos.head", source=name_of(page.source_id, clerk, caller.words))
    others = [_line(each, clerk, caller) for each in albums[1 : 1 + _OTHER_ALBUMS]]
    before = ["", sentence(caller.words, "photos.others"), *others] if others else []
    rendered = Rendered(text=fitting([head, *before]), buttons=(await _wish(clerk, caller, page),))
    await clerk.answer(replace(caller, shown=0), rendered)


def _line(album: StoredItem, clerk: Clerk, caller: Caller) -> str:
    return f"• {linked(album_title(album.item, clerk.style(caller.words), _LONGEST_LINK), link_of(album.item.url))}"


async def _wish(clerk: Clerk, caller: Caller, page: PortalPage) -> tuple[Button, ...]:
    """To follow the portal's albums, or to follow them no longer."""
    follows = await clerk.desk.store.chats.follows(caller.chat.id)
    followed = {follow.source_id for follow in follows if follow.thread == caller.thread}
    if page.source_id + ALBUMS in followed:
        return (button(caller.words.say("button.end_albums"), "e", page.source_id),)
    return (button(caller.words.say("button.follow_albums"), "a", page.source_id),)


def _home(caller: Caller, page: PortalPage) -> tuple[tuple[Button, ...], ...]:
    url = link_of(page.home)
    return ((Button(text=caller.words.say("button.home"), url=url),),) if url else ()
