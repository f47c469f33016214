"""A pushed item, read by a parser as strict as Telegram's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chats.words import words_for
from bot.core.render import push, push_plain
from bot.core.style import Style
from bot.core.text import utf16_length
from bot.model import EVERY_SOURCE, Attachment, Followed, Item, Language, Pushed, Reason, Source, Watched
from bot.simulator.telegram_html import parse_html
from tests.owed import a_stored

SOURCES = {"tdkt": Source(id="tdkt", title="Tin tức - Sự kiện", url="https://tinh.example.gov.vn/rss")}
FOLLOWED = Followed(source_id="tdkt")
AFTERNOON = datetime(2019, 3, 14, 9, 5, tzinfo=UTC)


def style(language: Language = "vi", summary_length: int = 300) -> Style:
    return Style(words=words_for(language), sources=SOURCES, summary_length=summary_length)


def shown(reason: Reason = FOLLOWED, language: Language = "vi", **fields: object) -> str:
    return parse_html(push(a_stored(1, **fields), (reason,), style(language)).text).text


def a_watch(query: str) -> Watched:
    return Watched(query=query)


def test_a_push_shows_title_date_summary_source_and_why_it_came() -> None:
    text = shown(title="Hội nghị tổng kết", published_at=AFTERNOON, summary="Sáng nay, tỉnh tổ chức hội nghị.")
    assert text.split("\n") == [
        "Hội nghị tổng kết",
        "Thứ Năm, 14/03/2019, 16:05",
        "",
        "Sáng nay, tỉnh tổ chức hội nghị.",
        "",
        "Tin tức - Sự kiện",
        "Nhận tin vì đã đăng ký nguồn này.",
    ]


def test_the_title_is_bold_and_leads_to_the_article_and_so_does_the_button() -> None:
    rendered = push(a_stored(1, title="Hội nghị"), (FOLLOWED,), style())
    kinds = {entity["type"]: entity for entity in parse_html(rendered.text).entities}
    assert kinds["bold"]["length"] == kinds["text_link"]["length"] == len("Hội nghị")
    assert kinds["text_link"]["url"] == rendered.buttons[0][0].url == "https://tinh.example.gov.vn/tin-1.html"


@pytest.mark.parametrize(
    ("published_at", "date_only", "date"),
    [
        (AFTERNOON, False, "Thứ Năm, 14/03/2019, 16:05"),
        (datetime(2019, 3, 13, 17, 0, tzinfo=UTC), True, "Thứ Năm, 14/03/2019"),
        (datetime(2019, 3, 16, 17, 0, tzinfo=UTC), False, "Chủ Nhật, 17/03/2019, 00:00"),
    ],
)
def test_the_date_is_written_out_in_the_portals_time_zone(published_at: datetime, date_only: bool, date: str) -> None:
    assert shown(published_at=published_at, date_only=date_only).split("\n")[1] == date


def test_a_date_beyond_the_calendar_is_left_out() -> None:
    assert shown(published_at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC)).split("\n")[1] == ""


def test_what_a_watch_asks_for_is_bold_in_the_summary_and_its_query_is_named() -> None:
    rendered = push(
        a_stored(1, title="Tin", summary="Xã <Hoà> thi đua, khen thưởng."), (Watched(query="hòa khen* -bão"),), style()
    )
    assert "Xã &lt;<b>Hoà</b>&gt; thi đua, <b>khen</b> thưởng." in rendered.text
    assert "“hòa khen* -bão”" in rendered.text


@pytest.mark.parametrize("query", ["", '"', "tu:01/01/2026"])
def test_a_watch_without_words_marks_nothing(query: str) -> None:
    assert "Xã thi đua." in push(a_stored(1, title="Tin", summary="Xã thi đua."), (Watched(query=query),), style()).text


def test_english_chats_read_english() -> None:
    text = shown(language="en", published_at=AFTERNOON)
    assert "Thursday, 14/03/2019, 16:05" in text
    assert "follows this source" in text


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Followed(source_id=EVERY_SOURCE), "tất cả các nguồn"),
        (Watched(query='"thi đua" -khen'), '“"thi đua" -khen”'),
        (Pushed(by="1001"), "quản trị viên"),
    ],
)
def test_it_says_why_it_came(reason: Reason, words: str) -> None:
    assert words in shown(reason).rpartition("\n")[2]


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ((Watched(query='"thi đua"'),), "Nhận tin vì đang theo dõi từ khóa “thi đua”."),
        ((Watched(query="bão"), Watched(query="lũ")), "Nhận tin vì đang theo dõi từ khóa “bão” và “lũ”."),
        (
            (FOLLOWED, *map(a_watch, ("a", "b", "c"))),
            "Nhận tin vì đã đăng ký nguồn này và đang theo dõi từ khóa “a”, “b” và “c”.",
        ),
        (
            (Followed(source_id=EVERY_SOURCE), *map(a_watch, "abcde")),
            "Nhận tin vì đã đăng ký tất cả các nguồn và đang theo dõi từ khóa “a”, “b”, “c” và 2 từ khóa khác.",
        ),
        ((Pushed(by="1"), Watched(query="a")), "Nhận tin vì đang theo dõi từ khóa “a”.\nTin do quản trị viên gửi."),
    ],
)
def test_it_names_three_queries_and_counts_the_others(reasons: tuple[Reason, ...], said: str) -> None:
    stored = a_stored(1)
    assert parse_html(push(stored, reasons, style()).text).text.endswith(f"\nTin tức - Sự kiện\n{said}")
    assert push_plain(stored, reasons, style()).text.endswith(f"\nTin tức - Sự kiện\n{said}")


def test_what_each_of_several_watches_asks_for_is_bold() -> None:
    reasons: tuple[Reason, ...] = (FOLLOWED, *map(a_watch, ("thi đua", '"đua khen"', "phường")))
    stored = a_stored(1, title="Tin", summary="Xã thi đua khen thưởng, phường cũng vậy.")
    assert "Xã <b>thi đua khen</b> thưởng, <b>phường</b> cũng vậy." in push(stored, reasons, style()).text


def test_a_summary_is_cut_at_a_sentence() -> None:
    summary = "Câu thứ nhất dài vừa phải thôi. " * 3 + "Câu cuối cùng này thì sẽ không còn chỗ nữa."
    rendered = push(a_stored(1, summary=summary), (FOLLOWED,), style(summary_length=100))
    paragraph = parse_html(rendered.text).text.split("\n\n")[1]
    assert (
        paragraph == "Câu thứ nhất dài vừa phải thôi. Câu thứ nhất dài vừa phải thôi. Câu thứ nhất dài vừa phải thôi."
    )


def test_a_summary_that_repeats_the_title_is_left_out() -> None:
    assert shown(title="Thông báo nghỉ lễ", summary=" Thông báo  nghỉ lễ ").count("Thông báo nghỉ lễ") == 1


def test_the_picture_is_a_large_preview_below() -> None:
    rendered = push(a_stored(1, image_url="https://tinh.example.gov.vn/anh.jpg"), (FOLLOWED,), style())
    assert (rendered.preview_url, rendered.large_preview) == ("https://tinh.example.gov.vn/anh.jpg", True)
    assert push(a_stored(1), (FOLLOWED,), style()).preview_url == ""


def test_attachments_are_links_and_a_surplus_is_counted() -> None:
    files = tuple(Attachment(title=f"Văn bản {n}", url=f"https://tinh.example.gov.vn/{n}.pdf") for n in range(8))
    parsed = parse_html(push(a_stored(1, attachments=files), (FOLLOWED,), style()).text)
    links = [entity["url"] for entity in parsed.entities if entity["type"] == "text_link"]
    assert [link for link in links if link.endswith(".pdf")] == [each.url for each in files[:5]]
    assert "và 3 tệp khác" in parsed.text


def test_a_broken_address_gives_neither_link_nor_button() -> None:
    rendered = push(a_stored(1, url="javascript:alert(1)"), (FOLLOWED,), style())
    assert not rendered.buttons
    assert "javascript" not in rendered.text


@pytest.mark.parametrize("title", ["<b></b>", "\x00\x01\u202e", "", "   ", "\u200b\u2060"])
def test_a_title_of_nothing_to_see_is_named_so(title: str) -> None:
    first = shown(title=title).split("\n")[0]
    assert first in ("(Không có tiêu đề)", "<b></b>")


def test_titles_of_markup_are_shown_as_they_are() -> None:
    assert shown(title="Thẻ <script>alert(1)</script> & <b>").startswith("Thẻ <script>alert(1)</script> & <b>\n")


def test_decomposed_text_is_shown_composed() -> None:
    assert shown(title="Tie\u0302\u0301ng Vie\u0323\u0302t").startswith("Tiếng Việt\n")


def test_the_plain_form_holds_the_same_without_markup_button_or_preview() -> None:
    rendered = push_plain(
        a_stored(1, title="A < B", summary="Tóm tắt.", image_url="https://x.example.vn/a.jpg"), (FOLLOWED,), style()
    )
    assert not rendered.html
    assert not rendered.buttons
    assert not rendered.preview_url
    for part in ("A < B", "Tóm tắt.", "https://tinh.example.gov.vn/tin-1.html", "Tin tức - Sự kiện"):
        assert part in rendered.text


def test_ten_thousand_letters_and_a_megabyte_fit_into_a_message() -> None:
    rendered = push(
        a_stored(
            1,
            title="Ấ" * 10_000,
            summary="😀" * 1_000_000,
            attachments=tuple(
                Attachment(title="Tệp 😀" * 99, url=f"https://x.example.vn/{'a' * 1_900}{n}") for n in range(50)
            ),
        ),
        (FOLLOWED, *(Watched(query=f"{number} từ khóa " * 500) for number in range(50))),
        style(summary_length=1_000_000),
    )
    assert utf16_length(parse_html(rendered.text).text) <= 4_096
    assert len(rendered.text.encode()) <= 1 << 15


ANY_TEXT = st.text(max_size=200) | st.sampled_from(["<b>", "&amp;", "</a>", "]]>", "\ud800", "\u202e", "a" * 5_000])


@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        Item,
        source_id=ANY_TEXT,
        keys=st.just(("guid:1",)),
        title=ANY_TEXT,
        url=st.none() | ANY_TEXT | st.just("https://x.example.vn/?a=1&b=<2>"),
        summary=st.none() | ANY_TEXT,
        published_at=st.none()
        | st.integers(-2_000_000_000, 4_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
        date_only=st.booleans(),
        image_url=st.none() | ANY_TEXT,
    ),
    ANY_TEXT,
    st.sampled_from(["vi", "en"]),
)
def test_whatever_a_portal_writes_telegram_takes_it(item: Item, query: str, language: Language) -> None:
    stored = a_stored(1)
    stored = type(stored)(id=1, item=item, first_seen_at=stored.first_seen_at)
    rendered = push(stored, (Watched(query=query),), style(language))
    parsed = parse_html(rendered.text)
    assert 0 < utf16_length(parsed.text.strip()) <= 4_096
    assert len(parsed.entities) <= 100
    assert "\u202e" not in parsed.text
    plain = push_plain(stored, (Watched(query=query),), style(language)).text
    assert 0 < utf16_length(plain.strip()) <= 4_096
