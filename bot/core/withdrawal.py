"""Which items a list has left out without having grown over them.

Every item leaves a list of thirty in time: it goes from the end, and nothing older stays. One that is missing while
OLDER neighbours are still listed may have been withdrawn; only its own address can tell.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

FIRST_LOOK: Final = 3
"""Good readings in a row that must miss an item before its address is asked."""
MOST_LOOKS: Final = 3
"""Addresses that are asked after one reading."""
_MOST_AT_ONCE: Final = 5


def left_out(before: Sequence[int], present: Collection[int]) -> tuple[int, ...]:
    """The items of the list *before* that are not *present* although one that stood after them still is.

    None where a good part of the list is gone at once: that is a list that was rebuilt, not a portal that withdrew.
    """
    last = max((place for place, item in enumerate(before) if item in present), default=-1)
    missing = tuple(item for item in before[: last + 1] if item not in present)
    return missing if len(missing) <= max(_MOST_AT_ONCE, len(before) // 4) else ()
