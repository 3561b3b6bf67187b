"""The benchmarks run, and name every figure; what they say is for `make bench`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import MEASURES, RESULTS
from benchmarks.figures import FIGURES

ROOT = Path(__file__).parents[1]


def test_every_figure_is_measured_and_every_result_is_a_figure() -> None:
    measured = [key for _, keys in MEASURES.values() for key in keys]

    assert sorted(measured) == sorted(FIGURES)
    assert json.loads(RESULTS.read_text()).keys() == FIGURES.keys()


@pytest.mark.parametrize("key", ["events_per_s", "slack_calls_per_mark", "catchup_calls_per_1000_messages"])
def test_a_quick_measurement_gives_a_number(key: str, tmp_path: Path) -> None:
    out = tmp_path / "results.json"

    subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--only", key, "--out", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=100,
    )

    found = json.loads(out.read_text())
    assert found.keys() == {key}
    assert found[key] > 0


def test_an_aim_is_met_from_its_side() -> None:
    assert FIGURES["events_per_s"].is_met(5000)
    assert not FIGURES["ack_p99_ms"].is_met(151)
    assert FIGURES["rss_mb_idle"].is_met(1) is None
