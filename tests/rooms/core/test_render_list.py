"""Lists: the newest, search results, collected bursts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.chats.words import words_for
from bot.core.query import Query, parse
from bot.core.render_list import collected, item_line, latest, search_page
from bot.core.style import Style
from bot.core.text import utf16_length
from bot.model import Followed, Found, SearchPage, Source, Watched
from bot.simulator.telegram_html import parse_html
from tests.owed import a_stored

SOURCES = {
    name: Source(id=name, title=title, url=f"https://{name}.example.vn/rss")
    for name, title in (("tdkt", "Thi đua - Khen thưởng"), ("cchc", "Cải cách hành chính"))
}
STYLE = Style(words=words_for("vi"), sources=SOURCES)
FOLLOWED = (Followed(source_id="tdkt"),)
WATCHED = (Watched(query="bão"), Watched(query="lũ"), Watched(query="mưa"))
DAY = datetime(2019, 3, 14, 9, 5, tzinfo=UTC)


def plain(html: str) -> str:
    return parse_html(html).text


def test_a_line_links_the_title_and_tells_date_and_source() -> None:
    line = item_line(a_stored(1, title="A & B", published_at=DAY), STYLE, number=3)
    assert plain(line) == "3. A & B\nThứ Năm, 14/03/2019, 16:05 · Thi đua - Khen thưởng"
    assert parse_html(line).entities[0]["url"] == "https://tinh.example.gov.vn/tin-1.html"


def test_hits_are_bold_in_the_snippet() -> None:
    found = Found(stored=a_stored(1), snippet="phòng chống bão & lũ", spans=((12, 15),))
    assert item_line(found.stored, STYLE, found=found).endswith("phòng chống <b>bão</b> &amp; lũ")


def test_latest_fits_into_one_message_even_with_endless_titles() -> None:
    rendered = latest([a_stored(n, title="Một đầu đề rất dài " * 99, published_at=DAY) for n in range(20)], STYLE)
    text = plain(rendered.text)
    assert utf16_length(text) <= 4_096
    assert text.count("Thứ Năm") == 20


def test_an_empty_archive_says_so() -> None:
    assert plain(latest([], STYLE).text) == "Chưa có tin nào."


def test_a_page_of_results_names_query_total_and_place() -> None:
    page = SearchPage(results=tuple(Found(stored=a_stored(n)) for n in range(6, 11)), total=12)
    text = plain(search_page(page, "bão <lũ>", STYLE, offset=5).text)
    assert text.startswith("“bão <lũ>”: 12 tin\nTin 6–10\n\n6. Tin số 6\n")
    assert "10. Tin số 10" in text


def test_a_page_full_of_hits_keeps_all_its_entities() -> None:
    query = parse("lũ", DAY)
    assert isinstance(query, Query)
    text, spans = "lũ, " * 60, tuple((4 * n, 4 * n + 2) for n in range(60))
    stored = [a_stored(n, title=text, published_at=DAY) for n in range(1, 6)]
    page = SearchPage(results=tuple(Found(stored=each, snippet=text, spans=spans) for each in stored), total=5)
    entities = parse_html(search_page(page, "lũ", STYLE, asked=(query,)).text).entities
    assert len(entities) <= 100
    assert sum(each["type"] == "bold" for each in entities) > 80
    assert sum(each["type"] == "italic" for each in entities) == 5


def test_more_than_a_thousand_is_not_called_a_thousand() -> None:
    page = SearchPage(results=(Found(stored=a_stored(1)),), total=1_000, more=True)
    assert "ít nhất 1.000 tin" in plain(search_page(page, "tin", STYLE).text)


def test_an_archive_that_was_not_looked_through_is_not_called_empty() -> None:
    text = plain(search_page(SearchPage(more=True), "bão", STYLE).text)
    assert text.startswith("Chưa tìm thấy tin nào khớp với “bão” trong những tin mới")


def test_the_nearest_are_said_not_to_be_exact() -> None:
    text = plain(search_page(SearchPage(nearest=(Found(stored=a_stored(1)),)), "bõa", STYLE).text)
    assert text.startswith("Không có tin nào khớp với “bõa”.\n\nGần giống")
    assert "1. Tin" not in text


def test_a_burst_of_one_source_lists_every_item_once_under_its_name() -> None:
    (part,) = collected([(a_stored(n, published_at=DAY), FOLLOWED) for n in range(1, 13)], STYLE)
    lines = plain(part.rendered.text).split("\n\n")
    assert part.count == 12
    assert lines[0] == "12 tin mới\nThi đua - Khen thưởng"
    assert lines[1] == "Tin số 1\nThứ Năm, 14/03/2019, 16:05"
    assert [line.split("\n")[0] for line in lines[1:-1]] == [f"Tin số {n}" for n in range(1, 13)]
    assert lines[-1] == "Nhận tin vì đã đăng ký: Thi đua - Khen thưởng."


def test_a_mixed_burst_tells_each_items_source_and_every_reason() -> None:
    (part,) = collected(
        [
            (a_stored(1), FOLLOWED),
            (a_stored(2, source_id="cchc"), (Followed(source_id="cchc"), *WATCHED)),
            (a_stored(3), (Watched(query="khen thưởng"),)),
        ],
        STYLE,
    )
    text = plain(part.rendered.text)
    assert "Tin số 2\nCải cách hành chính" in text
    assert "đã đăng ký: Thi đua - Khen thưởng, Cải cách hành chính." in text
    assert text.endswith("Nhận tin vì đang theo dõi từ khóa “bão”, “lũ”, “mưa” và 1 từ khóa khác.")


@pytest.mark.parametrize("count", [50, 200])
@pytest.mark.parametrize(
    ("title", "url"),
    [
        ("Ngắn", "https://x.example.vn/{}"),
        ("Một đầu đề dài & rộng " * 40, "https://x.example.vn/{}"),
        ("😀" * 400, "https://x.example.vn/" + "đ" * 1_900 + "{}"),
    ],
)
def test_a_great_burst_is_split_in_order_and_nothing_is_dropped(count: int, title: str, url: str) -> None:
    entries = [(a_stored(n, title=f"{n} {title}", url=url.format(n), published_at=DAY), FOLLOWED) for n in range(count)]
    parts = collected(entries, STYLE)
    assert sum(part.count for part in parts) == count
    numbers: list[str] = []
    for place, part in enumerate(parts, 1):
        parsed = parse_html(part.rendered.text)
        assert utf16_length(parsed.text) <= 4_096
        assert len(part.rendered.text.encode()) <= 1 << 15
        assert len(parsed.entities) <= 100
        paragraphs = parsed.text.split("\n\n")
        assert f"({place}/{len(parts)})" in paragraphs[0] or len(parts) == 1
        assert paragraphs[-1].startswith("Nhận tin vì")
        numbers += [paragraph.split(" ")[0] for paragraph in paragraphs[1:-1]]
    assert numbers == [str(n) for n in range(count)]


def test_a_burst_is_split_no_more_than_needed() -> None:
    entries = [(a_stored(n, title=f"Tin ngắn {n}", published_at=DAY), FOLLOWED) for n in range(40)]
    assert len(collected(entries, STYLE)) == 1


def test_what_a_watch_asks_for_is_bold_in_the_titles_of_a_collected_message() -> None:
    entries = ((a_stored(1, title="Cơn bão <3>, lũ"), WATCHED), (a_stored(2, title="Bão khác"), FOLLOWED))
    (part,) = collected(entries, STYLE)
    assert "Cơn <b>bão</b> &lt;3&gt;, <b>lũ</b></a>" in part.rendered.text
    assert ">Bão khác</a>" in part.rendered.text
    assert "“bão”" in part.rendered.text
