"""Figures for Prometheus: counted where things happen, read at /metrics. Every family is named loa_*."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import accumulate

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from bot.model import PollReport
from bot.web.figures import Figures
from storage.latency import BUCKETS_S, Latency

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
VERDICTS = ("sent", "retry", "unsure", "dead", "cancelled", "defect")


class Sends(Collector):
    """Messages by what became of them, as delivery counts them."""

    def __init__(self, tally: Mapping[str, int]) -> None:
        self._tally = tally

    def collect(self) -> Iterator[CounterMetricFamily]:
        """One family; a verdict that did not occur yet is 0."""
        family = CounterMetricFamily("loa_sends", "Messages by verdict", labels=["verdict"])
        for verdict in VERDICTS:
            family.add_metric([verdict], self._tally.get(verdict, 0))
        yield family


class Searches(Collector):
    """How long searches took, as the archive counts them."""

    def __init__(self, latency: Latency) -> None:
        self._latency = latency

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """One family, cumulative as Prometheus wants it."""
        bounds = [str(bound) for bound in BUCKETS_S] + ["+Inf"]
        buckets = list(zip(bounds, accumulate(self._latency.counts), strict=True))
        yield HistogramMetricFamily(
            "loa_search_seconds", "Time of a search", buckets=buckets, sum_value=self._latency.total_s
        )


class Metrics:
    """One registry for one house: tests may build several. *tally* is delivery's own count, *latency* the search's."""

    def __init__(self, tally: Mapping[str, int], latency: Latency) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(namespace="loa", registry=registry)
        registry.register(Sends(tally))
        registry.register(Searches(latency))
        self._tally = tally
        self._polls = Counter("loa_polls", "Readings of sources by outcome", ["outcome"], registry=registry)
        self._items = Counter("loa_items", "Items by what they were", ["what"], registry=registry)
        self._due = Gauge("loa_outbox_due_notes", "Notes that are owed", registry=registry)
        self._sending = Gauge("loa_outbox_sending_notes", "Notes on their way", registry=registry)
        self._edits = Gauge("loa_edits_due", "Messages that do not show yet what is known", registry=registry)
        self._oldest = Gauge("loa_outbox_oldest_due_seconds", "Age of the oldest due note", registry=registry)
        self._sources = Gauge("loa_sources", "Sources by state", ["state"], registry=registry)
        self._chats = Gauge("loa_chats", "Chats that know the bot", registry=registry)
        self._healthy = Gauge("loa_healthy", "1 while /health answers 200", registry=registry)

    @property
    def sent(self) -> int:
        """Messages that Telegram took since the start."""
        return self._tally.get("sent", 0)

    def polled(self, report: PollReport) -> None:
        """A source was read."""
        outcome = "trouble" if report.trouble else "not_modified" if report.not_modified else "read"
        self._polls.labels(outcome).inc()
        self._items.labels("new").inc(len(report.new))
        self._items.labels("corrected").inc(len(report.corrected))
        self._items.labels("held").inc(len(report.held))

    def exposition(self, figures: Figures, now: datetime) -> bytes:
        """The text that Prometheus reads."""
        depth = figures.depth
        self._due.set(depth.due)
        self._sending.set(depth.sending)
        self._edits.set(figures.edits)
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
