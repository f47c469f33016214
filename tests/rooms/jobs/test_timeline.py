"""A portal and another one over two days of captures: nothing is said of them but what happened."""

from pathlib import Path

from tests.bench.bench_timeline import KINDS, judge

CAPTURES = Path(__file__).parents[2] / "data" / "timeline"


async def test_of_captures_is_said_what_happened_and_nothing_else() -> None:
    verdicts = await judge(CAPTURES)
    assert [each for each in verdicts if each.said != each.expected] == []
    assert {each.kind for each in verdicts} == set(KINDS)
