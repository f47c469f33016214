"""Trouble on demand: what the network and the server can do to a call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.simulator.telegram_wire import Call

FaultKind = Literal["429", "error", "drop_before", "drop_after", "stall", "latency", "not_json"]
KINDS: tuple[FaultKind, ...] = ("429", "error", "drop_before", "drop_after", "stall", "latency", "not_json")


@dataclass(slots=True, kw_only=True)
class Fault:
    """One kind of trouble for the next `count` matching calls (0: until healed).

    `methods` empty means every method but getUpdates. 429: `retry_after` s for `scope`. error: `code` and `description`
    (502-504 without a description answer a proxy's HTML page). stall: hangs `seconds` (0: for ever), then is lost.
    latency: answers `seconds` later. drop_before loses the request unexecuted, drop_after executes it and loses the
    answer. not_json: executes nothing, answers 200 with text.
    """

    kind: FaultKind
    count: int = 1
    methods: tuple[str, ...] = ()
    chat_id: int | None = None
    code: int = 500
    description: str = ""
    retry_after: int = 1
    scope: Literal["chat", "global"] = "chat"
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; there are {', '.join(KINDS)}")
        self.methods = tuple(name.lower() for name in self.methods)

    def hits(self, call: Call) -> bool:
        """Whether this call is one that it troubles."""
        if self.methods and call.method.lower() not in self.methods:
            return False
        if not self.methods and call.method == "getUpdates":
            return False
        return self.chat_id is None or call.values.get("chat_id") == self.chat_id


class Faults:
    """The troubles that wait for their calls, in the order they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, fault: Fault) -> None:
        """Let it trouble the next calls."""
        self._waiting.append(fault)

    def heal(self, kinds: Iterable[str] = ()) -> None:
        """Forget troubles of these kinds (none named: all)."""
        chosen = set(kinds) or set(KINDS)
        self._waiting = [fault for fault in self._waiting if fault.kind not in chosen]

    def for_call(self, call: Call) -> tuple[float, Fault | None]:
        """Seconds of latency, and the first other trouble; each is used up by one."""
        delay, chosen = 0.0, None
        for fault in [fault for fault in self._waiting if fault.hits(call)]:
            if fault.kind == "latency":
                delay += fault.seconds
            elif chosen is None:
                chosen = fault
            else:
                continue
            self._use(fault)
        return delay, chosen

    def _use(self, fault: Fault) -> None:
        if fault.count == 0:
            return
        fault.count -= 1
        if fault.count == 0:
            self._waiting.remove(fault)
