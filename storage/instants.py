"""The one place where instants become integers: aware UTC datetimes outside, milliseconds since 1970 inside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 UTC, rounded down; *at* is aware."""
    return (at - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """The aware UTC instant of *ms*."""
    return _EPOCH + ms * _MILLISECOND


def maybe_ms(at: datetime | None) -> int | None:
    """`to_ms`, where there is an instant."""
    return None if at is None else to_ms(at)


def maybe_instant(ms: int | None) -> datetime | None:
    """`from_ms`, where there is an instant."""
    return None if ms is None else from_ms(ms)


def span_ms(span: timedelta) -> int:
    """A length of time in milliseconds, rounded down."""
    return span // _MILLISECOND
