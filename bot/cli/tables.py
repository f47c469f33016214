"""What `import` reads, whatever it is: lines of JSON, or a table (CSV), gzipped or not; all of it as lines of JSON."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final, Protocol, cast

LONGEST_CELL: Final = 10_000_000
DAMAGED: Final = (EOFError, OSError, zlib.error, csv.Error)
"""What reading a file fails with that is not what it seems to be."""
_GZIP: Final = b"\x1f\x8b"
_DISARMED: Final = ("'=", "'+", "'-", "'@", "'\t", "'\r")
"""How `export` begins a cell that a spreadsheet would run as a formula."""
_LISTS: Final = frozenset({"keys", "attachments"})


class Lines(Protocol):
    """Something that is read line by line; an empty line ends it."""

    def readline(self, size: int, /) -> bytes:
        """The next line, of which no more than *size* bytes."""


def unzipped(data: BinaryIO) -> BinaryIO:
    """The file itself, or what is in it where its first bytes are those of gzip."""
    kept = cast("io.BufferedReader", data)
    return cast("BinaryIO", gzip.open(kept)) if kept.peek(2).startswith(_GZIP) else data


def lines_of(data: BinaryIO) -> Lines:
    """*data* as lines of JSON; each row of a table stands at its last line, and its other lines are blank."""
    return _Table(data) if is_table(beginning_of(data)) else data


def beginning_of(data: BinaryIO) -> bytes:
    """The first bytes, which are still to be read."""
    return cast("io.BufferedReader", data).peek(1_000)[:1_000]


def is_table(beginning: bytes) -> bool:
    """Whether a file that begins so has the head of a table of items."""
    head = beginning.decode("utf-8-sig", "replace").partition("\n")[0]
    names = _names(next(csv.reader([head], delimiter=_delimiter(head)), []))
    return {"source", "title"} <= set(names)


class _Table:
    """Rows as objects. Cells that are empty are left out; what `export` writes comes back as it was."""

    def __init__(self, data: BinaryIO) -> None:
        csv.field_size_limit(LONGEST_CELL)
        self._lines = self._read(io.TextIOWrapper(data, encoding="utf-8-sig", errors="surrogateescape", newline=""))

    def readline(self, _size: int, /) -> bytes:
        """The next line."""
        return next(self._lines, b"")

    def _read(self, text: io.TextIOWrapper) -> Iterator[bytes]:
        head = text.readline()
        names = _names(next(csv.reader([head], delimiter=_delimiter(head))))
        yield b"\n"
        rows = csv.reader((line.replace("\0", "") for line in text), delimiter=_delimiter(head))
        done = 0
        for row in rows:
            for _ in range(done + 1, rows.line_num):
                yield b"\n"
            done = rows.line_num
            cells = {name: cell for name, cell in zip(names, row, strict=False) if cell.strip()}
            yield _line(cells) if cells else b"\n"


def _line(cells: Mapping[str, str]) -> bytes:
    said = {name: _value(name, cell) for name, cell in cells.items()}
    # Bytes that are no UTF-8 stay what they are, so that their line is told and no other one.
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogateescape") + b"\n"


def _value(name: str, cell: str) -> object:
    text = cell[1:] if cell.startswith(_DISARMED) else cell
    if name == "date_only":
        return text.strip().lower() in ("true", "1")
    if name not in _LISTS:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return None


def _names(head: list[str]) -> list[str]:
    return [name.strip().lower() for name in head]


def _delimiter(head: str) -> str:
    """Spreadsheets write what their country uses."""
    return max(",;\t", key=head.count)
