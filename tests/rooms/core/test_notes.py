"""What may be sent now, decided with the chat's present settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.notes import decide, quiet_until
from bot.model import ClaimedNote, Priority, QuietHours, Watched
from tests.owed import NOON, a_note, a_subscriber

NIGHT = QuietHours(start=22 * 60, end=6 * 60)
LUNCH = QuietHours(start=11 * 60 + 30, end=13 * 60)


def ids(notes: tuple[ClaimedNote, ...]) -> list[int]:
    return [note.id for note in notes]


def hanoi(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def test_few_notes_go_one_by_one_in_the_order_they_were_due() -> None:
    notes = [a_note(number, due_at=NOON - timedelta(seconds=number)) for number in (1, 2, 3)]
    decision = decide(notes, NOON, collect_above=5)
    assert [ids(bundle.notes) for bundle in decision.bundles] == [[3], [2], [1]]
    assert not any(bundle.collected for bundle in decision.bundles)


def test_a_burst_is_collected_whole_and_in_order() -> None:
    decision = decide([a_note(number) for number in range(1, 13)], NOON, collect_above=5)
    (bundle,) = decision.bundles
    assert bundle.collected
    assert ids(bundle.notes) == list(range(1, 13))


def test_exactly_collect_above_is_no_burst_yet() -> None:
    assert len(decide([a_note(number) for number in range(5)], NOON, collect_above=5).bundles) == 5


def test_what_was_sent_within_ten_seconds_counts_towards_the_burst() -> None:
    decision = decide([a_note(1, recent=4), a_note(2, recent=4)], NOON, collect_above=5)
    assert [bundle.collected for bundle in decision.bundles] == [True]


def test_a_list_of_one_is_no_list() -> None:
    (bundle,) = decide([a_note(1, recent=30)], NOON, collect_above=5).bundles
    assert not bundle.collected


def test_urgent_notes_go_before_a_burst_of_others() -> None:
    notes = [a_note(number) for number in range(1, 8)] + [a_note(9, priority=Priority.URGENT)]
    first, second = decide(notes, NOON, collect_above=5).bundles
    assert ids(first.notes) == [9]
    assert second.collected


def test_a_note_of_unknown_fate_never_shares_its_last_chance_with_fresh_ones() -> None:
    notes = [a_note(number) for number in range(1, 8)] + [a_note(9, unsure=2)]
    first, second = decide(notes, NOON, collect_above=5).bundles
    assert ids(first.notes) == [9]
    assert 9 not in ids(second.notes)


def test_what_must_go_plain_goes_alone() -> None:
    notes = [a_note(number, plain=True) for number in range(1, 8)]
    assert [ids(bundle.notes) for bundle in decide(notes, NOON, collect_above=5).bundles] == [[n] for n in range(1, 8)]


def test_a_paused_chat_gets_nothing_and_the_ledger_says_why() -> None:
    decision = decide([a_note(1, chat=a_subscriber(paused="blocked"))], NOON, collect_above=5)
    assert not decision.bundles
    assert decision.dropped[0].note_ids == (1,)
    assert "blocked" in decision.dropped[0].why


def test_what_is_no_longer_wanted_is_dropped_and_the_rest_goes() -> None:
    notes = [a_note(1, wanted=False), a_note(2, reason=Watched(query="bão"))]
    decision = decide(notes, NOON, collect_above=5)
    assert decision.dropped[0].note_ids == (1,)
    assert [ids(bundle.notes) for bundle in decision.bundles] == [[2]]


def test_quiet_hours_put_off_until_they_end() -> None:
    decision = decide([a_note(1, chat=a_subscriber(quiet=LUNCH))], NOON, collect_above=5)
    assert not decision.bundles
    assert decision.deferred[0].note_ids == (1,)
    assert decision.deferred[0].until == hanoi(25, 13)


def test_urgent_notes_pass_quiet_hours() -> None:
    chat = a_subscriber(quiet=LUNCH)
    decision = decide([a_note(1, chat=chat), a_note(2, chat=chat, priority=Priority.URGENT)], NOON, collect_above=5)
    assert [ids(bundle.notes) for bundle in decision.bundles] == [[2]]
    assert decision.deferred[0].note_ids == (1,)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (hanoi(25, 21, 59), None),
        (hanoi(25, 22), hanoi(26, 6)),
        (hanoi(25, 23, 30), hanoi(26, 6)),
        (hanoi(26, 0), hanoi(26, 6)),
        (hanoi(26, 5, 59), hanoi(26, 6)),
        (hanoi(26, 6), None),
    ],
)
def test_a_night_spans_midnight(now: datetime, end: datetime | None) -> None:
    assert quiet_until(a_subscriber(quiet=NIGHT), now) == end


def test_equal_times_are_no_quiet_hours() -> None:
    assert quiet_until(a_subscriber(quiet=QuietHours(start=600, end=600)), NOON) is None


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from(list(Priority)), st.integers(0, 2), st.booleans()),
        min_size=1,
        max_size=40,
    ),
    st.booleans(),
    st.integers(0, 10),
)
def test_every_note_ends_in_exactly_one_place(
    facts: list[tuple[bool, Priority, int, bool]], sleeps: bool, collect_above: int
) -> None:
    chat = a_subscriber(quiet=LUNCH if sleeps else None)
    notes = [
        a_note(number, chat=chat, wanted=wanted, priority=priority, unsure=unsure, plain=plain)
        for number, (wanted, priority, unsure, plain) in enumerate(facts)
    ]
    decision = decide(notes, NOON, collect_above)
    places = [note.id for bundle in decision.bundles for note in bundle.notes]
    places += [number for put_off in decision.deferred for number in put_off.note_ids]
    places += [number for dropped in decision.dropped for number in dropped.note_ids]
    assert sorted(places) == list(range(len(notes)))
