"""When the process is unwell, and how soon that is said."""

from __future__ import annotations

from bot.web.vitals import Vitals, reasons


def test_a_process_that_has_just_started_is_well() -> None:
    assert reasons(Vitals(started=100.0), 101.0) == ()


def test_failing_calls_are_told_within_seconds_and_end_with_the_first_answer() -> None:
    vitals = Vitals(started=0.0)
    vitals.telegram_answers(1.0)
    vitals.telegram_fails(10.0, "Connection refused")
    assert reasons(vitals, 11.0) == ()
    vitals.telegram_fails(13.0, "Connection refused")
    assert reasons(vitals, 14.0) == ("Telegram cannot be reached for 4 s: Connection refused",)
    vitals.telegram_answers(15.0)
    assert reasons(vitals, 16.0) == ()


def test_a_telegram_that_never_answers_is_told_within_20_s_without_any_failed_call() -> None:
    vitals = Vitals(started=0.0)
    vitals.telegram_answers(5.0)
    assert reasons(vitals, 16.0) == ()
    assert reasons(vitals, 17.0) == ("Telegram cannot be reached: no answer for 12 s",)


def test_a_loop_that_stands_still_is_named() -> None:
    vitals = Vitals(started=0.0)
    vitals.telegram_answers(29.0)
    vitals.beat("schedule", 10.0)
    assert reasons(vitals, 30.0) == ("the schedule loop has stood still for 20 s",)
