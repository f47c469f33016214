"""How single settings are read: each function takes the raw TOML value and gives the typed one, or raises `Mend`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SettingReader: TypeAlias = Callable[[object], object]

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[!-'*-~]+", re.ASCII)
_PROFILES = Path(__file__).parents[1] / "sources" / "profiles"
_ID = re.compile(r"[a-z0-9_-]{1,62}")


class Mend(ValueError):
    """What to write instead, as the second half of a sentence: "give a duration such as "5m"."""


def text(value: object) -> str:
    """Any string."""
    if not isinstance(value, str):
        raise Mend('give a text in quotes, such as "abc"')
    return value.strip()


def words(value: object) -> str:
    """A string that says something."""
    if not (found := text(value)):
        raise Mend("give a text that is not empty")
    return found


def profile(value: object) -> str:
    """The name of a portal layout that Loa brings along, or nothing."""
    name, known = text(value), sorted(path.stem for path in _PROFILES.glob("*.toml"))
    if name and name not in known:
        raise Mend(f"give one of {', '.join(known)}, or selectors of your own")
    return name


def contact(value: object) -> str:
    """Where a portal's operators find us, a mail address or one of the web, or nothing; it travels in a header."""
    said = text(value)
    if said and not _CONTACT.fullmatch(said):
        raise Mend('give a mail address or one of the web, such as "news@example.org" or "https://example.org/loa"')
    return said


def yes_or_no(value: object) -> bool:
    """A TOML boolean."""
    if not isinstance(value, bool):
        raise Mend("give true or false, without quotes")
    return value


def whole_number(least: int, most: int) -> SettingReader:
    """An integer between the two, both included."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Mend(f"give a whole number from {least:,} to {most:,}, without quotes".replace(",", "_"))
        return value

    return read


def one_of(*choices: str) -> SettingReader:
    """One of these words."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise Mend("give one of " + ", ".join(f'"{choice}"' for choice in choices))
        return value

    return read


def duration(value: object) -> timedelta:
    """ "500ms", "30s", "5m", "2h" or "1d"; more than nothing and at most a year."""
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise Mend('give a duration such as "5m" (units: ms, s, m, h, d)')
    amount = min(float(found[1]), 1e12)
    read = timedelta(**{_UNITS[found[2]]: min(amount, 366 * 86_400_000.0 if found[2] == "ms" else 366 * 86_400.0)})
    if not timedelta() < read <= timedelta(days=366):
        raise Mend('give a duration above zero and at most "366d"')
    return read


def interval(value: object) -> timedelta:
    """A duration of a second or more."""
    read = duration(value)
    if read < timedelta(seconds=1):
        raise Mend('give "1s" or more')
    return read


def identifier(value: object) -> str:
    """A source's id: it becomes part of Telegram's start links, which allow no more than this."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise Mend('give 1 to 62 of the characters a-z, 0-9, _ and -, such as "tin-tuc"')
    return value


def former_identifier(value: object) -> str:
    """An id, or an empty string."""
    return "" if value == "" else identifier(value)


def address(value: object) -> str:
    """An http or https address with a host and without a user's name in it."""
    read = text(value)
    try:
        parts = urlsplit(read)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(character.isspace() for character in read):
        raise Mend('give an address such as "https://portal.example/rss"')
    if parts.username is not None:
        raise Mend("give the address without a user name or password in it")
    return read


def maybe_address(value: object) -> str:
    """An address, or an empty string."""
    return "" if value == "" else address(value)


def root_address(value: object) -> str:
    """An address to which paths are appended: no slash at its end."""
    return address(value).rstrip("/")


def timezone(value: object) -> str:
    """A name of the IANA time zone database."""
    read = text(value)
    try:
        ZoneInfo(read)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Mend('give a time zone such as "Asia/Ho_Chi_Minh"') from None
    return read


def user_ids(value: object) -> tuple[int, ...]:
    """Telegram's numeric user ids."""
    ids = value if isinstance(value, list) else None
    if ids is None or any(isinstance(one, bool) or not isinstance(one, int) or one <= 0 for one in ids):
        raise Mend("give numeric user ids such as [1001, 1002] (a person learns theirs from @userinfobot)")
    return tuple(dict.fromkeys(ids))


def host_names(value: object) -> tuple[str, ...]:
    """Bare host names."""
    names = value if isinstance(value, list) else None
    if names is None or any(not isinstance(one, str) or not re.fullmatch(r"[^\s/:@]+", one) for one in names):
        raise Mend('give host names such as ["portal.example", "media.portal.example"]')
    return tuple(dict.fromkeys(one.lower().rstrip(".") for one in names))


def database(value: object) -> str:
    """A database address; a relative path in it is made absolute later, against the file's folder."""
    read = text(value)
    if read.startswith(("postgres://", "postgresql://")):
        raise Mend('this version keeps its archive in SQLite: give "sqlite:///var/loa.db"')
    if not read.startswith("sqlite:///") or read in {"sqlite:///", "sqlite:////"}:
        raise Mend('give "sqlite:///var/loa.db" (three slashes, then the path)')
    return read


def listening(value: object) -> tuple[str, int] | None:
    """ "host:port"; an empty string turns the page off."""
    read = text(value)
    if not read:
        return None
    host, colon, port = read.rpartition(":")
    if not colon or not port.isdecimal() or not 0 < int(port) < 65_536 or "/" in host:
        raise Mend('give host and port such as "127.0.0.1:8080", or "" to turn the page off')
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104 - ":8080" says every address
