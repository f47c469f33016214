"""/recall and /item: operators see who got an item, and take it back after they were asked twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes import notice
from tests.rooms.chats.scene import OPERATOR, PERSON, TDKT, Scene, buttons, opened

TITLE = "Thông báo gửi nhầm về nghỉ lễ"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Scene]:
    async with opened(tmp_path, TDKT) as scene:
        await scene.publish(notice("Tin cũ", 0), baseline=True)
        await scene.ask(PERSON, "/subscribe")
        await scene.owe(notice(TITLE, 7))
        yield scene
        scene.no_harm()


async def number_of(desk: Scene) -> int:
    (stored, *_) = await desk.store.items.newest(1)
    assert stored.item.title == TITLE
    return stored.id


async def test_a_mistaken_item_is_shown_asked_about_and_taken_back(desk: Scene) -> None:
    number = await number_of(desk)
    said = await desk.ask(OPERATOR, f"/recall {number}")
    assert TITLE in said
    assert "Đã gửi tới 0 nơi, còn 1 nơi sắp nhận" in said
    assert "Xóa tin này" in await desk.press(OPERATOR, "Xóa ở mọi nơi")
    assert (await desk.store.items.get(number)).recall == ""  # type: ignore[union-attr]
    assert "1 nơi sẽ không nhận" in await desk.press(OPERATOR, "Xác nhận thu hồi")
    stored = await desk.store.items.get(number)
    assert stored is not None
    assert stored.recall == "delete"
    assert (await desk.store.outbox.depth(desk.clock())).due == 0
    assert TITLE not in await desk.ask(PERSON, "/latest")
    assert TITLE not in await desk.ask(PERSON, "gửi nhầm")
    assert "trước đó" in await desk.ask(OPERATOR, f"/recall {number}")


async def test_no_is_no(desk: Scene) -> None:
    number = await number_of(desk)
    await desk.ask(OPERATOR, f"/recall {number}")
    assert "không thu hồi" in await desk.press(OPERATOR, "Thôi")
    assert (await desk.store.outbox.depth(desk.clock())).due == 1


@pytest.mark.parametrize(
    "words", ["https://www.portal.example/tin-tuc/bai-viet-so-hieu-7.html?utm_source=x", "gửi nhầm"]
)
async def test_an_item_is_named_by_its_address_or_by_words(desk: Scene, words: str) -> None:
    assert TITLE in await desk.ask(OPERATOR, f"/recall {words}")


@pytest.mark.parametrize("words", ["999", "https://portal.example/khong-co-123.html", "zzz"])
async def test_an_unknown_item_is_said_to_be_unknown(desk: Scene, words: str) -> None:
    assert "Không tìm thấy tin" in await desk.ask(OPERATOR, f"/recall {words}")


@pytest.mark.parametrize("command", ["/recall", "/item"])
async def test_without_words_the_command_says_how_it_is_used(desk: Scene, command: str) -> None:
    assert f"{command} 412" in await desk.ask(OPERATOR, command)


async def test_the_items_page_says_who_gets_it_and_why_not(desk: Scene) -> None:
    number = await number_of(desk)
    await desk.ask(PERSON + 1, "/subscribe")
    said = await desk.ask(OPERATOR, f"/item {number}")
    assert f"Tin số {number}, bản 1" in said
    assert "sắp gửi: 1" in said
    await desk.ask(PERSON, "/stop")
    said = await desk.ask(OPERATOR, f"/item {number}")
    assert "không gửi: 1" in said
    assert "không gửi, " in said.splitlines()[-1]
    assert "Thu hồi" in buttons(desk.last(OPERATOR))


async def test_nobody_else_may_take_back_or_look(desk: Scene) -> None:
    number = await number_of(desk)
    for command in ("recall", "item"):
        assert "chưa biết lệnh" in await desk.ask(PERSON, f"/{command} {number}")
    await desk.ask(OPERATOR, f"/recall {number}")
    desk.telegram.press_forged(PERSON, desk.last(PERSON)["message_id"], f"rc:delete!:{number}")
    await desk.handle()
    assert (await desk.store.outbox.depth(desk.clock())).due == 1
