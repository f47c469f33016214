"""The last resort for an article's text: trafilatura, where it is installed (extra `extract`) and we found none."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborHTMLParser

_WORTH_A_LOOK: Final = 400
"""Letters on a page below which nobody looks for an article: trafilatura takes 60 MB to start."""


def extracted_text(html: str) -> str | None:
    """The running text of a page in paragraphs; None where trafilatura is not there or finds none either."""
    if not _holds_text(html):
        return None
    try:
        from trafilatura import extract
    except ImportError:
        return None
    try:
        text: str | None = extract(html, include_comments=False, include_tables=False, deduplicate=False)
    except ValueError:
        return None
    return text


def _holds_text(html: str) -> bool:
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "noscript"])
    return tree.body is not None and len(tree.body.text(strip=True)) >= _WORTH_A_LOOK
