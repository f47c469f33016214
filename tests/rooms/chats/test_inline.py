"""Inline mode: search in any chat."""

from typing import Any

import pytest

from tests.fakes import notice
from tests.rooms.chats.scene import PERSON, Scene

PICTURE = "https://portal.example/anh/1.jpg"


async def offered(desk: Scene, words: str, offset: str = "") -> dict[str, Any]:
    query = desk.telegram.inline(PERSON, words, offset=offset)
    await desk.handle()
    answer = desk.telegram.answer(query)
    assert answer is not None
    return answer


async def test_the_last_word_is_a_beginning(desk: Scene) -> None:
    await desk.publish(notice("Hội nghị thi đua", 1, image_url=PICTURE), notice("Tin khác", 2), baseline=True)
    (result,) = (await offered(desk, "thi đ"))["results"]
    assert result["title"] == "Hội nghị thi đua"
    assert result["thumbnail_url"] == PICTURE
    assert "14/03/2026" in result["description"]
    assert "Tin tức - Sự kiện" in result["input_message_content"]["message_text"]
    assert result["reply_markup"]["inline_keyboard"][0][0]["url"].startswith("https://portal.example/")
    desk.no_harm()


async def test_an_unfinished_query_finds_what_it_says_so_far(desk: Scene) -> None:
    await desk.publish(notice("Hội nghị thi đua", 1), notice("Tin khác", 2), baseline=True)
    for words in ("hội ng", "(hội", "(thi OR", '"hội ng', "thi -", "thi đua OR"):
        assert [each["title"] for each in (await offered(desk, words))["results"]] == ["Hội nghị thi đua"], words


async def test_a_mistake_is_told_above_the_empty_list(desk: Scene) -> None:
    answer = await offered(desk, "lũ tu:30/02/2026")
    assert answer["button"]["text"] == "lũ tu:»30/02/2026«: không có ngày này trong lịch"
    assert (await offered(desk, "-lũ"))["button"]["text"].startswith("»-«lũ: cần ít nhất")
    assert len((await offered(desk, f"{'lũ ' * 60}) lụt"))["button"]["text"]) <= 64
    desk.no_harm()


async def test_more_results_come_page_by_page_and_none_twice(desk: Scene) -> None:
    await desk.publish(*(notice(f"Thi đua số {number}", number) for number in range(1, 26)), baseline=True)
    seen: list[str] = []
    offsets = [""]
    while len(offsets) < 9:
        answer = await offered(desk, "thi dua", offsets[-1])
        seen += [result["title"] for result in answer["results"]]
        if not answer["next_offset"]:
            break
        offsets.append(answer["next_offset"])
    assert offsets == ["", "10", "20"]
    assert len(seen) == len(set(seen)) == 25


async def test_without_words_the_newest_are_offered(desk: Scene) -> None:
    await desk.publish(*(notice(f"Tin {number}", number) for number in range(1, 4)), baseline=True)
    assert len((await offered(desk, ""))["results"]) == 3


@pytest.mark.parametrize("words", ["xyzzy", '"', "((", "x" * 256, "\u202e"])
async def test_nothing_found_offers_the_help(desk: Scene, words: str) -> None:
    answer = await offered(desk, words)
    assert answer["results"] == []
    assert answer["button"]["start_parameter"] == "help"
    desk.no_harm()


@pytest.mark.parametrize("offset", ["-1", "x", "9999999", "٣"])
async def test_a_forged_offset_is_harmless(desk: Scene, offset: str) -> None:
    await desk.publish(notice("Tin", 1), baseline=True)
    assert len((await offered(desk, "tin", offset))["results"]) <= 1


async def test_asking_inline_stores_nobody(desk: Scene) -> None:
    await offered(desk, "thi")
    assert await desk.store.chats.count() == 0
