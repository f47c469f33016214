"""Search the other way round: which saved queries does one new item match?

Each query waits under its rarest word (several, where alternatives are asked for), so that an item only meets the
queries one of whose words it has. Equal queries are held, and asked, once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from bot.core.document import FoldedDocument
from bot.core.letters import with_final_i
from bot.core.query import Query
from bot.core.query_tree import AllOf, AnyOf, Node, NoneOf, Phrase, closed_words, holds

_A_PREFIX_IS_COMMON: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class _Anchors:
    """Keys and prefixes one of which is in every item that matches; `cost` is how many items have one."""

    cost: int
    keys: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Saved:
    """One query, the keys that it needs, what remains to be asked then, and its watches with their sources."""

    query: Query
    needs: frozenset[str]
    rest: Node | None
    anchors: _Anchors | None
    watchers: dict[int, frozenset[str]] = field(default_factory=dict)


_Shelf: TypeAlias = dict[str, dict[int, _Saved]]


class WatchIndex:
    """The saved queries in memory; changes count at once.

    *seen* tells how many items have a key (an approximation will do): the rarer a query's first key, the fewer items
    have to ask it.
    """

    def __init__(self, seen: Mapping[str, int]) -> None:
        self._seen = seen
        self._saved: dict[Query, _Saved] = {}
        self._queries: dict[int, Query] = {}
        self._by_key: _Shelf = {}
        self._by_prefix: _Shelf = {}
        self._always: dict[int, _Saved] = {}

    def __len__(self) -> int:
        return len(self._queries)

    def add(self, watch_id: int, query: Query, sources: tuple[str, ...] = ()) -> None:
        """Save *query* under *watch_id* (replacing what it stood for), for items of *sources* (empty: of all)."""
        self.remove(watch_id)
        saved = self._saved.get(query)
        if saved is None:
            saved = self._saved[query] = _saved(query, self._seen)
            for shelf in self._places(saved):
                shelf[id(saved)] = saved
        saved.watchers[watch_id] = frozenset(sources)
        self._queries[watch_id] = saved.query

    def remove(self, watch_id: int) -> None:
        """Forget *watch_id*; nothing happens where it is not known."""
        query = self._queries.pop(watch_id, None)
        if query is None:
            return
        saved = self._saved[query]
        del saved.watchers[watch_id]
        if not saved.watchers:
            del self._saved[query]
            for shelf in self._places(saved):
                del shelf[id(saved)]

    def match(self, document: FoldedDocument) -> tuple[int, ...]:
        """Return the ids of the watches that *document* matches, in ascending order."""
        keys, source = document.keys, document.source
        hit: list[int] = []
        asked = {
            number: saved for shelf in self._shelves(keys) for number, saved in shelf.items() if saved.needs <= keys
        }
        for saved in asked.values():
            if (saved.rest is None or holds(saved.rest, document)) and saved.query.admits(document):
                hit.extend(watch for watch, sources in saved.watchers.items() if not sources or source in sources)
        return tuple(sorted(hit))

    def _shelves(self, keys: frozenset[str]) -> Iterator[dict[int, _Saved]]:
        yield self._always
        for key in keys & self._by_key.keys():
            yield self._by_key[key]
        if self._by_prefix:
            beginnings = {key[:length] for key in keys for length in range(1, len(key) + 1)}
            for prefix in beginnings & self._by_prefix.keys():
                yield self._by_prefix[prefix]

    def _places(self, saved: _Saved) -> Iterator[dict[int, _Saved]]:
        if saved.anchors is None:
            yield self._always
            return
        for key in saved.anchors.keys:
            yield self._by_key.setdefault(key, {})
        for prefix in saved.anchors.prefixes:
            yield self._by_prefix.setdefault(prefix, {})


def _saved(query: Query, seen: Mapping[str, int]) -> _Saved:
    return _Saved(query, needs_of(query.root), _rest_of(query.root), _anchors(query.root, seen))


def _rest_of(node: Node | None) -> Node | None:
    """Return what is to be asked of a document that has all keys which *node* needs; None: nothing."""
    match node:
        case Phrase(words, False) if len(words) == 1:
            return None
        case AllOf(parts):
            rest = tuple(part for each in parts if (part := _rest_of(each)) is not None)
            return AllOf(rest) if rest else None
        case _:
            return node


def needs_of(node: Node | None) -> frozenset[str]:
    """Return keys all of which are in every document that has what *node* asks for."""
    match node:
        case Phrase():
            return frozenset(word.key for word in closed_words(node))
        case AllOf(parts):
            return frozenset().union(*(needs_of(part) for part in parts))
        case _:
            return frozenset()


def _anchors(node: Node | None, seen: Mapping[str, int]) -> _Anchors | None:
    """Return where a query waits; None where it must be asked for every item."""
    match node:
        case Phrase():
            return _rarest(node, seen)
        case AllOf(parts):
            found = [anchors for part in parts if (anchors := _anchors(part, seen)) is not None]
            return min(found, key=lambda anchors: anchors.cost, default=None)
        case AnyOf(parts):
            each = [_anchors(part, seen) for part in parts]
            known = [anchors for anchors in each if anchors is not None]
            return _together(known) if len(known) == len(each) else None
        case NoneOf() | None:
            return None


def _rarest(phrase: Phrase, seen: Mapping[str, int]) -> _Anchors:
    keys = [word.key for word in closed_words(phrase)]
    if keys:
        rarest = min(keys, key=lambda key: (seen.get(key, 0), -len(key)))
        return _Anchors(seen.get(rarest, 0), frozenset({rarest}))
    last = phrase.words[-1]
    cost = _A_PREFIX_IS_COMMON // 4 ** len(last.letters)
    return _Anchors(cost, frozenset({with_final_i(last).key}), frozenset({last.letters}))


def _together(each: list[_Anchors]) -> _Anchors:
    return _Anchors(
        sum(anchors.cost for anchors in each),
        frozenset().union(*(anchors.keys for anchors in each)),
        frozenset().union(*(anchors.prefixes for anchors in each)),
    )
