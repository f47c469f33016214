"""Log lines for a person and a log collector alike: one event a line, on standard error, never the token."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Collection
from types import TracebackType

log = logging.getLogger(__name__)

_TOKEN = re.compile(r"\d{5,}(?::|%3[Aa])[A-Za-z0-9_-]{20,}")
_QUIET = ("httpx", "httpcore", "apscheduler", "asyncio", "aiosqlite", "telegram", "tzlocal")


class RedactingFormatter(logging.Formatter):
    """Formats a record, its traceback included, and blots out every secret and all that looks like a token."""

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._secrets = tuple(sorted((secret for secret in secrets if secret), key=len, reverse=True))

    def format(self, record: logging.LogRecord) -> str:
        """The line, without secrets."""
        return self.redact(super().format(record))

    def redact(self, text: str) -> str:
        """The text, without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return _TOKEN.sub("[token]", text)


def set_up_logs(*, level: int, secrets: Collection[str]) -> None:
    """One handler on standard error for the whole process; libraries speak only from WARNING up.

    An exception that nothing caught becomes a log line too, so that its traceback passes the same formatter.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns of every tick that a slow disk made late; the next one comes a moment later anyway.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    sys.excepthook = _log_uncaught


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    log.critical("process.uncaught", exc_info=(kind, error, traceback))
