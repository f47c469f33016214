"""View counters leave a text; numbers that are the news stay."""

import pytest

from bot.core.counters import without_counters
from bot.core.identity import keys_of
from bot.core.likeness import likeness, outline
from tests.fakes import START

TITLE = "Khánh thành cầu dân sinh bản Pọng"


@pytest.mark.parametrize(
    "counter",
    [
        "(Lượt xem: 123)",
        "(1.024 lượt xem)",
        "[88 lượt đọc]",
        "- Lượt xem: 1.024",
        "| Số lượt xem: 7",
        "| 15 lượt truy cập",
        "Đã xem: 12",
        "LƯỢT XEM : 9",
        "(lượt xem 5)",
        "– Views: 3,201",
        "· 2k views",
    ],
)
def test_a_counter_leaves_the_title_with_what_sets_it_off(counter: str) -> None:
    assert without_counters(f"{TITLE} {counter}") == TITLE


def test_a_counter_leaves_a_lead_whose_sentences_stay() -> None:
    assert without_counters("Cầu dài 120 m. Lượt xem: 45 Tác giả: Hà An") == "Cầu dài 120 m. Tác giả: Hà An"
    assert without_counters("Lượt xem: 45") == ""
    assert without_counters("45 lượt xem") == ""


@pytest.mark.parametrize(
    "text",
    [
        "Clip về bản làng đạt 2 triệu lượt xem",
        "Cổng dịch vụ công có 15.000 lượt truy cập trong tháng",
        "Hơn 300 lượt đọc sách tại thư viện huyện",
        "Lần xem xét thứ 2: 45 hồ sơ được duyệt",
        "Lượt đi: 3 chuyến, lượt về: 2 chuyến",
        "Đã xem xét: 12 kiến nghị",
        "White: 3 hit songs",
        TITLE,
    ],
)
def test_a_number_that_is_the_news_stays(text: str) -> None:
    assert without_counters(text) == text


def test_a_counter_makes_neither_another_item_nor_another_story() -> None:
    def keys(count: int) -> tuple[str, ...]:
        title = f"{TITLE} (Lượt xem: {count})"
        return keys_of(guid=None, url=None, title=title, published_at=START, date_only=False, summary=None)

    assert keys(5) == keys(612)
    assert likeness(outline(f"{TITLE} (5 lượt xem)", None), outline(f"{TITLE} (91 lượt xem)", None)) == 1.0
