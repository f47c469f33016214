"""Every word of the archive: what a prefix stands for, what is Telex, what is misspelt, what is rare."""

import json
from collections.abc import Collection
from sqlite3 import Connection
from typing import Final

from bot.core.document import plain_keys
from bot.core.letters import Word, plain_of, with_final_i
from bot.core.query_tree import Node, is_word
from storage.rows import as_json
from storage.search_expression import beginning_with, one_of
from storage.search_tokens import BEGINNING, EVERY, beginning_token, common_beginning_with
from storage.search_vocabulary import Ending, Vocabulary, beside_others_in, prefixes_in, together_in
from storage.statements import visiting_statements

MOST_ENDINGS: Final = 64
"""A prefix that begins more words is left to their common beginning, or to the engine."""
_BEHIND_ALL: Final = "\U0010ffff"


class SearchWords:
    """Reads the words, in a visit to the caller's connection."""

    def __init__(self) -> None:
        self._sql = visiting_statements("search")

    def known(self, conn: Connection, plains: Collection[str]) -> frozenset[str]:
        """Those plain keys that occur in the archive."""
        if not plains:
            return frozenset()
        return frozenset(map(plain_of, self.spelled(conn, plains)))

    def spelled(self, conn: Connection, plains: Collection[str]) -> dict[str, int]:
        """The toned keys with these plain keys, and in how many items each was met."""
        seen: dict[str, int] = json.loads(self._sql.words_spelled(conn, plains=as_json(plains)))
        return seen

    def commonest(self, conn: Connection, most: int) -> dict[str, int]:
        """In about how many items the *most* commonest words were met, by toned and by plain key."""
        seen: dict[str, int] = {}
        for row in self._sql.commonest_words(conn, most=most):
            for key in {row["toned"], row["plain"]}:
                seen[key] = seen.get(key, 0) + row["seen"]
        return seen

    def vocabulary(self, conn: Connection, root: Node | None) -> Vocabulary:
        """What a query's tree needs to know of the archive's words."""
        endings = {prefix: self._ending(conn, prefix) for prefix in set(prefixes_in(root))}
        words = {word.plain for word in beside_others_in(root)}
        if not words:
            return Vocabulary(endings)
        are_told = not self._sql.are_before_compounds(conn)
        compounds = self._compounds(conn, set(together_in(root, endings)))
        return Vocabulary(endings, self._spellings(conn, words), compounds, are_told)

    def _compounds(self, conn: Connection, plains: Collection[str]) -> dict[str, list[str]]:
        found: list[str] = json.loads(self._sql.compounds_of(conn, plains=as_json(plains)))
        compounds: dict[str, list[str]] = {}
        for toned in sorted(found):
            compounds.setdefault(plain_keys(toned), []).append(toned)
        return compounds

    def _spellings(self, conn: Connection, plains: Collection[str]) -> dict[str, dict[str, int]]:
        seen = self.spelled(conn, plains)
        spelled: dict[str, dict[str, int]] = {}
        for toned in sorted(seen, key=lambda toned: (-seen[toned], toned)):
            spelled.setdefault(plain_of(toned), {})[toned] = seen[toned]
        return spelled

    def _ending(self, conn: Connection, prefix: Word) -> Ending:
        if len(prefix.plain) == 1:
            return Ending(one_of([EVERY]), exact=False)  # in nearly every document: it is asked itself
        words = self._beginning_with(conn, prefix)
        if not prefix.is_marked and len(prefix.plain) == BEGINNING:
            whole = {prefix.plain, with_final_i(prefix).plain}
            common = common_beginning_with(prefix.plain)
            return Ending(one_of([beginning_token(prefix.plain), *sorted(whole), *common]), words)
        if words is not None:
            return Ending(one_of(words), words, breadth=len(words))
        if len(prefix.plain) >= BEGINNING:
            # The engine reads all that have one of these words before it tells the first: they are many, but rare.
            return Ending(beginning_with(prefix.letters), exact=not prefix.tone)
        return self._short_ending(conn, prefix)

    def _short_ending(self, conn: Connection, prefix: Word) -> Ending:
        """Two letters are to be had by the beginnings that begin like them."""
        if prefix.is_marked:
            return Ending(one_of([EVERY]), exact=False)
        found = list(self._sql.beginnings(conn, **_range(prefix.plain), most=MOST_ENDINGS + 1))
        if len(found) > MOST_ENDINGS:
            return Ending(one_of([EVERY]), exact=False)
        tokens = {with_final_i(prefix).plain, *common_beginning_with(prefix.plain)}
        for row in found:
            tokens |= {row["beginning"], beginning_token(row["beginning"])}
        return Ending(one_of(sorted(tokens)), breadth=len(tokens))

    def _beginning_with(self, conn: Connection, prefix: Word) -> tuple[str, ...] | None:
        """The keys of the words that *prefix* stands for; None where they are too many."""
        if prefix.is_marked:
            most, words = 10 * MOST_ENDINGS, self._sql.toned_words_beginning
        else:
            most, words = MOST_ENDINGS, self._sql.plain_words_beginning
        found = (words(conn, **_range(prefix.plain), most=most + 1) or "").split()
        keys = {key for key in found if not prefix.is_marked or is_word(prefix, key, is_prefix=True)}
        if len(found) > most or len(keys) > MOST_ENDINGS:
            return None
        return tuple(sorted(keys | {with_final_i(prefix).key}))


def _range(plain: str) -> dict[str, str]:
    return {"first": plain, "after": plain + _BEHIND_ALL}
