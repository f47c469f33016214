"""Albums on their way out: pictures at their price, a text where Telegram cannot have them, one line in the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.albums import album_items
from bot.model import Album, AlbumPicture, Chat, ChatKind, PortalPage, Portlets
from bot.simulator import Fault
from storage.recalls import RecallWay
from tests.outlet import DAY_AGO, Outlet, opened_outlet

HOME = "https://tinh.example.gov.vn/"


@pytest.fixture
async def outlet(tmp_path: Path) -> AsyncIterator[Outlet]:
    async with opened_outlet(tmp_path) as outlet:
        yield outlet


async def admirers(outlet: Outlet, count: int, kind: ChatKind = ChatKind.PRIVATE) -> list[Chat]:
    """Chats that follow the portal's albums and nothing else."""
    chats = await outlet.subscribe(count, kind=kind)
    for chat in chats:
        await outlet.store.chats.unfollow(chat.id, 0, "tdkt", outlet.wall())
        await outlet.store.chats.follow(chat.id, 0, "tdkt/anh", outlet.wall() - DAY_AGO)
    return chats


async def show(outlet: Outlet, *sizes: int, name: str = "Album") -> None:
    """The portal shows albums of so many pictures; the last one is new."""
    for shown in ([0], range(len(sizes) + 1)):
        albums = [
            Album(
                title=f"{name} {number}",
                url=f"{HOME}album/{number}",
                pictures=tuple(AlbumPicture(url=f"{HOME}{number}-{each}.jpg") for each in range((1, *sizes)[number])),
            )
            for number in shown
        ]
        page = await outlet.store.portals.of("tdkt")
        await outlet.store.portals.keep(
            PortalPage(source_id="tdkt", home=HOME, baseline_at=page.baseline_at),
            Portlets(albums=tuple(albums)),
            album_items(albums, "tdkt", HOME),
            now=outlet.wall(),
            next_at=outlet.wall() + timedelta(hours=6),
        )
    if outlet.delivery is not None:
        outlet.delivery.wake()


async def test_an_album_arrives_as_one_group_and_is_one_line_in_the_ledger(outlet: Outlet) -> None:
    (chat,) = await admirers(outlet, 1)
    await outlet.start()
    await show(outlet, 4)
    await outlet.until_settled()
    messages = outlet.telegram.sent(chat.telegram_id)
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [bool(message.get("caption")) for message in messages] == [True, False, False, False]
    assert "Album 1" in messages[0]["caption"]
    (line,) = await outlet.ledger()
    assert (line["verdict"], line["message"]) == ("sent", messages[0]["message_id"])
    assert not outlet.telegram.stats()["problems"]


async def test_one_picture_comes_with_its_button(outlet: Outlet) -> None:
    (chat,) = await admirers(outlet, 1)
    await outlet.start()
    await show(outlet, 1)
    await outlet.until_settled()
    (message,) = outlet.telegram.sent(chat.telegram_id)
    assert "photo" in message
    assert message["reply_markup"]["inline_keyboard"][0][0]["url"] == f"{HOME}album/1"


@pytest.mark.parametrize(("method", "size"), [("sendMediaGroup", 3), ("sendPhoto", 1)])
@pytest.mark.parametrize("why", ["wrong type of the web page content", "failed to get HTTP URL content"])
async def test_pictures_that_telegram_cannot_have_become_links(
    outlet: Outlet, method: str, size: int, why: str
) -> None:
    (chat,) = await admirers(outlet, 1)
    fault = Fault(kind="error", methods=(method,), code=400, description=f"Bad Request: {why}")
    outlet.telegram.fault(fault)
    await outlet.start()
    await show(outlet, size)
    await outlet.until_settled()
    (message,) = outlet.telegram.sent(chat.telegram_id)
    links = [entity["url"] for entity in message["entities"] if entity["type"] == "text_link"]
    assert links == [f"{HOME}album/1", *(f"{HOME}1-{number}.jpg" for number in range(size))]
    assert {line["verdict"] for line in await outlet.ledger()} == {"sent"}
    assert outlet.delivery is not None
    assert outlet.delivery.tally["defect"] == 0


async def test_albums_keep_the_limits_for_their_pictures(outlet: Outlet) -> None:
    await admirers(outlet, 12)
    await outlet.start()
    await show(outlet, 10)
    await outlet.until_settled(within=20)
    stats = outlet.telegram.stats()
    assert stats["violations"] == 0
    assert set(stats["accepted_per_chat"].values()) == {10}


async def test_a_group_that_had_its_twenty_gets_no_album_before_its_minute_is_over(outlet: Outlet) -> None:
    (group,) = await admirers(outlet, 1, ChatKind.GROUP)
    await outlet.start()
    await show(outlet, 10, 10)
    await outlet.until_sent(20)
    await outlet.stop()
    await show(outlet, 10, 10, 2)
    assert outlet.delivery is not None
    await outlet.start()
    await asyncio.sleep(1.5)  # three looks at the outbox
    depth = await outlet.store.outbox.depth(outlet.wall())
    assert depth.due == 1
    assert len(outlet.telegram.sent(group.telegram_id)) == 20
    assert outlet.telegram.stats()["violations"] == 0


async def test_after_a_restart_each_picture_of_an_album_is_remembered(outlet: Outlet) -> None:
    (group,) = await admirers(outlet, 1, ChatKind.GROUP)
    await outlet.start()
    await show(outlet, 10)
    await outlet.until_settled()
    sent = await outlet.store.outbox.sent_since(outlet.wall() - timedelta(minutes=1))
    assert [chat_id for chat_id, _, _ in sent] == [group.id] * 10


async def test_a_recalled_album_is_deleted_with_all_its_pictures(outlet: Outlet) -> None:
    (chat,) = await admirers(outlet, 1)
    await outlet.start()
    await show(outlet, 4)
    await outlet.until_settled()
    await recall(outlet, "delete")
    assert outlet.telegram.sent(chat.telegram_id) == []
    assert [line["verdict"] for line in await outlet.ledger()] == ["sent", "deleted"]


async def test_an_album_that_cannot_be_deleted_any_more_says_so_under_its_pictures(outlet: Outlet) -> None:
    (chat,) = await admirers(outlet, 1)
    await outlet.start()
    await show(outlet, 3)
    await outlet.until_settled()
    outlet.telegram.fault(
        Fault(kind="error", code=400, description="Bad Request: message can't be deleted", methods=("deleteMessages",))
    )
    await recall(outlet, "delete")
    messages = outlet.telegram.sent(chat.telegram_id)
    assert len(messages) == 3
    assert "thu hồi" in messages[0]["caption"]
    assert [line["verdict"] for line in await outlet.ledger()] == ["sent", "edit_retry", "edited"]


@pytest.mark.parametrize("pictures", [1, 4])
async def test_an_album_under_another_name_is_corrected_under_its_pictures(outlet: Outlet, pictures: int) -> None:
    (chat,) = await admirers(outlet, 1)
    await outlet.start()
    await show(outlet, pictures)
    await outlet.until_settled()
    before = outlet.telegram.sent(chat.telegram_id)[0]
    await show(outlet, pictures, name="Đại hội")
    await outlet.until_settled()
    first, *others = outlet.telegram.sent(chat.telegram_id)
    assert len(others) == pictures - 1
    assert "Đại hội 1" in first["caption"]
    assert "Đã sửa lúc" in first["caption"]
    assert first.get("reply_markup") == before.get("reply_markup")
    assert [line["verdict"] for line in await outlet.ledger()] == ["sent", "edited"]


async def recall(outlet: Outlet, how: RecallWay) -> None:
    """An operator takes the newest album back."""
    *_, newest = (await outlet.store.portals.of("tdkt")).albums
    stored = await outlet.store.items.get(newest)
    assert stored is not None
    assert await outlet.store.recalls.recall(stored, how, outlet.wall())
    assert outlet.delivery is not None
    outlet.delivery.wake()
    await outlet.until_settled()
