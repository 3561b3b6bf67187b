"""Writes what is counted as Prometheus reads it (prometheus.io/docs/instrumenting/exposition_formats).

The library is loaded when metrics are first asked for: a Scribe without `PORT` never needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from bot.metrics import INFO, OF_PROCESS, OF_RECORD
from bot.metrics.counting import Counter, Gauge, Histogram, Labels, Metric, Observed

Readings = Mapping[Gauge, Mapping[Labels, float]]
"""What gauges say now, by their labels' values."""
Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily


class _Collector(Collector):
    def __init__(self, readings: Readings) -> None:
        self._readings: Readings = {**readings, INFO: {(version("incident-scribe"),): 1.0}}

    def collect(self) -> Iterable[Family]:
        for metric in (*OF_PROCESS, *OF_RECORD):
            yield _family(metric, self._readings)


def rendered(readings: Readings) -> bytes:
    """Every metric as a page of text; a gauge without a reading is described and has no number."""
    registry = CollectorRegistry()
    registry.register(_Collector(readings))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


def _family(metric: Metric, readings: Readings) -> Family:
    if isinstance(metric, Gauge):
        gauge = GaugeMetricFamily(metric.name, metric.meaning, labels=metric.labels)
        for labels, value in readings.get(metric, {}).items():
            gauge.add_metric(labels, value)
        return gauge
    if isinstance(metric, Counter):
        counter = CounterMetricFamily(metric.name, metric.meaning, labels=metric.labels)
        for labels, value in (metric.values or _nothing_yet(metric)).items():
            counter.add_metric(labels, value)
        return counter
    histogram = HistogramMetricFamily(metric.name, metric.meaning, labels=metric.labels)
    for labels, seen in (metric.values or _nothing_seen(metric)).items():
        histogram.add_metric(labels, list(_buckets(metric, seen.counts)), seen.total)
    return histogram


def _nothing_yet(counter: Counter) -> Mapping[Labels, float]:
    """0 for a counter without labels, so that its first step from 0 to 1 is seen."""
    return {} if counter.labels else {(): 0.0}


def _nothing_seen(histogram: Histogram) -> Mapping[Labels, Observed]:
    return {} if histogram.labels else {(): Observed([0] * (len(histogram.bounds) + 1))}


def _buckets(histogram: Histogram, counts: list[int]) -> Iterator[tuple[str, float]]:
    bounds = [*map(str, histogram.bounds), "+Inf"]
    yield from zip(bounds, map(float, accumulate(counts)), strict=True)
