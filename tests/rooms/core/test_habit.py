"""Silence is judged by the source's own habit."""

from datetime import UTC, datetime, timedelta

from bot.core.habit import silent_since

NOW = datetime(2026, 3, 14, 9, tzinfo=UTC)


def every(step: timedelta, last: timedelta, count: int = 30) -> list[datetime]:
    return [NOW - last - step * number for number in range(count)]


def test_a_daily_source_is_silent_after_some_days() -> None:
    daily = timedelta(days=1)
    assert silent_since(every(daily, timedelta(days=3)), NOW) is None
    assert silent_since(every(daily, timedelta(days=5)), NOW) == NOW - timedelta(days=5)


def test_a_weekend_is_no_silence_however_busy_the_week() -> None:
    assert silent_since(every(timedelta(minutes=20), timedelta(hours=64)), NOW) is None


def test_a_monthly_source_may_be_quiet_for_months() -> None:
    monthly = timedelta(days=30)
    assert silent_since(every(monthly, timedelta(days=80)), NOW) is None
    assert silent_since(every(monthly, timedelta(days=100)), NOW) is not None


def test_few_items_show_no_habit() -> None:
    assert silent_since(every(timedelta(hours=1), timedelta(days=900), count=7), NOW) is None
    assert silent_since([], NOW) is None


def test_items_of_the_future_and_of_one_instant_say_nothing_of_pauses() -> None:
    times = [NOW + timedelta(days=1), *every(timedelta(days=1), timedelta(days=5), 10)]
    assert silent_since(times, NOW) == NOW - timedelta(days=5)
    assert silent_since([NOW - timedelta(days=40)] * 30, NOW) is None
