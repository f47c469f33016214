"""Subscriptions: one step in, one step out, and nobody is asked twice."""

from pathlib import Path

import pytest

from bot.model import EVERY_SOURCE, ChatKind, Source
from tests.fakes import notice
from tests.rooms.chats.scene import PERSON, Scene, buttons, opened


async def test_start_welcomes_and_offers_to_subscribe(desk: Scene) -> None:
    said = await desk.ask(PERSON, "/start")
    assert "Loa" in said
    assert "Riêng tư" in said
    assert "Nhận tin mới" in buttons(desk.last(PERSON))
    assert "Đã đăng ký" in await desk.press(PERSON, "Nhận tin mới")
    assert await desk.followed(PERSON) == [(0, "tdkt")]
    desk.no_harm()


async def test_the_payload_of_a_link_subscribes_to_its_source(wide_desk: Scene) -> None:
    assert "Cải cách hành chính" in await wide_desk.ask(PERSON, "/start s_cchc")
    assert await wide_desk.followed(PERSON) == [(0, "cchc")]


@pytest.mark.parametrize("payload", ["s_nothing", "s_", "help", "s_tdkt; DROP TABLE follows"])
async def test_a_payload_that_names_no_source_is_a_plain_welcome(desk: Scene, payload: str) -> None:
    assert "Xin chào" in await desk.ask(PERSON, f"/start {payload}")
    assert await desk.followed(PERSON) == []


@pytest.mark.parametrize("command", ["/subscribe", "/dangky", "/SUBSCRIBE", "/subscribe@loa_demo_bot"])
async def test_with_one_source_no_name_is_needed(desk: Scene, command: str) -> None:
    assert "Đã đăng ký: Tin tức - Sự kiện" in await desk.ask(PERSON, command)
    assert await desk.followed(PERSON) == [(0, "tdkt")]


async def test_with_several_sources_and_no_name_they_are_offered_as_buttons(wide_desk: Scene) -> None:
    await wide_desk.ask(PERSON, "/dangky")
    assert buttons(wide_desk.last(PERSON)) == ["Nhận tất cả các nguồn", "Tin tức - Sự kiện", "Cải cách hành chính"]
    await wide_desk.press(PERSON, "Cải cách")
    assert await wide_desk.followed(PERSON) == [(0, "cchc")]


@pytest.mark.parametrize("name", ["all", "ALL", "*", "tất cả", "tat ca"])
async def test_all_means_every_source_now_and_later(wide_desk: Scene, name: str) -> None:
    assert "tất cả các nguồn" in await wide_desk.ask(PERSON, f"/subscribe {name}")
    assert await wide_desk.followed(PERSON) == [(0, EVERY_SOURCE)]


@pytest.mark.parametrize("name", ["cchc", "CCHC", "Cải cách hành chính", "cai cach hanh chinh"])
async def test_a_source_is_known_by_its_id_and_by_its_title(wide_desk: Scene, name: str) -> None:
    await wide_desk.ask(PERSON, f"/subscribe {name}")
    assert await wide_desk.followed(PERSON) == [(0, "cchc")]


async def test_a_wrong_name_is_answered_with_the_names_that_exist(wide_desk: Scene) -> None:
    said = await wide_desk.ask(PERSON, "/subscribe tdk<b>")
    assert "tdk<b>" in said
    assert "tdkt, cchc" in said
    assert buttons(wide_desk.last(PERSON)) == ["tdkt"]
    assert await wide_desk.followed(PERSON) == []
    wide_desk.no_harm()


async def test_subscribing_twice_says_so_and_changes_nothing(desk: Scene) -> None:
    await desk.ask(PERSON, "/subscribe")
    assert "từ trước" in await desk.ask(PERSON, "/subscribe")
    assert await desk.followed(PERSON) == [(0, "tdkt")]


async def test_after_subscribing_the_latest_five_are_one_press_away(desk: Scene) -> None:
    await desk.publish(*(notice(f"Tin số {number}", number) for number in range(1, 8)), baseline=True)
    await desk.ask(PERSON, "/subscribe")
    subscribed = desk.last(PERSON)["message_id"]
    assert "Đã đăng ký" in await desk.press(PERSON, "Xem 5 tin mới nhất")
    shown = desk.telegram.sent(PERSON, after=subscribed)
    assert len(shown) == 1
    assert shown[0]["text"].count("Tin số") == 5


async def test_unsubscribing_is_one_step_back_and_another_forth(desk: Scene) -> None:
    await desk.ask(PERSON, "/subscribe")
    assert "Đã thôi nhận" in await desk.ask(PERSON, "/huy")
    assert await desk.followed(PERSON) == []
    await desk.press(PERSON, "Đăng ký lại")
    assert await desk.followed(PERSON) == [(0, "tdkt")]


async def test_unsubscribing_with_nothing_to_end_is_answered_politely(desk: Scene) -> None:
    assert "không có gì để hủy" in await desk.ask(PERSON, "/unsubscribe")


async def test_unsubscribing_from_one_of_several_asks_which(wide_desk: Scene) -> None:
    await wide_desk.ask(PERSON, "/subscribe tdkt")
    await wide_desk.ask(PERSON, "/subscribe cchc")
    await wide_desk.ask(PERSON, "/unsubscribe")
    await wide_desk.press(PERSON, "Tin tức")
    assert await wide_desk.followed(PERSON) == [(0, "cchc")]
    assert "chưa đăng ký" in await wide_desk.ask(PERSON, "/unsubscribe tdkt")
    assert "Không có nguồn nào tên" in await wide_desk.ask(PERSON, "/unsubscribe xyz")
    await wide_desk.ask(PERSON, "/unsubscribe all")
    assert await wide_desk.followed(PERSON) == []


async def test_ending_one_source_while_all_are_followed_explains_how(wide_desk: Scene) -> None:
    await wide_desk.ask(PERSON, "/subscribe all")
    assert "/huy all" in await wide_desk.ask(PERSON, "/unsubscribe tdkt")
    assert await wide_desk.followed(PERSON) == [(0, EVERY_SOURCE)]


async def test_a_source_that_is_configured_no_more_can_still_be_ended(desk: Scene) -> None:
    await desk.ask(PERSON, "/start")
    chat = await desk.chat(PERSON)
    await desk.store.chats.follow(chat.id, 0, "cu", desk.clock())
    await desk.ask(PERSON, "/unsubscribe cu")
    assert await desk.followed(PERSON) == []


async def test_stop_ends_follows_and_watches_at_once(desk: Scene) -> None:
    await desk.ask(PERSON, "/subscribe")
    await desk.ask(PERSON, "/watch nông thôn mới")
    assert len(desk.watches) == 1
    assert "Đã dừng" in await desk.ask(PERSON, "/stop")
    assert await desk.followed(PERSON) == []
    assert len(desk.watches) == 0
    assert await desk.store.watches.all() == ()
    assert "không có gì để dừng" in await desk.ask(PERSON, "/stop")


async def test_stop_cancels_what_is_owed(desk: Scene) -> None:
    await desk.publish(notice("Tin cũ", 0), baseline=True)
    await desk.ask(PERSON, "/subscribe")
    assert await desk.owe(notice("Tin mới", 1)) == 1
    await desk.ask(PERSON, "/stop")
    assert (await desk.store.outbox.depth(desk.clock())).due == 0


async def test_a_private_chat_is_stored_without_the_persons_name(desk: Scene) -> None:
    await desk.ask(PERSON, "/start")
    chat = await desk.chat(PERSON)
    assert (chat.kind, chat.title, chat.language) == (ChatKind.PRIVATE, "", "vi")


async def test_many_sources_come_in_pages_of_buttons(tmp_path: Path) -> None:
    many = [Source(id=f"nguon-{number}", title=f"Nguồn {number}", url="https://portal.example") for number in range(20)]
    async with opened(tmp_path, *many) as scene:
        await scene.ask(PERSON, "/subscribe")
        assert buttons(scene.last(PERSON))[1:9] == [f"Nguồn {number}" for number in range(8)]
        await scene.press(PERSON, "Tiếp")
        await scene.press(PERSON, "Tiếp")
        assert buttons(scene.last(PERSON))[1:] == [*(f"Nguồn {number}" for number in range(16, 20)), "◀ Trước"]
        await scene.press(PERSON, "Nguồn 17")
        assert await scene.followed(PERSON) == [(0, "nguon-17")]
        assert (await scene.ask(PERSON, "/sources")).startswith("20 nguồn tin")
        assert "Nguồn 8" in await scene.press(PERSON, "Tiếp")
        scene.no_harm()
