"""What people read of portals beside the news, and the stored text of an article."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chats.commands import table
from bot.chats.sender import TelegramSender
from bot.chats.words import words_for
from bot.core.albums import album_items
from bot.core.render import READ, push
from bot.core.style import Style
from bot.model import Address, Album, AlbumPicture, ChatKind, Followed, PortalPage, Portlets, StoredItem, WebLink
from bot.simulator import Fault
from tests.fakes import notice
from tests.rooms.chats.scene import ADMIN, GROUP, MEMBER, PERSON, Scene, buttons

HOME = "https://portal.example/"
LINKS = (WebLink(title="Sở Nội vụ <tỉnh>", url="https://noivu.example/"),)
SENTENCES = "Phong trào thi đua lan rộng khắp các xã, phường. " * 20
BODY = "\n\n".join(f"Đoạn {number}. {SENTENCES}" for number in range(40))


def an_album(number: int, pictures: int = 3) -> Album:
    shown = tuple(AlbumPicture(url=f"{HOME}anh/{number}-{each}.jpg") for each in range(pictures))
    return Album(title=f"Album số {number}", url=f"{HOME}album/{number}", pictures=shown)


async def read(desk: Scene, *albums: Album, source_id: str = "tdkt", about: str = "Ban Thi đua & Khen thưởng") -> None:
    """The portal was looked at."""
    await desk.store.portals.keep(
        PortalPage(source_id=source_id, home=HOME),
        Portlets(about=about, links=LINKS, albums=albums),
        album_items(albums, source_id, HOME),
        now=desk.clock(),
        next_at=desk.clock() + timedelta(hours=6),
    )


async def pushed(desk: Scene, chat_id: int, body: str | None = BODY) -> StoredItem:
    """An article with its button, as it is pushed to a chat."""
    await desk.publish(notice("Tin nền", 1), baseline=True)
    (stored,) = await desk.publish(notice("Tuyên dương 68 điển hình", 2, body=body))
    chat = await desk.chat(chat_id)
    style = Style(words=words_for("vi"), sources=desk.desk.sources)
    address = Address(chat_id=chat.id, telegram_id=chat_id, kind=chat.kind)
    await TelegramSender(desk.application.bot).send(address, push(stored, (Followed(source_id="tdkt"),), style))
    return stored


def photos(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [message for message in messages if "photo" in message]


@pytest.mark.parametrize("asked", ["/about", "/gioithieu", "/about tdkt"])
async def test_about_says_what_the_portal_says(desk: Scene, asked: str) -> None:
    await read(desk)
    assert "Ban Thi đua & Khen thưởng" in await desk.ask(PERSON, asked)
    assert buttons(desk.last(PERSON)) == ["🏠 Trang chủ"]
    desk.no_harm()


@pytest.mark.parametrize("asked", ["/links", "/lienket"])
async def test_links_lists_the_websites(desk: Scene, asked: str) -> None:
    await read(desk)
    assert "• Sở Nội vụ <tỉnh>" in await desk.ask(PERSON, asked)


@pytest.mark.parametrize("asked", ["/about", "/links", "/photos"])
async def test_before_the_first_look_it_is_said_that_nothing_is_known_yet(desk: Scene, asked: str) -> None:
    assert "vài lần mỗi ngày" in await desk.ask(PERSON, asked)
    desk.no_harm()


async def test_the_newest_album_comes_as_pictures_and_the_others_as_links(desk: Scene) -> None:
    await read(desk, an_album(2, pictures=4), an_album(1))
    said = await desk.answers(PERSON, "/anh")
    shown = photos(list(said))
    assert len(shown) == 4
    assert len({message["media_group_id"] for message in shown}) == 1
    assert "Album số 2" in shown[0]["caption"]
    assert "Album số 1" in said[-1]["text"]
    assert buttons(said[-1]) == ["🔔 Nhận album mới"]
    desk.no_harm()


async def test_albums_are_followed_and_ended_by_their_buttons(desk: Scene) -> None:
    await read(desk, an_album(1))
    await desk.ask(PERSON, "/photos")
    assert "Đã đăng ký album ảnh" in await desk.press(PERSON, "Nhận album mới")
    assert await desk.followed(PERSON) == [(0, "tdkt/anh")]
    assert "Ảnh: Tin tức - Sự kiện" in await desk.ask(PERSON, "/settings")
    await desk.ask(PERSON, "/photos")
    assert "Đã thôi gửi album" in await desk.press(PERSON, "Thôi nhận album mới")
    assert await desk.followed(PERSON) == []
    desk.no_harm()


async def test_a_subscription_to_albums_is_ended_like_any_other(wide_desk: Scene) -> None:
    await wide_desk.ask(PERSON, "/subscribe tdkt/anh")
    await wide_desk.ask(PERSON, "/subscribe cchc")
    assert await wide_desk.followed(PERSON) == [(0, "cchc"), (0, "tdkt/anh")]
    await wide_desk.ask(PERSON, "/unsubscribe")
    await wide_desk.press(PERSON, "Ảnh: Tin tức")
    assert await wide_desk.followed(PERSON) == [(0, "cchc")]
    wide_desk.no_harm()


async def test_in_a_group_only_administrators_follow_albums(desk: Scene) -> None:
    desk.group()
    await read(desk, an_album(1))
    await desk.ask(GROUP, "/photos", user_id=MEMBER)
    await desk.press(GROUP, "Nhận album mới", user_id=MEMBER)
    assert await desk.followed(GROUP) == []
    await desk.press(GROUP, "Nhận album mới", user_id=ADMIN)
    assert await desk.followed(GROUP) == [(0, "tdkt/anh")]


async def test_with_several_portals_there_are_buttons(wide_desk: Scene) -> None:
    await read(wide_desk, an_album(1))
    await read(wide_desk, an_album(2), source_id="cchc", about="Cổng cải cách")
    assert "cổng nào" in await wide_desk.ask(PERSON, "/about")
    assert "Cổng cải cách" in await wide_desk.press(PERSON, "Cải cách hành chính")
    await wide_desk.ask(PERSON, "/photos")
    await wide_desk.press(PERSON, "Tin tức - Sự kiện")
    assert "Album số 1" in photos(wide_desk.telegram.sent(PERSON))[0]["caption"]
    wide_desk.no_harm()


async def test_an_album_whose_pictures_telegram_cannot_have_comes_as_links(desk: Scene) -> None:
    await read(desk, an_album(1))
    why = "Bad Request: failed to get HTTP URL content"
    desk.telegram.fault(Fault(kind="error", methods=("sendMediaGroup",), code=400, description=why))
    said = list(await desk.answers(PERSON, "/photos"))
    assert photos(said) == []
    assert "Ảnh 1" in said[0]["text"]
    assert len([entity for entity in said[0]["entities"] if entity["type"] == "text_link"]) == 4


async def test_the_full_text_comes_in_parts_below_the_push(desk: Scene) -> None:
    await desk.ask(PERSON, "/start")
    await pushed(desk, PERSON)
    push_message = desk.last(PERSON)
    assert buttons(push_message) == [words_for("vi").say("push.open"), "📖 Đọc toàn văn"]
    await desk.press(PERSON, "Đọc toàn văn")
    parts = desk.telegram.sent(PERSON, after=push_message["message_id"])
    assert len(parts) == 5
    assert parts[0]["text"].startswith("Tuyên dương 68 điển hình")
    assert "đọc tiếp trên cổng" in parts[-1]["text"]
    assert desk.telegram.sent(PERSON)[-6]["text"] == push_message["text"]
    desk.no_harm()


async def test_a_group_gets_few_parts_and_a_channel_none(desk: Scene) -> None:
    desk.group()
    await desk.ask(GROUP, "/help", user_id=MEMBER)
    stored = await pushed(desk, GROUP)
    shown = desk.last(GROUP)["message_id"]
    await desk.press(GROUP, "Đọc toàn văn", user_id=MEMBER)
    assert len(desk.telegram.sent(GROUP, after=shown)) == 2
    channel = -5001
    desk.telegram.chat(channel, type=ChatKind.CHANNEL.value)
    chat = await desk.store.chats.meet(channel, ChatKind.CHANNEL, "Kênh", "vi", desk.clock())
    address = Address(chat_id=chat.id, telegram_id=channel, kind=ChatKind.CHANNEL)
    style = Style(words=words_for("vi"), sources=desk.desk.sources)
    await TelegramSender(desk.application.bot).send(address, push(stored, (Followed(source_id="tdkt"),), style))
    before = desk.last(channel)["message_id"]
    desk.telegram.press(channel, before, text="Đọc toàn văn", user_id=MEMBER)
    await desk.handle()
    assert desk.telegram.sent(channel, after=before) == []


async def test_a_forged_button_shows_nothing_that_is_held(desk: Scene) -> None:
    await desk.ask(PERSON, "/start")
    await desk.publish(notice("Tin nền", 1), baseline=True)
    (held,) = await desk.publish(notice("Cá cược", 2, body="Nhà cái", doubt="foreign_host"))
    for data in (f"b:{held.id}", "b:999999", "b:x", "b:-1", "b:"):
        desk.telegram.press_forged(PERSON, desk.last(PERSON)["message_id"], data)
        await desk.handle()
        assert "không còn đọc được" in desk.last(PERSON)["text"]
    desk.no_harm()


async def test_an_item_without_a_stored_text_has_no_such_button(desk: Scene) -> None:
    await desk.ask(PERSON, "/start")
    await pushed(desk, PERSON, body=None)
    assert buttons(desk.last(PERSON)) == [words_for("vi").say("push.open")]


def test_no_two_buttons_have_one_verb() -> None:
    """A dictionary would let the later one win, in silence."""
    written = Path(table.__file__).read_text("utf-8").partition("BUTTONS")[2]
    verbs = re.findall(r'names=\("([a-z]+)",\)', written)
    assert len(verbs) > 10
    assert len(verbs) == len(set(verbs))
    assert READ not in verbs
