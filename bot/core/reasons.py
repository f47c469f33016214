"""Why a message came, in one sentence: what its chat follows, and the queries of which it asked for the items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from bot.core.html import clip, visible
from bot.core.query import Query, parse
from bot.core.style import Style, source_title
from bot.model import EVERY_SOURCE, Followed, Pushed, Reason, Watched

MOST_NAMED: Final = 3
"""Queries that are named, and whose words are bold; the others are counted."""
LONGEST_QUERIES: Final = 120
"""UTF-16 units of all queries that one sentence names."""
LONGEST_SOURCES: Final = 300
_ONE_PHRASE = re.compile(r'"([^"]+)"')


def why(reasons: Sequence[Reason], style: Style) -> str:
    """Why one item came, in plain text."""
    say, queries = style.words.say, _queries(reasons)
    followed = {reason.source_id for reason in reasons if isinstance(reason, Followed)}
    key = "everything" if EVERY_SOURCE in followed else "followed" if followed else ""
    if queries:
        sentence = say(f"push.why.{key}_too" if key else "push.why.watched", queries=_named(queries, style))
    else:
        sentence = say(f"push.why.{key}") if key else ""
    return "\n".join(line for line in (sentence, _pushed(reasons, style)) if line)


def why_all(reasons: Sequence[Reason], style: Style) -> str:
    """Why the items of a list came, in plain text: the sources by name, for they may be several."""
    say, queries = style.words.say, _queries(reasons)
    followed = dict.fromkeys(reason.source_id for reason in reasons if isinstance(reason, Followed))
    following = ""
    if EVERY_SOURCE in followed:
        following = say("push.why.everything")
    elif followed:
        names = ", ".join(source_title(source_id, style) for source_id in followed)
        following = say("collected.why.followed", sources=clip(names, LONGEST_SOURCES))
    watching = say("push.why.watched", queries=_named(queries, style)) if queries else ""
    return "\n".join(line for line in (following, watching, _pushed(reasons, style)) if line)


def asked_for(reasons: Iterable[Reason], today: datetime) -> tuple[Query, ...]:
    """The queries that `why` names; *today* serves for their days, which no word depends on."""
    read = (parse(text, today) for text in _queries(reasons)[:MOST_NAMED])
    return tuple(query for query in read if isinstance(query, Query))


def _pushed(reasons: Iterable[Reason], style: Style) -> str:
    return style.words.say("push.why.pushed") if any(isinstance(reason, Pushed) for reason in reasons) else ""


def _queries(reasons: Iterable[Reason]) -> list[str]:
    return list(dict.fromkeys(reason.query for reason in reasons if isinstance(reason, Watched)))


def _named(queries: Sequence[str], style: Style) -> str:
    """“a”, “b” và “c”, or “a”, “b”, “c” và 2 từ khóa khác."""
    named = [_quoted(query, LONGEST_QUERIES // min(len(queries), MOST_NAMED)) for query in queries[:MOST_NAMED]]
    if more := len(queries) - len(named):
        return style.words.say("push.why.more", queries=", ".join(named), count=more)
    if len(named) == 1:
        return named[0]
    return style.words.say("push.why.and", queries=", ".join(named[:-1]), last=named[-1])


def _quoted(query: str, longest: int) -> str:
    """A query of one phrase has its quotation marks already: they are not set twice."""
    text = visible(query)
    phrase = _ONE_PHRASE.fullmatch(text)
    return f"“{clip(phrase[1] if phrase else text, longest)}”"
