"""What saved queries cost: every new item is asked of all of them at once.

python -m tests.bench.bench_watches [WATCHES] [ITEMS]     100,000 and 2,000
"""

from __future__ import annotations

import random
import resource
import sys
from collections import Counter
from datetime import UTC, datetime
from time import perf_counter

from bot.core.document import FoldedDocument, fold_document
from bot.core.query import Query, parse
from bot.core.watches import WatchIndex
from tests.bench.bench_search import shown
from tests.bench.vietnamese import Language, language, notices

SEED = 2026
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def a_query(spoken: Language, chance: random.Random) -> str:
    """Words, phrases, exclusions, alternatives and beginnings, as people save them."""
    words = [spoken.word(chance) for _ in range(3)]
    kind = chance.random()
    if kind < 0.35:
        return words[0]
    if kind < 0.6:
        return f'"{words[0]}"'
    if kind < 0.75:
        return f"{words[0]} {words[1]}"
    if kind < 0.9:
        return f"{words[0]} -{words[1].split()[0]}"
    return f'{words[0]} OR "{words[1]}"' if kind < 0.97 else f"{words[0]} {words[1][:3].strip()}*"


def documents(count: int, seed: int) -> list[FoldedDocument]:
    return [
        fold_document(source=f"nguon-{number % 8}", at=NOW, title=title, summary=summary, body=None)
        for number, (title, summary) in enumerate(notices(seed, count))
    ]


def main(watches: int, count: int) -> None:
    spoken, chance = language(SEED), random.Random(SEED)
    seen = Counter(key for document in documents(5_000, SEED) for key in document.keys)
    index = WatchIndex(seen)
    texts = [a_query(spoken, chance) for _ in range(watches)]
    begun = perf_counter()
    for number, text in enumerate(texts):
        query = parse(text, NOW)
        assert isinstance(query, Query), query
        index.add(number, query, (f"nguon-{number % 8}",) if number % 10 == 0 else ())
    spent = perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{watches:,} watches read and saved in {spent:.1f} s, {memory:.0f} MB in all")
    times, hits = [], 0
    for document in documents(count, SEED + 1):
        begun = perf_counter()
        hits += len(index.match(document))
        times.append(perf_counter() - begun)
    print(f"one item against all watches       {shown(times)}   hits {hits / count:.0f}")
    times = []
    for number in chance.sample(range(watches), 1_000):
        begun = perf_counter()
        index.remove(number)
        times.append(perf_counter() - begun)
    print(f"one watch ended                    {shown(times)}")


if __name__ == "__main__":
    wished = [*sys.argv[1:], *("100000", "2000")[len(sys.argv) - 1 :]]
    main(int(wished[0]), int(wished[1]))
