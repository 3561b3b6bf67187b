"""`docs/reference/metrics.md`: every metric of `/metrics`, as the code declares it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.metrics import OF_PROCESS, OF_RECORD
from bot.metrics.counting import Counter, Gauge, Histogram, Metric
from reference.markdown import code, table

HEAD = """# Metrics

Written by `make reference` from `bot/metrics`.

Scribe says them as Prometheus reads them, at `/metrics`. No label holds people's words, names of
channels or ids of anybody. `deploy/monitoring` has a scrape configuration, alert rules with their tests,
and a dashboard for Grafana.
"""
PROCESS = """## Of the process

Each replica counts for itself from its start: add them up. Beside these stands what the client library says
of every process: `process_resident_memory_bytes`, `process_cpu_seconds_total`, `process_open_fds` and so on.
"""
RECORD = """## Of the record

Read from the database at the moment they are asked for, of all workspaces together: every replica says the
same, so take the largest (`max`). While the database cannot be read, `scribe_database_up` is 0 and the others
are left out.
"""


def page() -> str:
    """The page, as it is to stand in the docs."""
    return "\n".join([HEAD, PROCESS, _table(OF_PROCESS), "", RECORD, _table(OF_RECORD), ""])


def _table(metrics: Sequence[Metric]) -> str:
    rows = [
        (code(metric.name), _kind(metric), ", ".join(map(code, metric.labels)), metric.meaning)
        for metric in metrics
    ]
    return table(("metric", "kind", "labels", "what it means"), rows)


def _kind(metric: Metric) -> str:
    kinds: dict[type[Metric], str] = {Counter: "counter", Gauge: "gauge", Histogram: "histogram"}
    return kinds[type(metric)]
