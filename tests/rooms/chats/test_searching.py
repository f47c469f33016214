"""Search as people meet it: every answer names its query, pages turn after a restart, nonsense is answered calmly."""

from pathlib import Path

import pytest

from bot.chats.commands.search import query_in
from bot.chats.wording import without_markup
from bot.chats.words import words_for
from bot.core.render_list import search_page
from bot.core.style import Style
from bot.model import Found, SearchPage, StoredItem
from tests.fakes import START, notice
from tests.rooms.chats.scene import GROUP, MEMBER, PERSON, TDKT, Scene, buttons, opened

NEWS = tuple(notice(f"Hội nghị thi đua khen thưởng lần {number}", number) for number in range(1, 13))


@pytest.mark.parametrize("asked", ["/search thi dua", "/find thi dua", "/tim thi đua", "THI ĐUA", "thi dua"])
async def test_words_are_found_with_and_without_marks_by_command_and_by_plain_text(desk: Scene, asked: str) -> None:
    await desk.publish(*NEWS, baseline=True)
    said = await desk.ask(PERSON, asked)
    query = asked.removeprefix("/search ").removeprefix("/find ").removeprefix("/tim ")
    assert said.startswith(f"“{query}”: 12 tin")
    assert said.count("Hội nghị thi đua") == 5


async def test_pages_turn_in_their_place_to_the_end_and_back(desk: Scene) -> None:
    await desk.publish(*NEWS, baseline=True)
    await desk.ask(PERSON, "thi dua")
    shown = len(desk.telegram.sent(PERSON))
    assert buttons(desk.last(PERSON)) == ["Tiếp ▶"]
    assert "Tin 6–10" in await desk.press(PERSON, "Tiếp")
    assert buttons(desk.last(PERSON)) == ["◀ Trước", "Tiếp ▶"]
    assert "Tin 11–12" in await desk.press(PERSON, "Tiếp")
    assert buttons(desk.last(PERSON)) == ["◀ Trước"]
    assert "Tin 6–10" in await desk.press(PERSON, "Trước")
    assert len(desk.telegram.sent(PERSON)) == shown
    desk.no_harm()


async def test_the_last_page_of_more_than_a_thousand_is_the_last(desk: Scene) -> None:
    await desk.publish(*(notice(f"Thi đua số {number}", number) for number in range(1, 1_004)), baseline=True)
    assert "ít nhất 1.000 tin" in await desk.ask(PERSON, "thi đua")
    desk.telegram.press_forged(PERSON, desk.last(PERSON)["message_id"], "p:1000")
    await desk.handle()
    assert "Tin 1001–1003" in desk.last(PERSON)["text"]
    assert buttons(desk.last(PERSON)) == ["◀ Trước"]


async def test_a_page_turns_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path, TDKT) as before:
        await before.publish(*NEWS, baseline=True)
        await before.ask(PERSON, "thi đua -quân")
        message = before.last(PERSON)
    async with opened(tmp_path, TDKT) as after:
        after.telegram.chat(PERSON).messages[message["message_id"]] = message
        assert "“thi đua -quân”: 12 tin\nTin 6–10" in await after.press(PERSON, "Tiếp")


async def test_the_longest_query_has_pages_too_and_nothing_of_them_is_left_out(desk: Scene) -> None:
    summary = "Sáng nay, tỉnh tổ chức hội nghị tổng kết phong trào thi đua. " * 8
    long = (notice(f"{'Hội nghị tổng kết công tác ' * 9} {n}", n, summary=summary) for n in range(1, 13))
    await desk.publish(*long, baseline=True)
    query = " ".join(("thi đua", *(f"-quânsố{number:02}𠀋𠀋𠀋𠀋" for number in range(36))))
    assert 500 < len(query) <= 512
    assert (await desk.ask(PERSON, query)).count("Hội nghị tổng kết") >= 5
    for first, last in ((6, 10), (11, 12)):
        said = await desk.press(PERSON, "Tiếp")
        assert f"Tin {first}–{last}" in said
        assert f"\n{last}. Hội nghị" in said
    desk.no_harm()


async def test_a_forged_page_is_the_first_one(desk: Scene) -> None:
    await desk.publish(*NEWS, baseline=True)
    await desk.ask(PERSON, "thi dua")
    message = desk.last(PERSON)
    for data in ("p:99999", "p:-5", "p:x", "p:1;DROP"):
        desk.telegram.press_forged(PERSON, message["message_id"], data)
        await desk.handle()
        assert "Tin 1–5" in desk.last(PERSON)["text"]
    desk.no_harm()


@pytest.mark.parametrize(
    "data", ["", "p", "zz:1", "p:" + "9" * 62, "s:nothing", "w:1", "h:push:1", "or:tdkt", "\x00", "x" * 64]
)
async def test_forged_and_ancient_buttons_are_acknowledged_and_change_nothing(desk: Scene, data: str) -> None:
    await desk.ask(PERSON, "/start")
    desk.telegram.press_forged(PERSON, desk.last(PERSON)["message_id"], data)
    await desk.handle()
    assert await desk.followed(PERSON) == []
    desk.no_harm()


async def test_a_button_under_a_message_that_is_gone_asks_to_search_again(desk: Scene) -> None:
    await desk.ask(PERSON, "/start")
    desk.telegram.press_forged(PERSON, 999, "p:5")
    await desk.handle()
    assert "tìm lại" in desk.last(PERSON)["text"]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("more", [False, True])
@pytest.mark.parametrize("query", ["thi đua", "a”: b", '"cụm từ" -x', "“”", "<b>&amp;", "😀 emoji", "x" * 200])
def test_the_query_is_read_back_from_the_answer_that_names_it(language: str, more: bool, query: str) -> None:
    style = Style(words=words_for("en" if language == "en" else "vi"), sources={})
    hit = Found(stored=StoredItem(id=1, item=notice("Tin", 1), first_seen_at=START))
    rendered = search_page(SearchPage(results=(hit,), total=7, more=more), query, style)
    assert query_in(without_markup(rendered.text)) == query


async def test_no_hit_says_so_and_names_the_query(desk: Scene) -> None:
    await desk.publish(*NEWS, baseline=True)
    assert "“xyzzy”" in await desk.ask(PERSON, "/search xyzzy")
    assert buttons(desk.last(PERSON)) == []


async def test_what_was_asked_stands_in_bold_in_titles_and_snippets(desk: Scene) -> None:
    await desk.publish(notice("Hội nghị thi đua & <b>khen</b>", 1, summary="Về thi đua yêu nước."), baseline=True)
    await desk.ask(PERSON, "thi dua OR khen")
    message = desk.last(PERSON)
    text = message["text"].encode("utf-16-le")
    spans = [(each["offset"], each["length"]) for each in message["entities"] if each["type"] == "bold"]
    bold = [text[2 * start : 2 * (start + length)].decode("utf-16-le") for start, length in spans]
    assert bold == ["“thi dua OR khen”: 1 tin", "thi đua", "khen", "thi đua"]
    desk.no_harm()


async def test_a_source_that_does_not_exist_is_named_with_those_that_do(wide_desk: Scene) -> None:
    await wide_desk.publish(*NEWS, baseline=True)
    said = await wide_desk.ask(PERSON, "thi đua nguon:tdk")
    assert said == "Không có nguồn nào tên là “tdk”. Các nguồn hiện có: tdkt, cchc."
    assert "12 tin" in await wide_desk.ask(PERSON, "thi đua Nguồn: TDKT")
    assert "Không có tin nào khớp" in await wide_desk.ask(PERSON, "thi đua nguon:cchc")


async def test_days_in_words_that_find_nothing_are_answered_with_how_days_are_written(desk: Scene) -> None:
    await desk.publish(*NEWS, notice("Áp dụng từ 1/7/2024", 50), baseline=True)
    said = await desk.ask(PERSON, "thi đua từ 01/03/2026 đến ngày 31/3/2026")
    assert said.startswith("Không có tin nào khớp")
    assert said.endswith("hãy viết tu:01/03/2019 den:31/03/2019.")
    assert "12 tin" in await desk.ask(PERSON, "thi đua từ: 01/03/2026 đến: 31/3/2026")
    assert "1 tin" in await desk.ask(PERSON, "áp dụng từ 1/7/2024")
    assert "hãy viết" not in await desk.ask(PERSON, "thi đua 1/3/2026")


async def test_a_search_without_words_explains_itself(desk: Scene) -> None:
    assert "ví dụ" in await desk.ask(PERSON, "/search")


async def test_a_mistake_in_the_query_is_pointed_at(desk: Scene) -> None:
    said = await desk.ask(PERSON, '/search thi "đua')
    assert '»"«' in said
    assert "ngoặc kép" in said


HOSTILE = [
    "x'; DROP TABLE items; --",
    "NEAR(a b) AND * OR",
    "((((((((((",
    "a" * 4096,
    "từ " * 1300,
    "\u202e\u0000\u200b\u2066",
    "😀" * 500,
    "<b>đậm</b> & <script>",
    "-----",
    '"' * 99,
    "%_[^]\\",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_gets_one_sane_answer(desk: Scene, text: str) -> None:
    await desk.publish(*NEWS, baseline=True)
    for asked in (text, f"/search {text}"[:4096], f"/watch {text}"[:4096], f"/subscribe {text}"[:4096]):
        answers = await desk.answers(PERSON, asked)
        assert len(answers) == 1
        assert 0 < len(answers[0]["text"]) <= 4096
    assert "12 tin" in await desk.ask(PERSON, "thi dua")
    desk.no_harm()


async def test_the_newest_are_listed_as_many_as_asked(wide_desk: Scene) -> None:
    await wide_desk.publish(*NEWS, baseline=True)
    await wide_desk.publish(notice("Một cửa", 50, source_id="cchc"), baseline=True)
    assert (await wide_desk.ask(PERSON, "/latest")).count(" · ") == 5
    assert (await wide_desk.ask(PERSON, "/moi 3")).count(" · ") == 3
    assert (await wide_desk.ask(PERSON, "/latest 999999")).count(" · ") == 13
    assert (await wide_desk.ask(PERSON, "/latest cchc")).count(" · ") == 1
    assert "Không có nguồn nào" in await wide_desk.ask(PERSON, "/latest năm")


async def test_everybody_in_a_group_may_search_and_plain_text_there_is_no_search(desk: Scene) -> None:
    desk.group()
    await desk.publish(*NEWS, baseline=True)
    assert "12 tin" in await desk.ask(GROUP, "/tim thi dua", user_id=MEMBER)
    assert "Tin 6–10" in await desk.press(GROUP, "Tiếp", user_id=MEMBER)
    assert await desk.answers(GROUP, "thi dua", user_id=MEMBER) == []
    assert await desk.answers(GROUP, "/tim@other_bot thi dua", user_id=MEMBER) == []


async def test_an_unknown_command_and_a_picture_are_answered_politely_in_private_only(desk: Scene) -> None:
    desk.group()
    assert "/trogiup" in await desk.ask(PERSON, "/xyz")
    picture = {"photo": [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}], "text": None}
    assert "chỉ đọc được chữ" in await desk.ask(PERSON, "", extra=picture)
    assert await desk.answers(GROUP, "/xyz", user_id=MEMBER) == []
