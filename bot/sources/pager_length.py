"""How many pages a pager still names after the next one: the largest number among links like the next one's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

_NUMBER = re.compile(r"\d{1,7}")


def pages_left(next_page: str | None, links: Iterable[str]) -> int | None:
    """The number of further pages, the next one among them; None where the links do not tell.

    *links* are all addresses on the page. Those that differ from *next_page* in one number alone are its siblings; the
    smallest difference between two of them is a step (10 where the address counts items).
    """
    if next_page is None:
        return 0
    siblings = set(links) | {next_page}
    best: int | None = None
    for number in _NUMBER.finditer(next_page):
        head, tail = next_page[: number.start()], next_page[number.end() :]
        values = sorted({int(value) for link in siblings if (value := _between(link, head, tail)) is not None})
        if len(values) < 2:
            continue
        step = min(b - a for a, b in pairwise(values))
        left = (values[-1] - int(number[0])) // step + 1
        best = max(best or 0, left)
    return best


def _between(link: str, head: str, tail: str) -> str | None:
    """The digits that stand in *link* between the two, where it consists of nothing else."""
    if not (link.startswith(head) and link.endswith(tail)) or len(link) <= len(head) + len(tail):
        return None
    middle = link[len(head) : len(link) - len(tail)]
    return middle if _NUMBER.fullmatch(middle) else None
