"""Figures for Prometheus: counted where things happen, read at /metrics. Every family is named loa_*."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest

from bot.model import Outcome, PollReport
from bot.web.figures import Figures

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SEARCH_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """One registry for one house: tests may build several."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(namespace="loa", registry=registry)
        self._sends = Counter("loa_sends", "Messages by verdict", ["verdict"], registry=registry)
        self._notes = Counter("loa_notes", "Notes by verdict", ["verdict"], registry=registry)
        self._polls = Counter("loa_polls", "Readings of sources by outcome", ["outcome"], registry=registry)
        self._items = Counter("loa_items", "Items by what they were", ["what"], registry=registry)
        self._updates = Counter("loa_updates", "Updates taken from Telegram", registry=registry)
        self._search = Histogram("loa_search_seconds", "Time of a search", buckets=_SEARCH_BUCKETS, registry=registry)
        self._due = Gauge("loa_outbox_due_notes", "Notes that are owed", registry=registry)
        self._sending = Gauge("loa_outbox_sending_notes", "Notes on their way", registry=registry)
        self._oldest = Gauge("loa_outbox_oldest_due_seconds", "Age of the oldest due note", registry=registry)
        self._sources = Gauge("loa_sources", "Sources by state", ["state"], registry=registry)
        self._chats = Gauge("loa_chats", "Chats that know the bot", registry=registry)
        self._healthy = Gauge("loa_healthy", "1 while /health answers 200", registry=registry)

    def polled(self, report: PollReport) -> None:
        """A source was read."""
        outcome = "trouble" if report.trouble else "not_modified" if report.not_modified else "read"
        self._polls.labels(outcome).inc()
        self._items.labels("new").inc(len(report.new))
        self._items.labels("corrected").inc(len(report.corrected))
        self._items.labels("held").inc(len(report.held))

    def sent(self, outcome: Outcome) -> None:
        """A message went out, or did not."""
        verdict = type(outcome.verdict).__name__.lower()
        self._sends.labels(verdict).inc()
        self._notes.labels(verdict).inc(len(outcome.envelope.notes))

    def updated(self) -> None:
        """An update was taken from Telegram."""
        self._updates.inc()

    def searched(self, seconds: float) -> None:
        """Somebody searched."""
        self._search.observe(seconds)

    def exposition(self, figures: Figures, now: datetime) -> bytes:
        """The text that Prometheus reads."""
        depth = figures.depth
        self._due.set(depth.due)
        self._sending.set(depth.sending)
        oldest = depth.oldest_due_at
        self._oldest.set(max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
        self._chats.set(figures.chats)
        self._healthy.set(not figures.reasons)
        troubled = sum(1 for view in figures.sources if view.memory.trouble is not None)
        paused = sum(1 for view in figures.sources if view.memory.paused)
        self._sources.labels("well").set(len(figures.sources) - troubled)
        self._sources.labels("trouble").set(troubled)
        self._sources.labels("paused").set(paused)
        return generate_latest(self._registry)
