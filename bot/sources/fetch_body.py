"""A response's body, taken in pieces: decompressed as it comes, and given up when it grows beyond reason."""

from __future__ import annotations

import zlib
from enum import StrEnum

_PIECE = 1 << 16
_BOMB_FROM = 1 << 20
_BOMB_RATIO = 100


class BodyFault(StrEnum):
    """Why a body was given up."""

    TOO_LARGE = "too large"
    BOMB = "compressed beyond reason"
    CORRUPT = "not what its Content-Encoding says"
    UNKNOWN_CODING = "in a compression that was not asked for"


class Body:
    """Collects one response body under a cap of *most* bytes, before and after decompression.

    A body of more than 1 MiB that was blown up over 100 times is a bomb: feeds and pages compress 5 to 30 times.
    """

    def __init__(self, content_encoding: str, most: int) -> None:
        self._coding = content_encoding.strip().lower()
        self._most = most
        self._raw = 0
        self._pieces: list[bytes] = []
        self._size = 0
        self._inflater: zlib._Decompress | None = None

    def take(self, piece: bytes) -> BodyFault | None:
        """Adds a piece as it came over the wire; says why the body must be given up, if it must."""
        self._raw += len(piece)
        if self._raw > self._most:
            return BodyFault.TOO_LARGE
        if self._coding in ("", "identity"):
            return self._keep(piece)
        if self._coding not in ("gzip", "x-gzip", "deflate"):
            return BodyFault.UNKNOWN_CODING
        try:
            return self._inflate(piece)
        except zlib.error:
            return BodyFault.CORRUPT

    def whole(self) -> bytes:
        """All of the body that was taken."""
        return b"".join(self._pieces)

    def _inflate(self, data: bytes) -> BodyFault | None:
        if not data:
            return None
        if self._inflater is None:
            self._inflater = zlib.decompressobj(self._window(data))
        while data:
            fault = self._keep(self._inflater.decompress(data, _PIECE))
            if fault is not None:
                return fault
            data = self._inflater.unconsumed_tail
            if self._inflater.eof:
                data = self._inflater.unused_data
                if not data.startswith(b"\x1f\x8b"):
                    return None
                self._inflater = zlib.decompressobj(31)
        return None

    def _window(self, data: bytes) -> int:
        """Some servers send raw deflate, some zlib (RFC 1950) under the same name: the first two bytes tell."""
        if data[:2] == b"\x1f\x8b":
            return 31
        zlib_header = len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        return 15 if zlib_header else -15

    def _keep(self, piece: bytes) -> BodyFault | None:
        self._size += len(piece)
        self._pieces.append(piece)
        if self._size > _BOMB_FROM and self._size > _BOMB_RATIO * self._raw:
            return BodyFault.BOMB
        return BodyFault.TOO_LARGE if self._size > self._most else None


def unzipped(body: bytes, most: int) -> bytes | BodyFault:
    """*body*, decompressed where the bytes themselves are a gzip file that no header announced (`feed.xml.gz`)."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    inner = Body("gzip", most)
    fault = inner.take(body)
    return fault if fault is not None else inner.whole()
