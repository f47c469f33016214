"""The last resort for an article's text: trafilatura, where it is installed (extra `extract`) and we found none."""

from __future__ import annotations


def extracted_text(html: str) -> str | None:
    """The running text of a page in paragraphs; None where trafilatura is not there or finds none either."""
    try:
        from trafilatura import extract
    except ImportError:
        return None
    try:
        text: str | None = extract(html, include_comments=False, include_tables=False, deduplicate=False)
    except ValueError:
        return None
    return text
