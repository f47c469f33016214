"""A failing source is left in peace, a quiet one is read less often, a short stumble is over soon."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.schedule import after_success, after_trouble
from bot.model import Memory, Source, Trouble, TroubleKind

NOW = datetime(2026, 3, 14, 9, tzinfo=UTC)
DOWN = Trouble(kind=TroubleKind.HTTP, why="answered 503", status=503)


def source(every: timedelta = timedelta(minutes=5), most: timedelta | None = None) -> Source:
    """A source with that interval."""
    return Source(id="tdkt", title="Tin", url="https://portal.example/rss", every=every, every_most=most)


@pytest.mark.parametrize("every", [timedelta(seconds=1), timedelta(seconds=30), timedelta(minutes=5)])
def test_a_source_that_fails_for_a_day_costs_at_most_thirty_requests(every: timedelta) -> None:
    at, failures = NOW, 0
    while at < NOW + timedelta(days=1):
        failures += 1
        at = after_trouble(source(every), failures, DOWN, at, 0.5)
    assert failures <= 30


def test_the_first_retry_comes_after_the_usual_interval() -> None:
    assert after_trouble(source(), 1, DOWN, NOW, 0.0) == NOW + timedelta(minutes=5)


def test_retry_after_is_honoured_up_to_a_day() -> None:
    asked = Trouble(kind=TroubleKind.HTTP, why="answered 503", retry_after=timedelta(hours=3))
    assert after_trouble(source(), 1, asked, NOW, 0.0) == NOW + timedelta(hours=3)
    absurd = Trouble(kind=TroubleKind.HTTP, why="answered 503", retry_after=timedelta(days=400))
    assert after_trouble(source(), 1, absurd, NOW, 0.0) == NOW + timedelta(days=1)


def test_two_sources_that_fail_together_are_not_tried_together() -> None:
    assert after_trouble(source(), 4, DOWN, NOW, 0.1) != after_trouble(source(), 4, DOWN, NOW, 0.9)


def test_a_source_without_interval_max_keeps_its_interval_however_quiet() -> None:
    memory = Memory(source_id="tdkt", last_item_at=NOW - timedelta(days=300))
    assert after_success(source(), memory, NOW, 0.9) == NOW + timedelta(minutes=5)


def test_a_quiet_source_is_read_less_often_but_never_beyond_interval_max() -> None:
    hourly = source(most=timedelta(hours=1))
    assert after_success(hourly, Memory(source_id="tdkt", last_item_at=NOW), NOW, 0.0) == NOW + timedelta(minutes=5)
    quiet = Memory(source_id="tdkt", last_item_at=NOW - timedelta(hours=5))
    assert after_success(hourly, quiet, NOW, 0.0) == NOW + timedelta(minutes=30)
    silent = Memory(source_id="tdkt", last_item_at=NOW - timedelta(days=30))
    assert after_success(hourly, silent, NOW, 0.0) == NOW + timedelta(hours=1)


def test_a_source_is_not_asked_again_while_its_answer_is_fresh() -> None:
    memory = Memory(source_id="tdkt")
    assert after_success(source(), memory, NOW, 0.5, timedelta(minutes=10)) == NOW + timedelta(minutes=10)
    assert after_success(source(), memory, NOW, 0.5, timedelta(minutes=1)) == NOW + timedelta(minutes=5)


def test_a_month_of_freshness_is_believed_for_a_quarter_of_an_hour_or_up_to_interval_max() -> None:
    memory = Memory(source_id="tdkt")
    month, hour = timedelta(days=30), timedelta(hours=1)
    assert after_success(source(), memory, NOW, 0.5, month) == NOW + timedelta(minutes=15)
    assert after_success(source(every=hour), memory, NOW, 0.5, month) == NOW + hour
    assert after_success(source(most=hour), memory, NOW, 0.5, month) == NOW + hour


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_however_quiet_a_source_stays_within_its_bounds(chance: float) -> None:
    hourly = source(most=timedelta(hours=1))
    for quiet in (timedelta(), timedelta(minutes=55), timedelta(hours=9), timedelta(days=99)):
        wait = after_success(hourly, Memory(source_id="tdkt", last_item_at=NOW - quiet), NOW, chance) - NOW
        assert timedelta(minutes=5) <= wait <= timedelta(hours=1)
