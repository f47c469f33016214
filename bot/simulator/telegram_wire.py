"""What goes over the wire of the pretend Bot API: JSON objects, lengths in UTF-16 units, refusals in the real words."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


def utf16_length(text: str) -> int:
    """Length of *text* as Telegram counts it: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True, kw_only=True)
class Call:
    """One request of the bot: the method in its canonical spelling, decoded parameters, uploaded files by field."""

    method: str
    values: Json
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a call: the status answered (0: none was sent), result or description, the trouble it met."""

    status: int
    result: Any = None
    description: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCall:
    """A call with what came of it; `at` is the monotonic clock."""

    number: int
    at: float
    method: str
    parameters: Json
    outcome: Outcome

    @property
    def status(self) -> int:
        """The HTTP status; 0 where no answer was sent."""
        return self.outcome.status

    def as_json(self) -> Json:
        """The entry for GET /sim/log."""
        return asdict(self)


class ApiError(Exception):
    """A refusal with Telegram's error_code, description and response parameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> Json:
        """The JSON object that the server answers."""
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(words: str) -> ApiError:
    """400 with the server's prefix."""
    return ApiError(400, f"Bad Request: {words}")


def forbidden(words: str) -> ApiError:
    """403 with the server's prefix."""
    return ApiError(403, f"Forbidden: {words}")


def conflict(words: str) -> ApiError:
    """409 with the server's prefix."""
    return ApiError(409, f"Conflict: {words}")


def too_many_requests(seconds: float) -> ApiError:
    """429; Telegram speaks in whole seconds, never less than one."""
    wait = max(1, math.ceil(seconds - 1e-6))
    return ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
