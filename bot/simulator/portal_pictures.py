"""Landscapes for the news: small PNG files (palette images) drawn from a number, always the same for the same one."""

from __future__ import annotations

import math
import struct
import zlib

_WIDTH, _HEIGHT = 480, 270
_SKY_STEPS = 64
_SUN, _LAYER = 64, 65
# Sky above, sky at the horizon, sun, and four layers of land from far to near.
_SCENES = (
    ("2b5c8a", "f6d7a7", "fff3d0", "8fa8b8", "5f8577", "3f6b4f", "28492f"),
    ("1d2b53", "f08a5d", "ffd166", "6a5a7d", "4a4063", "33304d", "1f1d33"),
    ("4aa3c7", "e8f6f3", "fffbe6", "9cc4b2", "74ad7c", "e0b94f", "c79a2b"),
    ("37637a", "cfe3dc", "f7f7e8", "86a5a4", "5b8a8b", "39707a", "1f5362"),
    ("6d597a", "ffcdb2", "fff1e6", "b5838d", "8d6a77", "5d6b57", "3a4a3c"),
)


def landscape(number: int) -> bytes:
    """A PNG of 480 x 270: sky, sun, hills and fields."""
    palette = _palette(_SCENES[number % len(_SCENES)])
    ridges = [_ridge(number, layer) for layer in range(4)]
    sun_x, sun_y, radius = 60 + number * 83 % 360, 60 + number * 37 % 50, 26
    rows = bytearray()
    for y in range(_HEIGHT):
        row = bytearray([min(_SKY_STEPS - 1, y * _SKY_STEPS * 10 // (_HEIGHT * 7))]) * _WIDTH
        if abs(y - sun_y) < radius:
            half = int(math.sqrt(radius * radius - (y - sun_y) ** 2))
            row[sun_x - half : sun_x + half] = bytes([_SUN]) * (2 * half)
        for layer, ridge in enumerate(ridges):
            colour = _LAYER + layer
            for x in range(_WIDTH):
                if ridge[x] <= y:
                    row[x] = colour
        rows += b"\0" + row
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 3, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"PLTE", palette), _chunk(b"IDAT", zlib.compress(bytes(rows), 6)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + _chunk(b"IEND", b"")


def _palette(scene: tuple[str, ...]) -> bytes:
    above, below, *others = (bytes.fromhex(colour) for colour in scene)
    sky = bytearray()
    for step in range(_SKY_STEPS):
        share = step / (_SKY_STEPS - 1)
        sky += bytes(round(high + (low - high) * share) for high, low in zip(above, below, strict=True))
    return bytes(sky) + b"".join(others)


def _ridge(number: int, layer: int) -> list[int]:
    """The height of one layer's edge at each column; near layers lie lower and roll more gently."""
    level, swing, phase = 135 + 34 * layer, 34 - 7 * layer, number * 1.7 + layer * 2.3
    return [
        round(
            level
            - swing * math.sin(x / (58 + 16 * layer) + phase)
            - swing / 3 * math.sin(x / (19 + 6 * layer) + 2 * phase)
        )
        for x in range(_WIDTH)
    ]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
