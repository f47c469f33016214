"""Queries that nobody means well with."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.bench.vietnamese import COMMON as WORDS

COMMON = WORDS[:20]

SIGNS = [
    '"',
    "(",
    ")",
    "-",
    "*",
    "OR",
    "AND",
    "NOT",
    "NEAR(",
    "NEAR/3",
    "^",
    ":",
    "{",
    "}",
    "+",
    "|",
    ";--",
    "\x00",
    "\u202e",
]
FILTERS = [
    "nguon:",
    "nguon:x",
    "tu:2019",
    "den:31/02/2019",
    "-source:nguon-1",
    "from:0/0/0",
    "title_plain:a",
    "tu:1/1/0001",
]


def hostile_queries(seed: int, count: int) -> Iterator[str]:
    """*count* of them, the same for the same seed."""
    chance = random.Random(seed)
    kinds = (_noise, _signs, _long, _nested, _laborious, _prefixes, _letters)
    for _ in range(count):
        yield chance.choice(kinds)(chance)


def _noise(chance: random.Random) -> str:
    return "".join(
        chr(chance.choice((chance.randrange(0x20), chance.randrange(0x500), chance.randrange(0x1F600, 0x1F650))))
        for _ in range(chance.randrange(80))
    )


def _signs(chance: random.Random) -> str:
    return " ".join(
        chance.choice((SIGNS, COMMON, FILTERS, COMMON))[chance.randrange(8)] for _ in range(chance.randrange(30))
    )


def _long(chance: random.Random) -> str:
    return " ".join(chance.choice(COMMON) for _ in range(1000))[: chance.choice((500, 512, 513, 4000, 4096))]


def _nested(chance: random.Random) -> str:
    depth = chance.choice((3, 8, 9, 300))
    return "(" * depth + chance.choice(COMMON) + ")" * chance.choice((depth, depth - 1, depth + 1))


def _laborious(chance: random.Random) -> str:
    """Common words of which most are excluded: much to walk through, little to find."""
    words = chance.sample(COMMON, chance.randint(2, len(COMMON)))
    return f"{words[0]} {' '.join(f'-{word}' for word in words[1:])}"


def _prefixes(chance: random.Random) -> str:
    letters = [chance.choice("abcdeghiklmnopqrstuvxy1") for _ in range(chance.randint(1, 5))]
    return " ".join(f"{chance.choice(('', '', '-'))}{letter}*" for letter in letters)


def _letters(chance: random.Random) -> str:
    if chance.random() < 0.5:
        return " ".join(chance.choice(COMMON) for _ in range(chance.randint(3, 40)))
    return " OR ".join(
        f'"{chance.choice(COMMON)} {chance.choice(COMMON)} {chance.choice("abcdth")}"*' for _ in range(8)
    )
