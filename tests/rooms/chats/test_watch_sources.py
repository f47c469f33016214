"""A query is watched in all sources or in some: chosen by buttons, kept with every press."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import ChatKind, Source
from tests.fakes import START, notice
from tests.rooms.chats.scene import GROUP, MEMBER, PERSON, TDKT, Scene, buttons, opened

LONG = Source(id="s" * 62, title="Sở có mã rất dài", url="https://portal.example/so")


@pytest.fixture
async def many(tmp_path: Path) -> AsyncIterator[Scene]:
    """Twelve sources: more than a page of them."""
    others = (replace(TDKT, id=f"so-{number}", title=f"Sở {number}") for number in range(10))
    async with opened(tmp_path, TDKT, LONG, *others) as scene:
        yield scene


async def chosen(desk: Scene) -> list[tuple[str, ...]]:
    return [watch.sources for watch in await desk.store.watches.all()]


async def asking(desk: Scene, source_id: str) -> bool:
    """Whether a watch asks for an item about a storm of that source."""
    return bool(await desk.watches.wanting([notice("Bão số 9", 9, source_id=source_id)]))


async def test_a_press_chooses_a_source_and_another_leaves_it_out_again(wide_desk: Scene) -> None:
    desk = wide_desk
    await desk.ask(PERSON, "/theodoi bão")
    assert "nhận tin từ tất cả các nguồn" in await desk.press(PERSON, "Chỉ từ một số nguồn")
    labels = ["☑ Tất cả các nguồn", "☐ Tin tức - Sự kiện", "☐ Cải cách hành chính", "Từ khóa đang theo dõi"]
    assert buttons(desk.last(PERSON)) == labels
    assert "nhận tin từ Cải cách hành chính." in await desk.press(PERSON, "☐ Cải cách")
    assert await chosen(desk) == [("cchc",)]
    assert (await asking(desk, "cchc"), await asking(desk, "tdkt")) == (True, False)
    assert buttons(desk.last(PERSON))[:3] == ["☐ Tất cả các nguồn", "☐ Tin tức - Sự kiện", "☑ Cải cách hành chính"]
    await desk.press(PERSON, "☐ Tin tức")
    assert await chosen(desk) == [("cchc", "tdkt")]
    assert "nhận tin từ Tin tức - Sự kiện." in await desk.press(PERSON, "☑ Cải cách")
    assert "tất cả các nguồn" in await desk.press(PERSON, "☑ Tin tức")
    assert await chosen(desk) == [()]
    assert await asking(desk, "cchc")
    desk.no_harm()


async def test_every_source_is_one_press_away(wide_desk: Scene) -> None:
    await wide_desk.ask(PERSON, "/watch bão")
    await wide_desk.press(PERSON, "Chỉ từ")
    await wide_desk.press(PERSON, "☐ Tin tức")
    await wide_desk.press(PERSON, "Tất cả các nguồn")
    assert await chosen(wide_desk) == [()]


async def test_the_list_says_which_sources_and_leads_to_the_choice(wide_desk: Scene) -> None:
    desk = wide_desk
    for query in ("bão", "lũ"):
        await desk.ask(PERSON, f"/watch {query}")
    assert "chỉ từ" not in await desk.ask(PERSON, "/watches")
    assert "từ khóa nào?" in await desk.press(PERSON, "Chọn nguồn cho từ khóa")
    assert "“lũ”" in await desk.press(PERSON, "2. lũ")
    await desk.press(PERSON, "☐ Cải cách")
    assert "1. bão\n2. lũ (chỉ từ Cải cách hành chính)" in await desk.press(PERSON, "Từ khóa đang theo dõi")
    assert "lũ – Cải cách hành chính (từ" in await desk.ask(PERSON, "/mydata")


async def test_the_same_query_again_keeps_its_sources_and_previews_those(wide_desk: Scene) -> None:
    desk = wide_desk
    for source, number in (("tdkt", 1), ("cchc", 2)):
        await desk.publish(notice(f"Bão ở {source}", number, source_id=source, published_at=START), baseline=True)
    assert "có 2 tin" in await desk.ask(PERSON, "/watch bão")
    await desk.press(PERSON, "Chỉ từ")
    await desk.press(PERSON, "☐ Cải cách")
    said = await desk.ask(PERSON, "/watch bão")
    assert "có 1 tin" in said
    assert "Bão ở tdkt" not in said
    assert said.endswith("Chỉ nhận từ: Cải cách hành chính.")


async def test_many_sources_come_in_pages_and_a_press_stays_on_its_page(many: Scene) -> None:
    await many.ask(PERSON, "/watch bão")
    await many.press(PERSON, "Chỉ từ một số nguồn")
    assert "☐ Sở 9" not in buttons(many.last(PERSON))
    await many.press(PERSON, "☐ Sở có mã rất dài")
    await many.press(PERSON, "Tiếp")
    await many.press(PERSON, "☐ Sở 9")
    assert "☑ Sở 9" in buttons(many.last(PERSON))
    assert await chosen(many) == [("so-9", "s" * 62)]
    assert "☑ Sở có mã rất dài" not in buttons(many.last(PERSON))
    await many.press(PERSON, "Trước")
    assert "☑ Sở có mã rất dài" in buttons(many.last(PERSON))
    many.no_harm()


async def test_a_source_that_is_configured_no_more_can_still_be_left_out(wide_desk: Scene) -> None:
    desk = wide_desk
    chat = await desk.store.chats.meet(PERSON, ChatKind.PRIVATE, "Chị Hoà", "vi", desk.clock())
    await desk.store.watches.add(chat.id, 0, "bão", ("so-cu", "tdkt"), desk.clock())
    await desk.ask(PERSON, "/watches")
    await desk.press(PERSON, "Chọn nguồn cho từ khóa")
    await desk.press(PERSON, "1. bão")
    await desk.press(PERSON, "☑ so-cu")
    assert await chosen(desk) == [("tdkt",)]


async def test_two_watches_that_come_to_ask_for_the_same_become_one(wide_desk: Scene) -> None:
    desk = wide_desk
    await desk.ask(PERSON, "/watch bão")
    chat = await desk.chat(PERSON)
    desk.watches.add(await desk.store.watches.add(chat.id, 0, "bão", ("tdkt",), desk.clock()))
    await desk.press(PERSON, "Chỉ từ một số nguồn")
    await desk.press(PERSON, "☐ Tin tức")
    assert await chosen(desk) == [("tdkt",)]
    assert len(desk.watches) == 1


async def test_one_source_leaves_nothing_to_choose(desk: Scene) -> None:
    await desk.ask(PERSON, "/watch bão")
    assert buttons(desk.last(PERSON)) == ["Thôi theo dõi", "Từ khóa đang theo dõi"]
    await desk.ask(PERSON, "/watches")
    assert buttons(desk.last(PERSON)) == ["✕ 1. bão"]


async def test_a_query_that_names_its_source_is_not_asked_for_others(wide_desk: Scene) -> None:
    await wide_desk.ask(PERSON, "/watch bão nguon:tdkt")
    assert "Chỉ từ một số nguồn" not in buttons(wide_desk.last(PERSON))


@pytest.mark.parametrize("data", ["wo:", "wo:x.0", "wo:1.-3", "wt:", "wt:1", "wt:1.", "wt:1.ffffffffffff", "wt:9.*"])
async def test_a_forged_or_old_button_changes_nothing(wide_desk: Scene, data: str) -> None:
    desk = wide_desk
    await desk.ask(PERSON, "/watch bão")
    desk.telegram.press_forged(PERSON, desk.last(PERSON)["message_id"], data)
    await desk.handle()
    assert await chosen(desk) == [()]
    desk.no_harm()


async def test_nobody_chooses_for_another_chat_nor_a_member_for_the_group(wide_desk: Scene) -> None:
    desk = wide_desk
    await desk.ask(PERSON, "/watch bão")
    (watch,) = await desk.store.watches.all()
    desk.group()
    await desk.ask(PERSON + 1, "/start")
    await desk.ask(GROUP, "/start", user_id=MEMBER)
    for chat, user in ((PERSON + 1, PERSON + 1), (GROUP, MEMBER)):
        message = desk.last(chat)["message_id"]
        desk.telegram.press_forged(chat, message, f"wt:{watch.id}.*", user_id=user)
        desk.telegram.press_forged(chat, message, f"wo:{watch.id}.0", user_id=user)
        await desk.handle()
        assert "bão" not in desk.last(chat)["text"]
    assert await chosen(desk) == [()]
