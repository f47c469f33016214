"""GET /health: 200 while all that Loa itself needs is there, else 503; a portal in trouble is a warning only."""

from __future__ import annotations

from datetime import datetime

from bot.web.figures import Figures


def health(figures: Figures, *, version: str, now: datetime) -> tuple[int, dict[str, object]]:
    """The status code and the JSON object."""
    depth = figures.depth
    oldest = depth.oldest_due_at
    return (503 if figures.reasons else 200), {
        "status": "trouble" if figures.reasons else "ok",
        "reasons": list(figures.reasons),
        "warnings": list(figures.warnings),
        "version": version,
        "outbox": {
            "due": depth.due,
            "sending": depth.sending,
            "oldest_due_seconds": max(0, round((now - oldest).total_seconds())) if oldest else None,
        },
        "chats": figures.chats,
        "sources": [
            {
                "id": view.source.id,
                "last_success_at": _iso(view.memory.last_success_at),
                "last_item_at": _iso(view.memory.last_item_at),
                "paused": view.memory.paused,
                "silent_since": _iso(view.memory.silent_since),
                "trouble": view.memory.trouble.why if view.memory.trouble else None,
            }
            for view in figures.sources
        ],
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
