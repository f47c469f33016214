"""The few types that every noun uses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, TypeAlias

Clock: TypeAlias = Callable[[], datetime]
Language: TypeAlias = Literal["vi", "en"]

EVERY_SOURCE = "*"
"""The source id of a follow that wants every source, now and later."""

ALBUMS = "/anh"
"""Ends the source id of a follow of a portal's albums: `tdkt/anh`. No source's own id has a slash."""
