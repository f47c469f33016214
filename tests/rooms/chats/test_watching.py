"""Keyword alerts: saved at once, shown what they would have brought, ended by a button."""

from datetime import timedelta

import pytest

from tests.fakes import START, notice
from tests.rooms.chats.scene import ADMIN, GROUP, MEMBER, PERSON, Scene, buttons

CHANNEL = -1000000005001


async def test_a_watch_is_saved_at_once_and_previews_the_last_thirty_days(desk: Scene) -> None:
    old = notice("Nông thôn mới năm ngoái", 1, published_at=START - timedelta(days=40))
    await desk.publish(old, notice("Xã đạt chuẩn nông thôn mới", 2), notice("Tin khác", 3), baseline=True)
    said = await desk.ask(PERSON, "/theodoi nông thôn mới")
    assert "“nông thôn mới”. Trong 30 ngày qua, từ khóa này có 1 tin" in said
    assert "Xã đạt chuẩn" in said
    assert "năm ngoái" not in said
    assert [watch.query for watch in await desk.store.watches.all()] == ["nông thôn mới"]
    assert await desk.watches.wanting([notice("Huyện nông thôn mới", 9)])
    desk.no_harm()


async def test_a_watch_that_nothing_matched_yet_says_so(desk: Scene) -> None:
    assert "chưa có tin nào khớp" in await desk.ask(PERSON, "/watch bão số 9")


async def test_a_word_that_looks_misspelt_is_pointed_at_when_it_is_watched(desk: Scene) -> None:
    await desk.publish(notice("Xã nông thôn mới", 1), baseline=True)
    assert (await desk.ask(PERSON, "/watch nôngg thôn")).endswith("\n\nCó phải bạn muốn ghi: nông?")
    assert "Có phải" not in await desk.ask(PERSON, "/watch nóng thôm")
    assert "Có phải" not in await desk.ask(PERSON, "/watch nông thôn")


async def test_the_button_under_the_preview_ends_the_watch(desk: Scene) -> None:
    await desk.ask(PERSON, "/watch bão")
    assert "Hiện không còn từ khóa nào" in await desk.press(PERSON, "Thôi theo dõi")
    assert await desk.store.watches.all() == ()
    assert len(desk.watches) == 0


async def test_the_list_has_a_button_for_each_watch_and_is_shown_anew_when_one_ends(desk: Scene) -> None:
    assert "chưa theo dõi" in await desk.ask(PERSON, "/watches")
    for query in ("bão", "lũ", '"cải cách hành chính"'):
        await desk.ask(PERSON, f"/watch {query}")
    assert (await desk.ask(PERSON, "/watches")).startswith("3 từ khóa đang theo dõi\n\n1. bão")
    assert buttons(desk.last(PERSON)) == ["✕ 1. bão", "✕ 2. lũ", '✕ 3. "cải cách hành chính"']
    assert "2 từ khóa" in await desk.press(PERSON, "lũ")
    assert [watch.query for watch in await desk.store.watches.all()] == ["bão", '"cải cách hành chính"']


async def test_a_button_pressed_twice_says_that_it_was_ended_before(desk: Scene) -> None:
    await desk.ask(PERSON, "/watch bão")
    (watch,) = await desk.store.watches.all()
    message = desk.last(PERSON)["message_id"]
    for _ in range(2):
        desk.telegram.press_forged(PERSON, message, f"w:{watch.id}")
        await desk.handle()
    assert "từ trước" in desk.last(PERSON)["text"]


async def test_nobody_ends_the_watch_of_another_chat(desk: Scene) -> None:
    await desk.ask(PERSON, "/watch bão")
    (watch,) = await desk.store.watches.all()
    await desk.ask(PERSON + 1, "/start")
    desk.telegram.press_forged(PERSON + 1, desk.last(PERSON + 1)["message_id"], f"w:{watch.id}")
    await desk.handle()
    assert len(await desk.store.watches.all()) == 1
    assert len(desk.watches) == 1


async def test_the_same_query_twice_is_one_watch(desk: Scene) -> None:
    await desk.ask(PERSON, "/watch bão lũ")
    assert "Đang theo dõi" in await desk.ask(PERSON, "/watch bão  lũ")
    assert len(await desk.store.watches.all()) == 1


async def test_a_mistake_in_the_query_is_pointed_at_and_nothing_is_saved(desk: Scene) -> None:
    assert "»(«" in await desk.ask(PERSON, "/watch (bão OR lũ")
    assert "ví dụ" in await desk.ask(PERSON, "/watch")
    assert await desk.store.watches.all() == ()


async def test_a_chat_watches_fifty_queries_and_they_all_fit_into_one_message(desk: Scene) -> None:
    for number in range(50):
        await desk.ask(PERSON, f"/watch {'từ khóa rất dài ' * 8} số {number}")
    assert "nhiều nhất 50" in await desk.ask(PERSON, "/watch một nữa")
    assert len(await desk.store.watches.all()) == 50
    await desk.ask(PERSON, "/watches")
    assert len(buttons(desk.last(PERSON))) == 50
    desk.clock.advance(timedelta(days=31))
    assert (await desk.ask(PERSON, "/watches")).count("💤") == 51
    desk.no_harm()


async def test_a_watch_that_has_been_silent_for_long_is_mentioned_with_the_words_that_were_meant(desk: Scene) -> None:
    await desk.publish(notice("Xã nông thôn mới", 1), baseline=True)
    await desk.ask(PERSON, "/watch nôngg thôn")
    await desk.ask(PERSON, "/watch thôn")
    await desk.ask(PERSON, '/watch ("xã nôngg" OR thôn) -nôngg')
    assert "💤" not in await desk.ask(PERSON, "/watches")
    desk.clock.advance(timedelta(days=31))
    said = await desk.ask(PERSON, "/watches")
    assert "1. nôngg thôn 💤 có phải là: nông?" in said
    assert "2. thôn 💤\n" in said
    assert '3. ("xã nôngg" OR thôn) -nôngg 💤 có phải là: nông?' in said
    assert "Đã lâu không có tin nào khớp" in said


async def test_in_a_group_only_administrators_add_and_end_watches(desk: Scene) -> None:
    desk.group()
    assert "chỉ quản trị viên" in await desk.ask(GROUP, "/watch bão", user_id=MEMBER)
    assert await desk.store.watches.all() == ()


@pytest.mark.parametrize("again", ["BÃO LŨ", "bão, lũ", "bão AND lũ", "baox lux"])
async def test_the_same_query_typed_otherwise_is_the_same_watch(desk: Scene, again: str) -> None:
    await desk.ask(PERSON, "/watch bão lũ")
    await desk.ask(PERSON, f"/watch {again}")
    assert [each.query for each in await desk.store.watches.all()] == ["bão lũ"]


async def test_a_query_that_reaches_further_back_is_previewed_for_thirty_days_too(desk: Scene) -> None:
    old = notice("Lũ năm ngoái", 1, published_at=START - timedelta(days=300))
    await desk.publish(old, notice("Lũ hôm nay", 2, published_at=START), baseline=True)
    said = await desk.ask(PERSON, "/watch lũ tu:01/01/2020")
    assert "Trong 30 ngày qua, từ khóa này có 1 tin" in said
    assert "năm ngoái" not in said
    assert "có 1 tin" in await desk.ask(PERSON, f"/watch lũ tu:{START - timedelta(days=2):%d/%m/%Y}")


async def test_a_query_too_long_for_a_preview_is_saved_without_one(desk: Scene) -> None:
    await desk.publish(notice("Lũ hôm nay", 1), baseline=True)
    said = await desk.ask(PERSON, f"/watch lũ -{'x' * 500}")
    assert said.endswith("Khi có tin khớp, Loa sẽ gửi ngay.")
    assert "Trong 30 ngày" not in said
    assert len(await desk.store.watches.all()) == 1


async def test_a_watch_of_no_source_of_ours_is_not_saved(desk: Scene) -> None:
    await desk.store.sources.make_archive("kho")
    assert "Không có nguồn nào tên là “tdk”. Các nguồn hiện có: tdkt." in await desk.ask(PERSON, "/watch lũ nguon:tdk")
    assert await desk.store.watches.all() == ()
    assert "Đang theo dõi" in await desk.ask(PERSON, "/watch lũ nguon:kho Nguon:TDKT")


async def test_a_watch_that_ends_before_it_begins_is_not_saved(desk: Scene) -> None:
    yesterday = START - timedelta(days=1)
    assert "ngày đã qua" in await desk.ask(PERSON, f"/watch lũ den:{yesterday:%d/%m/%Y}")
    assert await desk.store.watches.all() == ()
    assert "Đang theo dõi" in await desk.ask(PERSON, f"/watch lũ den:{START:%d/%m/%Y}")


async def test_a_watch_is_ended_by_its_words_or_its_number(desk: Scene) -> None:
    for query in ("bão", "lũ quét", '"cải cách"'):
        await desk.ask(PERSON, f"/watch {query}")
    assert "2 từ khóa" in await desk.ask(PERSON, "/unwatch LŨ QUÉT")
    assert "“mưa” không có trong" in await desk.ask(PERSON, "/thoitheodoi mưa")
    assert (await desk.ask(PERSON, "/thoitheodoi")).startswith("2 từ khóa")
    assert '1. "cải cách"' in await desk.ask(PERSON, "/unwatch 1")
    assert len(desk.watches) == 1
    assert "không có trong" in await desk.ask(PERSON, "/unwatch 2")
    assert "Hiện không còn từ khóa nào" in await desk.ask(PERSON, '/unwatch "cải cách"')
    assert "chưa theo dõi" in await desk.ask(PERSON, "/unwatch lũ")
    desk.no_harm()


async def test_in_a_group_only_administrators_end_watches_by_words(desk: Scene) -> None:
    desk.group(is_forum=True, topics={7: "Tin tức"})
    await desk.ask(GROUP, "/watch bão", user_id=ADMIN)
    await desk.ask(GROUP, "/watch bão", user_id=ADMIN, thread_id=7)
    assert "chỉ quản trị viên" in await desk.ask(GROUP, "/unwatch bão", user_id=MEMBER)
    await desk.ask(GROUP, "/unwatch bão", user_id=ADMIN, thread_id=7)
    assert [each.thread for each in await desk.store.watches.all()] == [0]


async def test_a_channel_watches_what_its_administrator_asks_for_in_private(desk: Scene) -> None:
    desk.telegram.chat(CHANNEL, type="channel", username="kenh_tinh", title="Kênh", members={PERSON: "administrator"})
    said = await desk.ask(PERSON, "/theodoi bão @kenh_tinh")
    assert "Tin khớp sẽ được đăng lên kênh Kênh." in said
    assert buttons(desk.last(PERSON)) == []
    (watch,) = await desk.store.watches.all()
    assert (watch.query, watch.chat_id) == ("bão", (await desk.chat(CHANNEL)).id)
    assert "chưa theo dõi" in await desk.ask(PERSON, "/watches")
    assert "1. bão" in await desk.ask(PERSON, "/watches @kenh_tinh")
    assert buttons(desk.last(PERSON)) == []
    assert "Chỉ quản trị viên của kênh" in await desk.ask(PERSON + 1, "/unwatch bão @kenh_tinh")
    assert "không còn từ khóa" in await desk.ask(PERSON, "/unwatch bão @kenh_tinh")
    assert len(desk.watches) == 0
    desk.no_harm()
