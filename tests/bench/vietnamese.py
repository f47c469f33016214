"""Generated Vietnamese notices with natural word frequencies, the same for the same seed."""

import random
import tomllib
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from bot.core.telex import place_tone

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
COMMON, INITIALS, RIMES = (" ".join(_DATA[name]).split() for name in ("common", "initials", "rimes"))
TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")


@dataclass(frozen=True, slots=True)
class Language:
    """Words of one to three syllables and their running frequencies (Zipf-Mandelbrot)."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    def word(self, chance: random.Random) -> str:
        """One word, as often as it is natural."""
        return self.words[bisect(self.weights, chance.random() * self.weights[-1])]

    def text(self, chance: random.Random, syllables: int) -> str:
        """About so many syllables."""
        words: list[str] = []
        while syllables > 0:
            words.append(self.word(chance))
            syllables -= words[-1].count(" ") + 1
        return " ".join(words)


def language(seed: int, size: int = 20_000) -> Language:
    """A language of *size* words over some 6,000 syllables."""
    chance = random.Random(seed)
    rest = [
        place_tone(initial + rime, tone)
        for initial in INITIALS
        for rime in RIMES
        for tone in TONES
        if not (rime[-1] in "cpt" or rime.endswith("ch")) or tone in {"\u0301", "\u0323"}
    ]
    syllables = COMMON + chance.sample(rest, 6_000)
    weights = tuple(accumulate(1 / (rank + 15) for rank in range(len(syllables))))
    plain = Language(tuple(syllables), weights)
    lengths = chance.choices((1, 2, 3), (3, 6, 1), k=size)
    words = tuple(dict.fromkeys(" ".join(plain.word(chance) for _ in range(length)) for length in lengths))
    return Language(words, tuple(accumulate(1 / (rank + 12) ** 0.9 for rank in range(len(words)))))


def notices(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Yield *count* pairs of title and summary, about 40 syllables together, one in ten with a number or a year."""
    spoken, chance = language(seed), random.Random(seed + 1)
    for number in range(count):
        title = spoken.text(chance, chance.randint(8, 16)).capitalize()
        if number % 10 == 0:
            title += f" năm {chance.randint(2004, 2026)}"
        yield title, spoken.text(chance, chance.randint(22, 34)).capitalize() + "."
