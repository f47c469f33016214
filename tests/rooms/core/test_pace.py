"""The limits as a server would judge them: every test sends as fast as the pacer lets it and counts afterwards."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.pace import GROUP_MOST, PRIVATE_BURST, Pace
from bot.model import ChatKind

STARTED = 1_000.0
LONG_AFTER = STARTED + 100.0
"""When a pacer that started at STARTED knows that everybody's burst is whole."""


def most_within(instants: list[float], seconds: float) -> int:
    most = start = 0
    for end, instant in enumerate(instants):
        while instants[start] <= instant - seconds:
            start += 1
        most = max(most, end - start + 1)
    return most


def broadcast(pace: Pace, count: int, *, begin: float = LONG_AFTER, late: Random | None = None) -> list[float]:
    """When each of *count* messages to different chats left; *late* makes the loop wake up late, rarely very late."""
    now, left = begin, []
    for chat_id in range(count):
        now = pace.broadcast_at(now)
        if late is not None:
            now += late.random() * (0.002 if late.random() < 0.98 else 0.15)
        pace.take(chat_id, ChatKind.PRIVATE, now)
        left.append(now)
    return left


@pytest.mark.parametrize("budget", [1, 5, 10, 20, 25, 28, 29, 30])
def test_a_broadcast_keeps_the_budget_and_uses_it(budget: int) -> None:
    left = broadcast(Pace(per_second=budget, now=STARTED), 2_000)
    assert most_within(left, 1.0) <= min(30, budget + 2)
    assert (len(left) - 1) / (left[-1] - left[0]) >= 0.98 * budget


def test_stalls_are_made_up_for_without_ever_breaking_the_limit_of_thirty() -> None:
    left = broadcast(Pace(per_second=28, now=STARTED), 2_000, late=Random(7))
    assert most_within(left, 1.0) <= 30
    assert (len(left) - 1) / (left[-1] - left[0]) >= 0.98 * 28


def test_messages_are_evenly_spaced_from_the_first_on() -> None:
    left = broadcast(Pace(per_second=28, now=STARTED), 100)
    gaps = [after - before for before, after in pairwise(left)]
    assert max(gaps) < 1.2 / 28
    assert min(gaps) > 0.99 / 28


def test_a_cold_start_leaves_room_for_connections_that_are_slow_to_open() -> None:
    left = broadcast(Pace(per_second=28, now=STARTED), 60)
    arrived = sorted(at + (0.15 if at < left[0] + 0.2 else 0.0) for at in left)
    assert most_within(arrived, 1.0) <= 30


def test_a_silence_saves_up_nothing() -> None:
    pace = Pace(per_second=28, now=STARTED)
    broadcast(pace, 10)
    left = broadcast(pace, 60, begin=LONG_AFTER + 500.0)
    assert most_within(left, 1.0) <= 29


@pytest.mark.parametrize("budget", [100, 1_000])
def test_a_paid_budget_is_kept_too(budget: int) -> None:
    left = broadcast(Pace(per_second=budget, now=STARTED), 20_000)
    assert most_within(left, 1.0) <= budget
    assert (len(left) - 1) / (left[-1] - left[0]) >= 0.98 * budget


def test_answers_of_a_paid_bot_stay_in_the_free_budget() -> None:
    pace = Pace(per_second=1_000, now=STARTED)
    answers, now = [], LONG_AFTER
    for _ in range(200):
        now = pace.reserve(now)
        answers.append(now)
    assert most_within(answers, 1.0) <= 30


def test_a_person_gets_a_burst_of_three_then_one_a_second() -> None:
    pace = Pace(per_second=28, now=STARTED)
    now, left = LONG_AFTER, []
    for _ in range(10):
        now = max(pace.chat_at(1, ChatKind.PRIVATE, now), pace.broadcast_at(now))
        pace.take(1, ChatKind.PRIVATE, now)
        left.append(now)
    assert most_within(left, 1.0) == PRIVATE_BURST
    assert most_within(left[PRIVATE_BURST:], 1.0) == 1
    assert left[-1] - left[0] < 8.0


@given(st.lists(st.floats(0.0, 3.0), min_size=5, max_size=60))
def test_a_token_bucket_of_three_never_runs_dry(pauses: list[float]) -> None:
    pace = Pace(per_second=30, now=STARTED)
    now, tokens, filled_at = LONG_AFTER, 3.0, LONG_AFTER
    for pause in pauses:
        now = pace.chat_at(1, ChatKind.PRIVATE, now + pause)
        tokens, filled_at = min(3.0, tokens + now - filled_at), now
        assert tokens >= 1.0 - 1e-6
        tokens -= 1.0
        pace.take(1, ChatKind.PRIVATE, now)


@pytest.mark.parametrize("kind", [ChatKind.GROUP, ChatKind.SUPERGROUP, ChatKind.CHANNEL])
def test_groups_and_channels_get_twenty_a_minute(kind: ChatKind) -> None:
    pace = Pace(per_second=30, now=STARTED)
    now, left = LONG_AFTER, []
    for _ in range(70):
        now = max(pace.chat_at(1, kind, now), pace.broadcast_at(now))
        pace.take(1, kind, now)
        left.append(now)
    assert most_within(left, 60.0) == GROUP_MOST
    assert left[-1] - left[0] < 185.0


def test_an_album_costs_its_pictures() -> None:
    pace = Pace(per_second=30, now=STARTED)
    pace.take(1, ChatKind.GROUP, LONG_AFTER, cost=10)
    assert pace.chat_at(1, ChatKind.GROUP, LONG_AFTER, cost=10) == LONG_AFTER
    assert pace.chat_at(1, ChatKind.GROUP, LONG_AFTER, cost=11) > LONG_AFTER + 60.0
    assert pace.broadcast_at(LONG_AFTER) > LONG_AFTER + 9 / 30


def test_a_chat_that_must_wait_delays_nobody_else() -> None:
    pace = Pace(per_second=28, now=STARTED)
    for _ in range(PRIVATE_BURST):
        pace.take(1, ChatKind.PRIVATE, LONG_AFTER)
    assert pace.chat_at(1, ChatKind.PRIVATE, LONG_AFTER) > LONG_AFTER + 1.0
    assert pace.chat_at(2, ChatKind.PRIVATE, LONG_AFTER) == LONG_AFTER
    assert set(pace.busy(LONG_AFTER)) == {1}
    assert pace.free_at() == pytest.approx(LONG_AFTER + 1.05)
    assert not pace.busy(LONG_AFTER + 1.06)


def test_an_answer_takes_the_next_slot_before_every_push() -> None:
    pace = Pace(per_second=28, now=STARTED)
    now = broadcast(pace, 100)[-1]
    first, second = pace.reserve(now), pace.reserve(now)
    assert first - now <= 1.1 / 28
    assert pace.broadcast_at(now) > second > first


def test_an_answer_goes_before_the_pushes_of_its_chat() -> None:
    pace = Pace(per_second=28, now=STARTED)
    for _ in range(PRIVATE_BURST):
        pace.take(1, ChatKind.PRIVATE, LONG_AFTER)
    answer_at = pace.reserve_in_chat(1, ChatKind.PRIVATE, LONG_AFTER)
    assert answer_at == pytest.approx(LONG_AFTER + 1.05)
    assert pace.chat_at(1, ChatKind.PRIVATE, LONG_AFTER) == pytest.approx(LONG_AFTER + 2.1)


def test_a_429_parks_its_chat_alone() -> None:
    pace = Pace(per_second=28, now=STARTED)
    assert not pace.slowed(1, LONG_AFTER + 30)
    assert pace.chat_at(1, ChatKind.PRIVATE, LONG_AFTER) == LONG_AFTER + 30
    assert pace.broadcast_at(LONG_AFTER) == LONG_AFTER
    assert set(pace.busy(LONG_AFTER + 29)) == {1}
    assert not pace.busy(LONG_AFTER + 31)
    assert pace.chat_at(1, ChatKind.PRIVATE, LONG_AFTER + 31) == LONG_AFTER + 31


def test_a_429_for_one_chat_after_another_holds_everything() -> None:
    pace = Pace(per_second=28, now=STARTED)
    assert not pace.slowed(1, LONG_AFTER + 5)
    assert pace.slowed(2, LONG_AFTER + 4)
    assert pace.broadcast_at(LONG_AFTER) == LONG_AFTER + 5
    assert pace.reserve(LONG_AFTER) == LONG_AFTER + 5
    assert pace.held(LONG_AFTER) == 5


def test_two_slow_chats_with_a_good_answer_between_are_two_slow_chats() -> None:
    pace = Pace(per_second=28, now=STARTED)
    pace.slowed(1, LONG_AFTER + 5)
    pace.answered()
    assert not pace.slowed(2, LONG_AFTER + 5)
    assert pace.held(LONG_AFTER) == 0


def test_a_new_pacer_has_no_burst_to_spend() -> None:
    pace = Pace(per_second=28, now=STARTED)
    assert pace.chat_at(1, ChatKind.PRIVATE, STARTED) == STARTED
    pace.take(1, ChatKind.PRIVATE, STARTED)
    assert pace.chat_at(1, ChatKind.PRIVATE, STARTED) > STARTED + 1.0


def test_what_was_on_its_way_at_a_crash_arrives_before_anything_new_leaves() -> None:
    pace = Pace(per_second=28, now=STARTED)
    pace.remember([], unsure=1)
    assert pace.broadcast_at(STARTED + 0.2) >= STARTED + 1.0
    calm = Pace(per_second=28, now=STARTED)
    calm.remember([], unsure=0)
    assert calm.broadcast_at(STARTED + 0.2) == STARTED + 0.2


def test_the_limits_hold_across_a_restart() -> None:
    regular = broadcast(Pace(per_second=28, now=STARTED), 40)
    # Making up for a stall, a process may have sent all that a second allows just before it ended.
    earlier = regular + [regular[-1] + 1.0 + number / 100 for number in range(24)]
    to_group = [(99, ChatKind.GROUP, LONG_AFTER - 30.0 + number / 20) for number in range(GROUP_MOST)]
    to_people = [(chat_id, ChatKind.PRIVATE, at) for chat_id, at in enumerate(earlier)]
    restarted = earlier[-1] + 0.1
    pace = Pace(per_second=28, now=restarted)
    pace.remember(to_group + to_people, unsure=5)
    assert pace.chat_at(99, ChatKind.GROUP, restarted) > LONG_AFTER + 30.0
    unsure = [restarted] * 5
    later = broadcast(pace, 40, begin=restarted)
    assert most_within(sorted(earlier + unsure + later), 1.0) <= 30


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["push", "answer", "group", "wait"]), min_size=50, max_size=300), st.integers(1, 30))
def test_whatever_is_asked_no_limit_is_broken(steps: list[str], budget: int) -> None:
    pace = Pace(per_second=budget, now=STARTED)
    now, everything = LONG_AFTER, []
    per_chat: dict[int, list[float]] = {1: [], 2: [], 3: []}
    for step in steps:
        chat_id, kind = {"group": (3, ChatKind.GROUP)}.get(step, (1 if step == "push" else 2, ChatKind.PRIVATE))
        if step == "wait":
            now += 0.7
            continue
        if step == "answer":
            at = pace.reserve(pace.reserve_in_chat(chat_id, kind, now))
            now = at
        else:
            at = now = max(pace.chat_at(chat_id, kind, now), pace.broadcast_at(now))
            pace.take(chat_id, kind, at)
        everything.append(at)
        per_chat[chat_id].append(at)
    assert most_within(sorted(everything), 1.0) <= min(30, budget + 2)
    assert most_within(per_chat[3], 60.0) <= GROUP_MOST
    assert max(most_within(sorted(per_chat[person]), 1.0) for person in (1, 2)) <= PRIVATE_BURST + 1


def test_a_hundred_thousand_chats_are_forgotten_again() -> None:
    pace = Pace(per_second=1_000, now=STARTED)
    broadcast(pace, 20_000)
    kept = Counter(type(each).__name__ for each in vars(pace).values())
    assert kept["dict"]
    assert all(len(each) <= 10_000 for each in vars(pace).values() if isinstance(each, dict))


def test_an_album_waits_until_the_second_has_room_for_all_its_pictures() -> None:
    pace = Pace(per_second=28, now=STARTED)
    before = broadcast(pace, 60)
    album_at = pace.broadcast_at(before[-1], cost=10)
    assert pace.broadcast_at(before[-1]) < album_at
    pace.take(1_000, ChatKind.PRIVATE, album_at, cost=10)
    after = broadcast(pace, 60, begin=album_at)
    assert most_within([*before, *[album_at] * 10, *after], 1.0) <= 30
