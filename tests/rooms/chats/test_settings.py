"""Language, quiet hours, what is stored, and forgetting it."""

from pathlib import Path

import pytest

from bot.chats.commands.quiet import read_hours
from bot.model import QuietHours
from tests.fakes import notice
from tests.rooms.chats.scene import ADMIN, GROUP, MEMBER, PERSON, TDKT, Scene, buttons, opened

ENGLISH_PERSON = 2777


async def test_the_language_is_changed_by_a_button_and_kept(desk: Scene) -> None:
    await desk.ask(PERSON, "/start")
    assert "Language: English" in await desk.press(PERSON, "English")
    assert "Nothing is subscribed" in await desk.ask(PERSON, "/unsubscribe")
    await desk.ask(PERSON, "/caidat")
    assert "Ngôn ngữ: Tiếng Việt" in await desk.press(PERSON, "Tiếng Việt")
    desk.no_harm()


async def test_a_person_whose_telegram_speaks_english_is_answered_in_english(desk: Scene) -> None:
    desk.telegram.world.directory.person(ENGLISH_PERSON)["language_code"] = "en-GB"
    assert "Hello!" in await desk.ask(ENGLISH_PERSON, "/start")
    desk.telegram.world.directory.person(ENGLISH_PERSON + 1)["language_code"] = "fr"
    assert "Xin chào" in await desk.ask(ENGLISH_PERSON + 1, "/start")


async def test_the_settings_tell_all_at_once(desk: Scene) -> None:
    await desk.ask(PERSON, "/subscribe")
    await desk.ask(PERSON, "/watch bão")
    await desk.ask(PERSON, "/quiet 22:00-06:00")
    said = await desk.ask(PERSON, "/settings")
    assert "22:00–06:00" in said
    assert "Tin tức - Sự kiện" in said
    assert "theo dõi: 1" in said
    assert "Đã dừng" in await desk.press(PERSON, "Dừng mọi tin")
    assert await desk.followed(PERSON) == []


async def test_quiet_hours_are_set_by_words_and_by_buttons_and_ended(desk: Scene) -> None:
    assert "22:00–06:00" in await desk.ask(PERSON, "/giolang 22h-6h")
    assert (await desk.chat(PERSON)).quiet == QuietHours(start=22 * 60, end=6 * 60)
    await desk.ask(PERSON, "/quiet")
    await desk.press(PERSON, "21:00–07:00")
    assert (await desk.chat(PERSON)).quiet == QuietHours(start=21 * 60, end=7 * 60)
    assert "Đã bỏ giờ yên tĩnh" in await desk.ask(PERSON, "/quiet off")
    assert (await desk.chat(PERSON)).quiet is None
    assert "ví dụ" in await desk.ask(PERSON, "/quiet mai nhé")
    desk.no_harm()


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22:00-06:00", (1320, 360)),
        ("22-6", (1320, 360)),
        ("21h30 – 5h", (1290, 300)),
        ("12:00 đến 13:30", (720, 810)),
        ("00:00-24:00", None),
        ("22:00-22:00", None),
        ("25:00-06:00", None),
        ("22:75-06:00", None),
        ("22:00", None),
        ("", None),
        ("-" * 50, None),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, hours: tuple[int, int] | None) -> None:
    assert read_hours(text) == (QuietHours(start=hours[0], end=hours[1]) if hours else None)


async def test_a_member_sees_the_settings_of_the_group_but_changes_none(desk: Scene) -> None:
    desk.group()
    assert "Cài đặt" in await desk.ask(GROUP, "/settings", user_id=MEMBER)
    await desk.press(GROUP, "English", user_id=MEMBER)
    assert (await desk.chat(GROUP)).language == "vi"
    await desk.press(GROUP, "English", user_id=ADMIN)
    assert (await desk.chat(GROUP)).language == "en"


async def test_my_data_shows_all_that_is_stored(desk: Scene) -> None:
    await desk.ask(PERSON, "/subscribe")
    await desk.ask(PERSON, "/watch bão <lũ>")
    said = await desk.ask(PERSON, "/dulieu")
    assert f"Mã số Telegram: {PERSON}" in said
    assert "Đăng ký: Tin tức - Sự kiện (từ 14/03/2026)" in said
    assert "Theo dõi: bão <lũ>" in said
    assert buttons(desk.last(PERSON)) == ["Xóa dữ liệu"]
    desk.no_harm()


async def test_forgetting_asks_first_and_can_be_declined(desk: Scene) -> None:
    await desk.ask(PERSON, "/subscribe")
    assert "không lấy lại được" in await desk.ask(PERSON, "/forget")
    assert "Không xóa gì" in await desk.press(PERSON, "Giữ lại")
    assert await desk.followed(PERSON) == [(0, "tdkt")]
    assert "không lấy lại được" in await desk.ask(PERSON, "/forget yes")
    assert await desk.followed(PERSON) == [(0, "tdkt")]


async def test_what_is_forgotten_leaves_no_trace_of_the_chat_in_the_files(tmp_path: Path) -> None:
    number = 987_654_321
    async with opened(tmp_path, TDKT) as scene:
        await scene.publish(notice("Tin cũ", 0), baseline=True)
        await scene.ask(number, "/subscribe")
        await scene.ask(number, "/watch bão")
        assert await scene.owe(notice("Tin mới", 1)) == 1
        assert number.to_bytes(4, "big") in b"".join(file.read_bytes() for file in tmp_path.glob("loa.db*"))
        await scene.ask(number, "/xoa")
        assert "Đã xóa" in await scene.press(number, "Xóa hết")
        assert len(scene.watches) == 0
        assert await scene.store.chats.by_telegram(number) is None
        # While it runs: the log of the database is among the files.
        stored = b"".join(file.read_bytes() for file in tmp_path.glob("loa.db*"))
    assert number.to_bytes(4, "big") not in stored
    assert str(number).encode() not in stored
