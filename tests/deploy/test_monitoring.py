"""What is shipped for Prometheus and Grafana can be read by them, and asks for metrics that exist."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.http.metrics import page
from bot.incidents.views.figures import RecordFigures
from bot.metrics import (
    EVENTS_WAITING,
    OF_PROCESS,
    OF_RECORD,
    REQUESTS_IN_FLIGHT,
    WORKSPACES_HALTED,
    WORKSPACES_SERVED,
)
from bot.metrics.counting import Counter, Gauge, Histogram

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
DASHBOARD = MONITORING / "grafana-dashboard.json"
RULES = MONITORING / "scribe-rules.yml"
RULES_TEST = MONITORING / "scribe-rules-test.yml"
OF_THE_MOMENT = (EVENTS_WAITING, REQUESTS_IN_FLIGHT, WORKSPACES_SERVED, WORKSPACES_HALTED)
FOREIGN = {"process_resident_memory_bytes", "process_cpu_seconds_total", "up"}
"""What Prometheus and its client library say."""
_NAMED = re.compile(r"\b(?:scribe|process)_[a-z_]+|\bup\b")
_LABELLED = re.compile(r"\b(scribe_[a-z_]+)\{([^}]*)\}")
_LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="there is no promtool (Debian's package prometheus has it)"
)


def series() -> dict[str, set[str]]:
    """Every series there can be, with its labels."""
    found: dict[str, set[str]] = {}
    for metric in (*OF_PROCESS, *OF_RECORD):
        labels = set(metric.labels)
        if isinstance(metric, Histogram):
            found[f"{metric.name}_bucket"] = labels | {"le"}
            found |= {f"{metric.name}_{part}": labels for part in ("count", "sum")}
        else:
            found[metric.name] = labels
    return found


def expressions_of_dashboard() -> Iterator[str]:
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


def expressions_of_rules() -> Iterator[str]:
    for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def expressions() -> list[str]:
    return [*expressions_of_dashboard(), *expressions_of_rules()]


def test_they_ask_for_metrics_that_exist() -> None:
    named = {name for expression in expressions() for name in _NAMED.findall(expression)}

    assert len(named) > 15
    assert named - series().keys() - FOREIGN - {"process"} == set()


def test_they_ask_for_labels_that_exist() -> None:
    given_by_prometheus = {"job", "instance"}
    wrong = [
        (name, label)
        for expression in expressions()
        for name, labels in _LABELLED.findall(expression)
        for label in _LABEL.findall(labels)
        if label not in series()[name] | given_by_prometheus
    ]
    assert wrong == []


def test_every_metric_is_shown_or_alerted_on() -> None:
    text = "\n".join(expressions())

    assert [metric.name for metric in (*OF_PROCESS, *OF_RECORD) if metric.name not in text] == []


def test_every_alert_is_tried() -> None:
    alerts = {
        rule["alert"]
        for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]
        for rule in group["rules"]
    }
    tried = set(re.findall(r'alertname="(\w+)"', RULES_TEST.read_text("utf-8")))

    assert alerts == tried


@needs_promtool
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "rules", RULES.name),
        ("test", "rules", RULES_TEST.name),
    ],
    ids=" ".join,
)
def test_promtool_takes_them(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["promtool", *arguments], cwd=MONITORING, check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_promtool_takes_the_queries_of_the_dashboard(tmp_path: Path) -> None:
    queries = [expression.replace("$__rate_interval", "5m") for expression in expressions_of_dashboard()]
    rules = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")

    done = subprocess.run(
        ["promtool", "check", "rules", str(file)], check=False, capture_output=True, text=True, timeout=60
    )

    assert len(queries) > 20
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_promtool_finds_no_fault_with_the_names_of_the_metrics() -> None:
    """With a number for each: it looks at nothing that has none."""
    for metric in OF_PROCESS:
        values = ["some"] * len(metric.labels)
        if isinstance(metric, Counter):
            metric.add(*values)
        elif isinstance(metric, Histogram):
            metric.observe(0.1, *values)
    figures = RecordFigures(
        outbox={("reply", "held"): 1},
        oldest={"reply": 1.0},
        open_incidents={"sev1": 1},
        catch_up_lag=1.0,
        last_heard=1.0,
    )
    text = page(figures, {gauge: lambda: 0.0 for gauge in OF_THE_MOMENT})

    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text, check=False, capture_output=True, timeout=60
    )

    every = [metric for metric in (*OF_PROCESS, *OF_RECORD) if isinstance(metric, Gauge)]
    assert [gauge.name for gauge in every if f"\n{gauge.name}".encode() not in text] == []
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
