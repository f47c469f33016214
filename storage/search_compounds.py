"""Which words an archive has so often side by side that together they are to be a word of the index: a compound.

A phrase that is one is found without a look into any document. Phrases that are none are in few documents.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from bot.core.document import BREAK

ENOUGH: Final = 8_000
"""From so many documents compounds are learned, once: in fewer every phrase is found at once."""
LEAST: Final = 4
"""So often each is in those documents, at least."""
MOST: Final = 24_576
"""More compounds spare few documents more, and cost memory and time."""
MOST_LETTERS: Final = 4_000_000
"""Where documents are long, fewer of them are looked at."""


def learned_from(texts: Sequence[str], least: int = LEAST) -> tuple[str, ...]:
    """Return what stands in these toned texts *least* times: two or three toned keys with a blank between.

    Where there is nothing, it is the commonest pair: so an archive is looked at once.
    """
    documents = [text.split() for text in _as_many_as_can_be(texts)]
    pairs = Counter(pair for words in documents for pair in pairwise(words))
    ranking = [(pair, count) for pair, count in pairs.most_common(2 * MOST) if BREAK not in pair][:MOST]
    often = {pair for pair, count in ranking if count >= least}
    if not often:
        return tuple(" ".join(pair) for pair, _ in ranking[:1])
    longer = Counter(
        (first, second, third)
        for words in documents
        for first, second, third in zip(words, words[1:], words[2:], strict=False)
        if (first, second) in often and (second, third) in often
    )
    found = [*often, *(words for words, count in longer.most_common(MOST) if count >= least)]
    return tuple(sorted(map(" ".join, found)))


def _as_many_as_can_be(texts: Sequence[str]) -> Sequence[str]:
    letters = 0
    for place, text in enumerate(texts):
        letters += len(text)
        if letters > MOST_LETTERS:
            return texts[:place]
    return texts
