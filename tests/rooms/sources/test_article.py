"""Article pages of six platforms, and the traps that lie in them."""

from datetime import datetime

import pytest

from bot.sources.article import Article, read_article
from tests.rooms.sources.pages import NOW, PAGES, ZONE, page, truth

ARTICLES = sorted(path.stem for path in (PAGES / "articles").glob("*.html"))
TITLE = "Hội nghị tổng kết công tác năm của ngành"
TEXT = "Hội nghị đã nghe báo cáo kết quả công tác năm qua, thảo luận phương hướng năm tới và biểu quyết thông qua. "


def article(html: str) -> Article:
    return read_article(html, "https://so.example.gov.vn/bai/1", NOW, ZONE)


def told(head: str = "", before: str = "", after: str = "") -> Article:
    """An article of three paragraphs with something in its head, before and after its text."""
    return article(
        f"<html><head><title>Sở</title>{head}</head><body><div class='bai'><h1>{TITLE}</h1>"
        f"{before}<p>{TEXT * 2}</p><p>{TEXT * 3}</p><p>{TEXT * 2}</p>{after}</div></body></html>"
    )


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_is_read_whole(name: str) -> None:
    expected = truth(f"articles/{name}")
    found = read_article(page(f"articles/{name}"), expected["url"], NOW, ZONE)
    assert found.title == expected["title"]
    assert found.published_at == datetime.fromisoformat(expected["published_at"])
    assert (found.date_only, found.lead) == (expected["date_only"], expected["lead"])
    assert (found.image_url, found.image_caption) == (expected["image"], expected["caption"])
    assert found.author == expected["author"]
    assert [[one.title, one.url] for one in found.attachments] == expected["attachments"]


@pytest.mark.parametrize("name", ARTICLES)
def test_the_body_holds_the_text_and_nothing_beside_it(name: str) -> None:
    expected = truth(f"articles/{name}")
    body = read_article(page(f"articles/{name}"), expected["url"], NOW, ZONE).body or ""
    assert [text for text in expected["body_has"] if text not in body] == []
    assert [text for text in expected["body_lacks"] if text in body] == []


def test_the_day_of_the_event_is_not_the_day_of_publication() -> None:
    found = told(
        before="<p>Ngày đăng: 14/03/2019</p><p>Sáng ngày 12/3/2019 đã diễn ra hội nghị tại trung tâm tỉnh.</p>"
    )
    assert found.published_at == datetime.fromisoformat("2019-03-14T00:00:00+07:00")


def test_a_date_of_dot_net_in_the_head_is_month_first_and_believed_last() -> None:
    meta = '<meta name="date" content="3/4/2026 6:52:01 AM">'
    assert told(head=meta).published_at == datetime.fromisoformat("2026-03-04T06:52:01+07:00")
    shown = told(head=meta, before="<p>03/04/2026 06:52</p>")
    assert shown.published_at == datetime.fromisoformat("2026-04-03T06:52:00+07:00")


def test_a_local_time_that_claims_to_be_utc_gives_way_to_the_page() -> None:
    meta = '<meta property="article:published_time" content="2019-03-14T16:05:00Z">'
    assert told(head=meta, before="<p>14/03/2019 16:05</p>").published_at == datetime.fromisoformat(
        "2019-03-14T16:05:00+07:00"
    )


def test_a_certain_claim_wins_over_another_date_on_the_page() -> None:
    meta = '<meta property="article:published_time" content="2019-03-14T16:05:00+07:00">'
    found = told(head=meta, before="<p>Cập nhật: 20/03/2019</p>")
    assert found.published_at == datetime.fromisoformat("2019-03-14T16:05:00+07:00")


def test_numbered_paragraphs_belong_to_the_body() -> None:
    found = told(after="<p>1. Tăng cường kiểm tra cơ sở.</p><p>2. Đẩy mạnh tuyên truyền.</p>")
    assert found.body is not None
    assert found.body.endswith("1. Tăng cường kiểm tra cơ sở.\n\n2. Đẩy mạnh tuyên truyền.")


def test_the_body_ends_where_other_news_begins() -> None:
    after = (
        '<h3>Tin liên quan</h3><p><a href="/2">Khai mạc giải bóng chuyền nông dân</a></p><p>Một dòng nữa ở dưới.</p>'
    )
    assert "Một dòng nữa" not in (told(after=after).body or "")


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Lê Thuý Hằng - Phó Trưởng phòng Nghiệp vụ", "Lê Thuý Hằng - Phó Trưởng phòng Nghiệp vụ"),
        ("Tin, ảnh: Vàng A Páo", "Vàng A Páo"),
        ("Tác giả: Tổ Biên tập", "Tổ Biên tập"),
        ("(Theo Báo Đông Sơn)", "Báo Đông Sơn"),
        ("NGUYỄN THỊ LÀNH", "NGUYỄN THỊ LÀNH"),
    ],
)
def test_a_signature_under_the_text_is_the_author(line: str, author: str) -> None:
    found = told(after=f"<p align='right'><b>{line}</b></p>")
    assert found.author == author
    assert line not in (found.body or "")


@pytest.mark.parametrize(
    "line", ["Hội nghị kết thúc lúc 11 giờ.", "Toàn cảnh hội nghị", "Kính mời quý vị đại biểu theo dõi", "Xem tiếp"]
)
def test_a_last_line_that_is_no_name_is_no_author(line: str) -> None:
    assert told(after=f"<p>{line}</p>").author is None


def test_the_portals_administrator_is_nobody() -> None:
    assert told(head='<meta name="author" content="admin">').author is None


def test_a_short_line_under_a_picture_is_its_caption() -> None:
    found = told(before='<p align="center"><img src="/anh/1.jpg"></p><p align="center">Toàn cảnh hội nghị</p>')
    assert (found.image_url, found.image_caption) == ("https://so.example.gov.vn/anh/1.jpg", "Toàn cảnh hội nghị")
    assert "Toàn cảnh" not in (found.body or "")


def test_the_paragraph_after_a_picture_is_no_caption() -> None:
    found = told(before='<p><img src="/anh/1.jpg"></p>')
    assert (found.image_url, found.image_caption) == ("https://so.example.gov.vn/anh/1.jpg", None)


def test_a_logo_is_not_the_picture_of_the_article() -> None:
    assert told(head='<meta property="og:image" content="/images/logo.png">').image_url is None
    assert (
        told(head='<meta property="og:image" content="/anh/bai.jpg">').image_url
        == "https://so.example.gov.vn/anh/bai.jpg"
    )


def test_structured_data_tells_the_author_even_when_sloppy() -> None:
    data = '{"@context":"https://schema.org","@type":"NewsArticle","author":[{"@type":"Person","name":"Lò Thị Mai"}],}'
    assert told(head=f'<script type="application/ld+json">//<![CDATA[\n{data}\n//]]></script>').author == "Lò Thị Mai"


@pytest.mark.parametrize(
    "data", ["{", "[" * 100_000, "null", '{"@type": 5}', '{"@type":"NewsArticle","author":{"name":7}}']
)
def test_broken_structured_data_is_passed_over(data: str) -> None:
    found = told(head=f'<script type="application/ld+json">{data}</script>')
    assert found.title == TITLE


@pytest.mark.parametrize("html", ["", "<p>ngắn", "<div>" * 200_000, "<html><body><ul><li>a</ul></body></html>"])
def test_a_page_without_an_article_gives_an_empty_one(html: str) -> None:
    found = article(html)
    assert (found.body, found.is_certain, found.attachments) == (None, False, ())


def test_documents_of_menus_are_not_the_articles() -> None:
    found = told(
        before='<a href="/f/bieu-mau.docx">Biểu mẫu đăng ký</a>',
        after='</div><div id="chan"><a href="/f/huong-dan.pdf">Hướng dẫn sử dụng cổng</a>',
    )
    assert [one.title for one in found.attachments] == ["Biểu mẫu đăng ký"]
