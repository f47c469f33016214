"""Near-duplicates: precision and recall on the labelled pairs, and how long one headline takes among a week's.

python -m tests.bench.bench_likeness [HEADLINES]
"""

from __future__ import annotations

import sys
import time
import tomllib
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.core.likeness import THRESHOLD, likeness, outline
from bot.core.likeness_index import LikenessIndex, Told
from tests.fakes import START

PAIRS = tomllib.loads((Path(__file__).parents[1] / "data" / "pairs.toml").read_text("utf-8"))


def main() -> None:
    """Print the figures, and what is judged wrong."""
    judged = {label: [(likeness(outline(*a), outline(*b)), a[0], b[0]) for a, b in PAIRS[label]] for label in PAIRS}
    print(f"{len(judged['same'])} pairs of one story, {len(judged['other'])} hard negatives")
    for threshold in (0.5, 0.55, 0.6, THRESHOLD, 0.7, 0.75):
        right = sum(alike >= threshold for alike, *_ in judged["same"])
        wrong = sum(alike >= threshold for alike, *_ in judged["other"])
        chosen = "  <- chosen" if threshold == THRESHOLD else ""
        precision, recall = right / (right + wrong), right / len(judged["same"])
        print(f"  {threshold:.2f}: precision {precision:.3f}, recall {recall:.3f}{chosen}")
    for alike, one, other in judged["same"]:
        if alike < THRESHOLD:
            print(f"  missed {alike:.2f}: {one} | {other}")
    for alike, one, other in judged["other"]:
        if alike >= THRESHOLD:
            print(f"  wrong  {alike:.2f}: {one} | {other}")
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)


def measure(headlines: int) -> None:
    """The time of one question, an index of *headlines* of six sources in a week."""
    chance = Random(7)
    texts = [text for label in PAIRS for pair in PAIRS[label] for text in pair]
    words = sorted({word for title, lead in texts for word in f"{title} {lead}".split()})
    index = LikenessIndex()
    for number in range(headlines):
        title, lead = (reworded(text, words, chance) for text in chance.choice(texts))
        at = START - timedelta(seconds=number * 7 * 86_400 / headlines / 3)
        told = Told(item_id=number, source_id=f"s{number % 6}", at=at, outline=outline(title, lead), story=number)
        index.add(told)
    took = []
    for _ in range(2_000):
        title, lead = (reworded(text, words, chance) for text in chance.choice(texts))
        begun = time.thread_time()
        index.nearest(outline(title, lead), besides="s0", at=START)
        took.append(1000 * (time.thread_time() - begun))
    took.sort()
    median, most = took[len(took) // 2], took[len(took) * 99 // 100]
    print(f"one headline among {headlines:,}: median {median:.2f} ms, 99 % within {most:.2f} ms of processor time")


def reworded(text: str, words: list[str], chance: Random) -> str:
    """A text of the same subject: a third of its words are others."""
    return " ".join(chance.choice(words) if chance.random() < 0.33 else word for word in text.split())


if __name__ == "__main__":
    main()
