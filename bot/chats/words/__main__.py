"""`python -m bot.chats.words` makes the compiled catalogs anew."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

HERE = Path(__file__).parent


def compiled(source: bytes) -> bytes:
    """The .mo that belongs to a .po; the same bytes for the same text."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    made = BytesIO()
    write_mo(made, read_po(BytesIO(source), abort_invalid=True))
    return made.getvalue()


if __name__ == "__main__":
    for catalog in sorted(HERE.glob("*.po")):
        catalog.with_suffix(".mo").write_bytes(compiled(catalog.read_bytes()))
