"""What was worked out before, for the words of a language: there are few, and they come again and again."""

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memo(dict[K, V]):
    """Values by key, each made when it is asked for first; full at *most* keys, it begins anew.

    To ask it costs little more than half of what an `lru_cache` does, and `map(memo.__getitem__, words)` never leaves
    the interpreter's own code: texts are folded word by word, a million of them in an import.
    """

    def __init__(self, make: Callable[[K], V], most: int) -> None:
        super().__init__()
        self._make = make
        self._most = most

    def __missing__(self, key: K) -> V:
        if len(self) >= self._most:
            self.clear()
        value = self[key] = self._make(key)
        return value
