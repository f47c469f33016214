"""Every row of the table of Telegram's answers, and what it means for the notes and the chat."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.retry import LONGEST_BACK_OFF, back_off, verdict
from bot.model import (
    Accepted,
    Cancelled,
    Dead,
    Malformed,
    Moved,
    Parked,
    Refused,
    Retry,
    Sent,
    Slowed,
    Unauthorized,
    Unreachable,
    Unsure,
)
from tests.owed import NOON, a_note, an_envelope

NO_CHANCE = 0.0


def test_what_telegram_took_is_sent_with_its_message_id() -> None:
    outcome = verdict(an_envelope(), Accepted(message_id=77), NOON, NO_CHANCE)
    assert outcome.verdict == Sent(message_id=77)
    assert (outcome.pause, outcome.move_to, outcome.park, outcome.close_thread) == ("", None, None, False)


def test_a_429_parks_its_chat_until_telegram_allows_it_again() -> None:
    outcome = verdict(an_envelope(), Slowed(retry_after=timedelta(seconds=30)), NOON, NO_CHANCE)
    assert isinstance(outcome.park, Parked)
    assert outcome.park.scope == "chat:1"
    assert timedelta(seconds=30) < outcome.park.until - NOON < timedelta(seconds=31)
    assert isinstance(outcome.verdict, Retry)
    assert (outcome.verdict.due_at, outcome.verdict.unsure) == (outcome.park.until, False)


def test_a_429_for_all_parks_everything() -> None:
    outcome = verdict(an_envelope(), Slowed(retry_after=timedelta(seconds=2), scope="global"), NOON, NO_CHANCE)
    assert outcome.park is not None
    assert outcome.park.scope == "global"


def test_a_429_without_a_wait_waits_a_second_all_the_same() -> None:
    outcome = verdict(an_envelope(), Slowed(retry_after=timedelta()), NOON, NO_CHANCE)
    assert isinstance(outcome.verdict, Retry)
    assert outcome.verdict.due_at - NOON >= timedelta(seconds=1)


def test_an_upgraded_group_moves_and_its_note_is_sent_again_at_once() -> None:
    outcome = verdict(an_envelope(), Moved(new_telegram_id=-100123), NOON, NO_CHANCE)
    assert outcome.move_to == -100123
    assert isinstance(outcome.verdict, Retry)
    assert outcome.verdict.due_at == NOON


def test_a_block_pauses_the_chat_with_that_reason() -> None:
    refused = Refused(why="Forbidden: bot was blocked by the user", pause="blocked")
    outcome = verdict(an_envelope(), refused, NOON, NO_CHANCE)
    assert outcome.pause == "blocked"
    assert outcome.verdict == Cancelled(why=refused.why)


def test_a_closed_topic_ends_that_topic_alone() -> None:
    outcome = verdict(an_envelope(), Refused(why="TOPIC_CLOSED", pause="", topic=True), NOON, NO_CHANCE)
    assert (outcome.pause, outcome.close_thread) == ("", True)
    assert isinstance(outcome.verdict, Cancelled)


def test_markup_that_telegram_cannot_parse_goes_plain_once() -> None:
    broken = Malformed(why="can't parse entities", markup=True)
    assert verdict(an_envelope(), broken, NOON, NO_CHANCE).verdict == Retry(due_at=NOON, why=broken.why, plain=True)
    assert verdict(an_envelope(a_note(plain=True)), broken, NOON, NO_CHANCE).verdict == Dead(why=broken.why)


def test_what_plain_text_cannot_mend_is_dead_at_once() -> None:
    assert isinstance(verdict(an_envelope(), Malformed(why="too long"), NOON, NO_CHANCE).verdict, Dead)


@pytest.mark.parametrize("attempt", [0, 1, 5, 50, 5_000])
def test_what_never_left_us_is_tried_again_for_ever_and_costs_no_doubt(attempt: int) -> None:
    outcome = verdict(an_envelope(a_note(attempt=attempt)), Unreachable(why="no route"), NOON, 0.999)
    assert isinstance(outcome.verdict, Retry)
    assert not outcome.verdict.unsure
    assert NOON < outcome.verdict.due_at <= NOON + 1.5 * LONGEST_BACK_OFF


def test_what_may_have_arrived_is_tried_twice_more_and_then_given_up() -> None:
    lost = Unsure(why="no answer")
    first, second, third = (verdict(an_envelope(a_note(unsure=n)), lost, NOON, NO_CHANCE).verdict for n in range(3))
    assert isinstance(first, Retry)
    assert first.unsure
    assert isinstance(second, Retry)
    assert second.due_at > first.due_at > NOON
    assert third == Dead(why="unsure 3 times: no answer")


def test_a_refused_token_leaves_the_note_due() -> None:
    outcome = verdict(an_envelope(), Unauthorized(why="Unauthorized"), NOON, NO_CHANCE)
    assert outcome.verdict == Retry(due_at=NOON, why="Unauthorized")
    assert not outcome.pause


def test_back_off_doubles_up_to_its_cap_and_spreads_by_chance() -> None:
    waits = [back_off(failures, NO_CHANCE).total_seconds() for failures in range(1, 10)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert back_off(3, 0.5) == timedelta(seconds=5)
