"""Dates as portals write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.dates import ReadDate, read_date

ZONE = "Asia/Ho_Chi_Minh"
NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE))


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("02/11/2026 04:05 PM", "2026-11-02 16:05"),
        ("02/11/2026 04:05 AM", "2026-11-02 04:05"),
        ("02-11-2026 | 16:05", "2026-11-02 16:05"),
        ("02.11.2026 16:05", "2026-11-02 16:05"),
        ("02/11/2026 - 11:37", "2026-11-02 11:37"),
        ("Thứ Hai, 02/11/2026, 16:05 (GMT+7)", "2026-11-02 16:05"),
        ("Thứ 2, 02/11/2026 17:00:09 GMT+7", "2026-11-02 17:00:09"),
        ("Chủ nhật, 01/11/2026 | 08:00 GMT +7", "2026-11-01 08:00"),
        ("2/11/2026 4:05 CH", "2026-11-02 16:05"),
        ("2/11/2026 4:05 SA", "2026-11-02 04:05"),
        ("16:05, 02/11/2026", "2026-11-02 16:05"),
        ("16:05' - 02/11/2026", "2026-11-02 16:05"),
        ("16h05 ngày 02/11/2026", "2026-11-02 16:05"),
        ("16 giờ 05 phút, ngày 2/11/2026", "2026-11-02 16:05"),
        ("02/11/2026 | 10:00 AM", "2026-11-02 10:00"),
        ("Cập nhật: 02/11/2026 16:05", "2026-11-02 16:05"),
        ("Ngày đăng 02/11/2026 | 4:12 PM", "2026-11-02 16:12"),
        ("(02/11/2026 04:05 PM)", "2026-11-02 16:05"),
        ("Mon, 02 Nov 2026 16:05:00 GMT+7", "2026-11-02 16:05"),
        ("Mon, 02 Nov 2026 16:05:00 ICT", "2026-11-02 16:05"),
        ("Mon, 02 Nov 2026 09:05:00 GMT", "2026-11-02 16:05"),
        ("Mon, 2 Nov 26 04:05:00 -0500", "2026-11-02 16:05"),
        ("Mon Nov  2 16:05:00 2026", "2026-11-02 16:05"),
        ("November 2, 2026 4:05 PM", "2026-11-02 16:05"),
        ("Tháng Mười Một 2, 2026 16:05", "2026-11-02 16:05"),
        ("2026-11-02T16:05:00", "2026-11-02 16:05"),
        ("2026-11-02T09:05:00Z", "2026-11-02 16:05"),
        ("2026-11-02T16:05:00.250+07:00", "2026-11-02 16:05:00.250"),
        ("20261102T090500Z", "2026-11-02 16:05"),
        ("1793610300", "2026-11-02 16:05"),
        ("/Date(1793610300000)/", "2026-11-02 16:05"),
        ("02/11/2026 12:30 PM", "2026-11-02 12:30"),
        ("02/11/2026 12:30 AM", "2026-11-02 00:30"),
        ("02/11/2026 00:00", "2026-11-02 00:00"),
        ("ngày 2 tháng 11 năm 2026 lúc 7:30 tối", "2026-11-02 19:30"),
        ("Hôm qua 08:30", "2026-11-24 08:30"),
    ],
)
def test_an_instant_is_read_day_first_and_in_the_zone_that_is_given(text: str, when: str) -> None:
    assert read_date(text, NOW, ZONE) == ReadDate(at=local(when).astimezone(UTC))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Ngày 2 tháng 11 năm 2026", "2026-11-02"),
        ("2 Tháng Mười Một 2026", "2026-11-02"),
        ("02/11/2026 12:00 AM", "2026-11-02"),
        ("2/11/2026 12:00:00 AM", "2026-11-02"),
        ("02/11/2026", "2026-11-02"),
        ("2/11/26", "2026-11-02"),
        ("2026-11-02", "2026-11-02"),
        ("20261102", "2026-11-02"),
        ("Thứ sáu, ngày 06/11/2026", "2026-11-06"),
        ("Hôm nay", "2026-11-25"),
        ("2 ngày trước", "2026-11-23"),
        ("3 tháng trước", "2026-08-25"),
    ],
)
def test_a_date_without_a_time_is_midnight_at_the_source(text: str, day: str) -> None:
    assert read_date(text, NOW, ZONE) == ReadDate(at=local(day).astimezone(UTC), date_only=True)


@pytest.mark.parametrize(
    ("text", "ago"),
    [("3 giờ trước", timedelta(hours=3)), ("5 phút trước", timedelta(minutes=5)), ("an hour ago", timedelta(hours=1))],
)
def test_time_counted_back_from_now_says_that_it_identifies_nothing(text: str, ago: timedelta) -> None:
    assert read_date(text, NOW, ZONE) == ReadDate(at=NOW - ago, approximate=True)


@pytest.mark.parametrize("text", ["Seg, 02 Nov 2026 16:05:00 +0700", "2 ноября 2026 16:05", "2 novembre 2026 16:05"])
def test_a_month_named_in_another_language_is_left_to_the_library(text: str) -> None:
    read = read_date(text, NOW, ZONE)
    assert read is not None
    assert read.at == local("2026-11-02 16:05")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thứ Năm",
        "16:05",
        "31/02/2026",
        "3/14/2026 6:52:01 AM",
        "2026-13-45",
        "1.2.3.4",
        "(11/6/1948 - 11/6/2018)",
        "01/01/2026 đến 05/01/2026",
        "0001-01-01T00:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "hội nghị lần thứ 12",
        "9" * 400,
    ],
)
def test_what_says_no_single_day_is_no_date(text: str) -> None:
    assert read_date(text, NOW, ZONE) is None


def test_a_date_more_than_a_day_ahead_is_not_believed() -> None:
    assert read_date("26/11/2026 08:00", NOW, ZONE) is not None
    assert read_date("27/11/2026 08:00", NOW, ZONE) is None


def test_the_month_comes_first_in_no_reading() -> None:
    read = read_date("03/04/2026 6:52 AM", NOW, ZONE)
    assert read is not None
    assert read.at == local("2026-04-03 06:52")
