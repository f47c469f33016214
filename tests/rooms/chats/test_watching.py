"""Keyword alerts: saved at once, shown what they would have brought, ended by a button."""

from datetime import timedelta

from tests.fakes import START, notice
from tests.rooms.chats.scene import GROUP, MEMBER, PERSON, Scene, buttons


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
