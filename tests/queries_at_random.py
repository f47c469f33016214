"""Queries and notices made at random of words that are easily confused, for the tests of search and alerts."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from bot.core.document import FoldedDocument, fold_document
from bot.core.letters import fold_word
from bot.model import Item
from tests.builders import an_item

WORDS = tuple(
    word
    for line in (
        "thi đua khen thưởng thương thường bão báo bao số 3 03 ủy uỷ ban nhân dân UBND HĐND hội đồng nghị TĐ-KT TĐKT",
        "hoà hòa hoa quý quỹ quí cháy chạy kỷ kỉ kĩ 13/2023/NĐ-CP Covid-19 F0 đường dương duong lũ quét ngh nghiệp",
        "nghiêm ky kylin an và của các tỉnh công tác",
    )
    for word in line.split()
)
SOURCES = ("tdkt", "ubnd-tinh", "so_xd")


def a_notice(chance: random.Random, now: datetime) -> FoldedDocument:
    """A folded notice of the last 60 days."""
    at = now - timedelta(seconds=chance.randrange(60 * 86_400))
    title, summary, body = texts(chance)
    return fold_document(
        source=chance.choice(SOURCES), at=at.replace(microsecond=0), title=title, summary=summary, body=body
    )


def texts(chance: random.Random) -> tuple[str, str | None, str | None]:
    """Title, summary, body."""
    title, summary, body = (_words(chance, most) for most in (9, 14, 20))
    return title.upper() if chance.random() < 0.1 else title, summary or None, body if chance.random() < 0.3 else None


def a_query_text(chance: random.Random, now: datetime) -> str:
    """A query of every kind that the language has; now and then one with a mistake."""
    parts = [_parts(chance, 2)]
    if chance.random() < 0.15:
        parts.append(chance.choice(("nguon:", "-source:")) + chance.choice(SOURCES))
    if chance.random() < 0.15:
        day = now - timedelta(days=chance.randrange(60))
        parts.append(f"{chance.choice(('tu', 'den'))}:{day:%d/%m/%Y}")
    chance.shuffle(parts)
    return " ".join(parts)


def _words(chance: random.Random, most: int) -> str:
    return " ".join(
        chance.choice(WORDS) + chance.choice(("", "", "", ",", ":")) for _ in range(chance.randint(0, most))
    )


def _parts(chance: random.Random, depth: int) -> str:
    return " ".join(_part(chance, depth) for _ in range(chance.choice((1, 1, 2, 2, 3))))


def _part(chance: random.Random, depth: int) -> str:
    kind = chance.random()
    if kind < 0.45:
        return _word(chance)
    if kind < 0.6:
        return f'"{" ".join(_word(chance) for _ in range(chance.randint(2, 3)))}' + chance.choice(
            ('"', '"', '"*', '*"')
        )
    if kind < 0.7:
        return f"{_word(chance)[: chance.randint(1, 4)].rstrip('-/')}*"
    if kind < 0.85 or not depth:
        return f"-{_word(chance)}"
    return f"{chance.choice(('', '', '-'))}({_parts(chance, depth - 1)} OR {_word(chance)})"


def _word(chance: random.Random) -> str:
    word = chance.choice(WORDS)
    return _without_marks(word) if chance.random() < 0.4 else word


def _without_marks(word: str) -> str:
    return fold_word(word).plain if word.isalpha() else word


def a_random_item(chance: random.Random, now: datetime, number: int) -> Item:
    """Of the last sixty days."""
    title, summary, body = texts(chance)
    at = now - timedelta(seconds=chance.randrange(60 * 86_400))
    return an_item(number, title=f"{title} {number}", summary=summary, body=body, published_at=at)
