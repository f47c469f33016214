"""How alike two notices of different sources are: two-word shingles, in which numbers and names of places weigh more.

The story that two portals carry differs in a few words. So do the same meeting in two provinces, the same title of two
months and two decisions that differ in a number; but there the few words say what it is about, and each notice has its
own where the other has another. Folded words, so that neither case nor the place of a tone matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final

from bot.core.counters import without_counters
from bot.core.likeness_words import Said, figures_in, function_words, numbered, places_in, said, turns_in

THRESHOLD: Final = 0.65
"""From here on two notices are one story.

Chosen on tests/data/pairs.toml: the least alike of its stories that share their words reaches 0.65, the most alike of
its hard negatives 0.44. Higher rather than lower, for a story told twice is a nuisance, and one not told is a loss.
"""
MOST_LEAD: Final = 60
"""Words of a lead that are compared."""
SHORT_TITLE: Final = 5
"""A title of fewer words ("Thông báo tuyển dụng") tells nothing alone."""

_WEIGHT: Final = 1.0
_HEAVY: Final = 3.0
_CONTRADICTION: Final = 0.4
_OTHER_DAY: Final = 0.8
_SUBSTITUTION: Final = (1.0, 0.5, 0.4)
"""By how many words of its title each of the two has alone: both say something there that the other does not."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What of a notice is compared: weighted shingles, the words, the figures and the names of places."""

    shingles: Mapping[str, float]
    weight: float
    title: tuple[str, ...]
    words: frozenset[str]
    figures: frozenset[str]
    days: frozenset[str]
    """The figures of the lead."""
    title_places: frozenset[str]
    places: frozenset[str]
    turns: frozenset[str]
    """What the title turns the notice into: a correction, a postponement."""
    has_lead: bool


def outline(title: str, lead: str | None) -> Outline:
    """The outline of a notice by its title and lead; an empty title has none that could be like another."""
    head, rest = numbered(said(without_counters(title))), numbered(said(without_counters(lead or ""), MOST_LEAD))
    figures, days = figures_in(head), figures_in(rest)
    title_places, lead_places = places_in(head), places_in(rest)
    heavy = figures | days | {word for name in title_places | lead_places for word in name.split()}
    shingles = _shingles(rest, heavy) | _shingles(head, heavy)
    return Outline(
        shingles=shingles,
        weight=sum(shingles.values()),
        title=tuple(each.key for each in head),
        words=frozenset(each.key for each in chain(head, rest)),
        figures=figures,
        days=days,
        title_places=title_places,
        places=title_places | lead_places,
        turns=turns_in(head),
        has_lead=bool(rest),
    )


def likeness(one: Outline, other: Outline) -> float:
    """From 0 (nothing in common) to 1 (the same words); `THRESHOLD` and more is one story."""
    alike = overlap(one, other)
    if _contradict(one, other):
        alike *= _CONTRADICTION
    elif _differ(one.figures | one.days, other.figures | other.days):
        alike *= _OTHER_DAY
    return alike * _SUBSTITUTION[min(_substituted(one, other), len(_SUBSTITUTION) - 1)]


def overlap(one: Outline, other: Outline) -> float:
    """The share of their shingles, by weight, that both have: `likeness` is never more."""
    if not one.weight or not other.weight:
        return 0.0
    mine, others = one.shingles, other.shingles
    shared = sum([mine[each] + others[each] for each in mine.keys() & others.keys()])
    return shared / (one.weight + other.weight)


def _contradict(one: Outline, other: Outline) -> bool:
    """Whether they name other figures or other places, or one turns what the other only tells."""
    if one.turns != other.turns and not (_tells(other, one.turns) and _tells(one, other.turns)):
        return True
    if _differ(one.figures, other.figures) or _differ(one.title_places, other.title_places):
        return True
    return bool(one.places and other.places) and one.places.isdisjoint(other.places)


def _tells(outline: Outline, turns: Set[str]) -> bool:
    return all(outline.words.issuperset(turn.split()) for turn in turns)


def _shingles(words: Sequence[Said], heavy: Set[str]) -> dict[str, float]:
    return {
        f"{a.key} {b.key}": (_HEAVY if a.key in heavy else _WEIGHT) + (_HEAVY if b.key in heavy else _WEIGHT)
        for a, b in pairwise(words)
    }


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each says something that the other does not; what one leaves out is no contradiction."""
    return not one <= other and not other <= one


def _substituted(one: Outline, other: Outline) -> int:
    """How many words each has alone: of its title; of all of it where the titles are too short to tell."""
    if min(len(one.title), len(other.title)) < SHORT_TITLE:
        if not (one.has_lead and other.has_lead):
            return len(_SUBSTITUTION) - 1
        return min(len(one.words - other.words), len(other.words - one.words))
    least = function_words()
    return min(
        sum(word not in other.words and word not in least for word in one.title),
        sum(word not in one.words and word not in least for word in other.title),
    )
