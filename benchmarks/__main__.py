"""`python -m benchmarks`: measures everything (or `--only KEY`), prints a table, writes the results."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
from collections.abc import Awaitable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from rich.console import Console
from rich.table import Table

from benchmarks.figures import FIGURES

RESULTS = Path(__file__).parent / "results.json"


class Measure(Protocol):
    def __call__(self, *, is_quick: bool) -> Awaitable[dict[str, float]]: ...


COUNTS = (1, 2, 4)
WHAT = ("events_per_s", "p99_ms")
"""How many replicas, and what is measured of them."""

MEASURES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "cold_import": ("cold_import.measure", ("cold_import_ms", "cold_import_libraries_ms")),
    "start": ("cold_import.start", ("start_s",)),
    "events": ("events.measure", ("events_per_s", "vs_one_transaction_each")),
    "postgres": ("postgres.measure", ("postgres_events_per_s", "postgres_events_per_s_two_replicas")),
    "replicas": (
        "replicas.measure",
        (
            *(f"replicas_{way}{count}_{what}" for way in ("", "http_") for count in COUNTS for what in WHAT),
            *("cpu_ms_per_event", "cpu_ms_per_event_http", "cpu_ms_per_event_database"),
            "replicas_cores_1000_workspaces",
        ),
    ),
    "replicas_small": (
        "replicas.small",
        tuple(f"replicas_small_{count}_events_per_s" for count in COUNTS),
    ),
    "socket": ("connected.socket", ("socket_events_per_s", "socket_ratio", "socket_cpu_ratio")),
    "marks": ("connected.marks", ("slack_calls_per_mark", "slack_reads_per_mark")),
    "changing": ("changing.measure", ("slack_calls_per_change", "slack_calls_per_change_announced")),
    "acknowledgements": ("connected.acknowledgements", ("ack_p50_ms", "ack_p99_ms")),
    "http": ("connected.http_acknowledgements", ("http_ack_p99_ms",)),
    "alerting": ("alerting.measure", ("hook_ack_p99_ms", "alerts_per_s")),
    "interactions": ("connected.interactions", ("interaction_ack_p99_ms",)),
    "catching_up": ("connected.catching_up", ("catchup_calls_per_1000_messages", "catchup_10k_s")),
    "drafting": ("drafting.measure", ("draft_10k_s", "draft_growth_10x")),
    "formatted": ("drafting.formatted", ("draft_5k_formatted_cpu_s", "draft_5k_formatted_vs_text")),
    "draft_calls": (
        "draft_calls.measure",
        ("draft_calls", "draft_calls_full", "redraft_calls", "redraft_calls_full"),
    ),
    "redrafting": ("redrafting.measure", ("rows_per_redraft", "kb_per_redraft")),
    "home": ("home.measure", ("home_ms",)),
    "finding": ("finding.measure", ("search_50k_ms", "index_10k_s")),
    "suggesting": (
        "suggesting.measure",
        (
            "suggest_precision_at_7",
            "suggest_recall_at_7",
            "suggest_precision_at_entries",
            "suggest_recall_at_entries",
            "suggest_precision_at_7_little_talk",
            "suggest_recall_at_entries_little_talk",
            "suggest_precision_at_7_tuned",
            "suggest_recall_at_entries_tuned",
            "suggest_10k_ms",
        ),
    ),
    "growth": ("growth.measure", ("rss_mb_idle", "rss_mb_after_100k", "growth_100k_vs_1k")),
}


"""Each measure, where it is (imported when it is its turn: memory is measured too), and what it finds."""


def main(arguments: list[str] | None = None) -> int:
    """Run the measures, each in a process of its own so that none inherits another's memory."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds each; the figures mean little")
    parser.add_argument("--only", nargs="+", choices=sorted(FIGURES), default=[], metavar="KEY")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures are written (JSON)")
    parser.add_argument("--measure", choices=sorted(MEASURES), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.measure:
        print(json.dumps(asyncio.run(_measured(asked.measure, is_quick=asked.quick))))
        return 0
    found: dict[str, float] = {}
    console = Console()
    for name, (_, keys) in MEASURES.items():
        if asked.only and not set(asked.only) & set(keys):
            continue
        console.print(f"[dim]measuring {name} …[/dim]")
        found |= _in_a_process(name, is_quick=asked.quick)
    if asked.only:
        known = json.loads(asked.out.read_text()) if asked.out.exists() else {}
        found = known | {key: found[key] for key in asked.only}
    rounded = {key: _rounded(found[key]) for key in FIGURES if key in found}
    asked.out.write_text(json.dumps(rounded, indent=2) + "\n")
    console.print(_table(rounded))
    console.print(
        f"[dim]Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}; "
        f"figures in {asked.out.name}[/dim]"
    )
    return 0


async def _measured(name: str, *, is_quick: bool) -> dict[str, float]:
    module, _, function = MEASURES[name][0].partition(".")
    measure = cast(Measure, getattr(import_module(f"benchmarks.{module}"), function))
    return await measure(is_quick=is_quick)


def _in_a_process(name: str, *, is_quick: bool) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks", "--measure", name, *(["--quick"] if is_quick else [])]
    done = subprocess.run(command, cwd=RESULTS.parents[1], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _rounded(value: float) -> float:
    return round(value) if value >= 100 else round(value, 2)


def _table(found: Mapping[str, float]) -> Table:
    table = Table("key", "value", "unit", "aim", "", "what", title="Scribe, measured")
    table.columns[0].min_width = max(map(len, found), default=0)
    table.columns[1].justify = "right"
    for key, value in found.items():
        figure = FIGURES[key]
        is_met = figure.is_met(value)
        verdict = "" if is_met is None else "[green]met[/green]" if is_met else "[red]missed[/red]"
        table.add_row(key, f"{value:g}", figure.unit, figure.aim(), verdict, figure.meaning)
    return table


if __name__ == "__main__":
    sys.exit(main())
