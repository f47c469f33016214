"""Whatever a page holds, the readers give a reading: no exception, and nothing in it that is not well formed.

LOA_FUZZ_SECONDS=600 runs the same search for ten minutes instead of a moment.
"""

import os
import random
import time
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.article import read_article
from bot.sources.page import announced_feed
from bot.sources.portlets import read_album, read_portlets
from tests.rooms.sources.pages import NOW, PAGES, PORTAL, ZONE, listed

TAGS = [
    "a",
    "b",
    "div",
    "span",
    "p",
    "br",
    "table",
    "tr",
    "td",
    "th",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "img",
    "time",
    "em",
    "font",
    "form",
    "main",
    "nav",
    "aside",
    "footer",
    "header",
    "section",
    "article",
    "figure",
    "figcaption",
    "select",
    "option",
    "script",
    "style",
    "svg",
    "base",
    "meta",
    "link",
    "title",
    "iframe",
]
ATTRIBUTES = [
    'class="tin"',
    'class="date"',
    'class="title"',
    'class="pager-next"',
    'class="menu"',
    'href="/bai/1"',
    'href="/bai/2?x=1"',
    'href="http:host/x"',
    'href="https://hosthttps://host/x"',
    'href="javascript:__doPostBack(1)"',
    'href="#"',
    'href="//"',
    'href="http://[::1"',
    'href="?cur=2"',
    'href="/a.pdf"',
    'src="/a.jpg"',
    'src="data:,"',
    'rel="next"',
    'rel="author"',
    'datetime="2019-13-45"',
    'style="display:none"',
    "hidden",
    'datetime="2019-03-14T16:05:00+07:00"',
    'title=">"',
    'content="x"',
    'itemprop="datePublished"',
    'value="https://a.example"',
    'alt="Ảnh"',
    'width="9999999999999999999999"',
]
WORDS = (
    *("Thông báo tuyển dụng viên chức năm 2026", "(14/03/2019 04:05 PM)", "14/03/2019", "99/99/9999", "0001-01-01"),
    *("1", "2", "3", "...", ">", ">>", "Xem tiếp", "Trang sau", "Giới thiệu chung", "Thư viện ảnh", "Liên kết website"),
    *("Trạng thái", "Không tìm thấy", "3 giờ trước", "31/02/2026", "Ngày 14 tháng 3 năm 2019", "Tác giả: Lò Văn An"),
    *("&amp;amp;lt;b&gt;", "&#0;", "&#x110000;", "&#xD800;", "\u0323\u0302", "\u200b", "\u00a0", "(" * 50),
    *("]]>", "<![CDATA[", "-->", "<", "</", '"', "'", "="),
)

opening = st.builds(
    lambda tag, attributes: f"<{tag} {' '.join(attributes)}>",
    st.sampled_from(TAGS),
    st.lists(st.sampled_from(ATTRIBUTES), max_size=3),
)
closing = st.sampled_from(TAGS).map(lambda tag: f"</{tag}>")
text = st.one_of(st.sampled_from(WORDS), st.text(max_size=40))
markup = st.lists(st.one_of(opening, closing, text), max_size=120).map("".join)


def check(html: str) -> None:
    reading = listed(html)
    assert (reading.trouble is None) == bool(reading.items)
    for item in reading.items:
        assert item.title
        assert item.title == " ".join(item.title.split())
        assert unicodedata.is_normalized("NFC", item.title)
        assert item.url is None or item.url.startswith(("http://", "https://"))
        assert item.keys
        assert item.published_at is None or item.published_at.tzinfo is not None
    assert reading.next_page is None or reading.next_page.startswith("http")
    article = read_article(html, PORTAL, NOW, ZONE)
    assert article.body is None or article.body.strip()
    read_portlets(html, PORTAL)
    read_album(html, PORTAL)
    announced_feed(html, PORTAL)


@settings(max_examples=120, deadline=None)
@given(markup)
def test_any_markup_gives_a_reading(html: str) -> None:
    check(html)


def test_broken_copies_of_our_pages_give_a_reading() -> None:
    dice = random.Random(20261125)
    pages = [path.read_text("utf-8") for path in sorted(PAGES.rglob("*.html"))]
    until = time.monotonic() + float(os.environ.get("LOA_FUZZ_SECONDS", "0"))
    for number in range(1_000_000):
        if number >= 60 and time.monotonic() > until:
            break
        check(broken(dice.choice(pages), dice))


def broken(html: str, dice: random.Random) -> str:
    """A page with some of its parts cut, doubled, swapped or replaced."""
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(html) + 1)
        to = min(len(html), at + dice.randint(1, 400))
        piece = dice.choice(
            (
                "",
                html[at:to] * 2,
                dice.choice(WORDS),
                f"<{dice.choice(TAGS)} {dice.choice(ATTRIBUTES)}>",
                chr(dice.randrange(0x3000)),
            )
        )
        html = html[:at] + piece + html[to:]
    return html or " "
