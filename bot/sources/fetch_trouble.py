"""What went wrong on the way to a portal, in one line with the mend."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.model import Trouble, TroubleKind
from bot.sources.fetch_body import BodyFault

_STATUS_MENDS = {
    400: "look at the address in config.toml",
    401: "the portal wants a login; Loa reads public addresses only",
    403: "the portal refuses Loa; ask its operators to let the user agent in, or read less often",
    404: "nothing is there; open the portal and look for the feed's or list's present address",
    407: "a proxy wants a login",
    410: "the portal took this address away for good; look for its present one",
    429: "the portal is asked too often; raise the source's interval",
    451: "the portal may not serve this address here",
}
_LONGEST_WAIT = timedelta(days=7)


def trouble_of_status(status: int, retry_after: timedelta | None) -> Trouble:
    """The trouble that an HTTP status other than 200 and 304 is."""
    if status in _STATUS_MENDS:
        mend = _STATUS_MENDS[status]
    elif status >= 500:
        mend = "the portal is out of order; Loa tries again later"
    else:
        mend = "look at the address in config.toml"
    return Trouble(
        kind=TroubleKind.HTTP, why=f"the portal answered {status} - {mend}", status=status, retry_after=retry_after
    )


def trouble_of_body(fault: BodyFault, most: int, status: int) -> Trouble:
    """The trouble that a body is which had to be given up."""
    match fault:
        case BodyFault.TOO_LARGE:
            why = f"the body is over {most:,} bytes - raise fetch.max_bytes, or use a shorter feed"
            return Trouble(kind=TroubleKind.TOO_LARGE, why=why, status=status)
        case BodyFault.BOMB:
            why = "the body is compressed beyond reason - Loa will not unpack it; tell the portal's operators"
            return Trouble(kind=TroubleKind.HOSTILE, why=why, status=status)
        case BodyFault.CORRUPT | BodyFault.UNKNOWN_CODING:
            why = f"the body is {fault.value} - tell the portal's operators; Loa tries again later"
            return Trouble(kind=TroubleKind.BROKEN, why=why, status=status)


def trouble_of_timeout(timeout: timedelta) -> Trouble:
    """The trouble that no full answer in time is."""
    return Trouble(
        kind=TroubleKind.TIMEOUT,
        why=f"no full answer within {timeout.total_seconds():g} s - the portal is slow or hangs; Loa tries again later"
        " (fetch.timeout gives it longer)",
    )


def trouble_of_redirects(target: str, most: int) -> Trouble:
    """The trouble that redirects without end are."""
    return Trouble(
        kind=TroubleKind.UNREACHABLE,
        why=f"the portal redirects in a circle or more than {most} times, last to {target[:200]}"
        " - give the final address in config.toml",
    )


def trouble_of_refusal(why: str) -> Trouble:
    """The trouble that an address is to which Loa must not connect."""
    return Trouble(
        kind=TroubleKind.REFUSED_ADDRESS,
        why=f"the address is refused: {why} - give a public one, or set fetch.allow_private = true in your own network",
    )


def retry_after_of(header: str, now: datetime) -> timedelta | None:
    """A Retry-After header (RFC 9110, 10.2.3), seconds or a date; None where it says nothing usable."""
    text = header.strip()
    if text.isdigit():
        return min(timedelta(seconds=min(int(text), 10**7)), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if until.tzinfo is None:
        return None
    return max(timedelta(), min(until - now, _LONGEST_WAIT))
