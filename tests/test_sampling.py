"""`make test` and `make every` have each case of the long lists between them, once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sampling import left_out

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("one_in", [1, 2, 5, 13])
@pytest.mark.parametrize("cases", [0, 1, 4, 5, 100])
def test_one_in_so_many_stays_and_at_least_one(cases: int, one_in: int) -> None:
    stays = set(range(cases)) - set(left_out(range(cases), one_in))

    assert len(stays) == -(-cases // one_in)
    assert not cases or 0 in stays


def test_a_stride_that_does_not_divide_a_list_s_sides_meets_each_of_them() -> None:
    cases = [(row, side) for row in range(24) for side in range(12)]
    stays = set(cases) - set(left_out(cases, 13))

    assert {side for _, side in stays} == set(range(12))
    assert len({row for row, _ in stays}) > 20


@pytest.mark.every
def test_of_a_file_that_drives_the_whole_bot_the_first_stays() -> None:
    file = "tests/e2e/test_checkpoint.py"

    there = _collected(file, "not storm")

    assert _collected(file, "every") == there[1:] != []


def _collected(file: str, marks: str) -> list[str]:
    """The tests that pytest finds in a file for such marks, in their order."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n0", "-m", marks, file]
    found = subprocess.run([*command, "-o", "addopts="], cwd=ROOT, capture_output=True, text=True, timeout=60)
    return [line for line in found.stdout.splitlines() if line.startswith(file)]


def test_what_one_target_leaves_out_another_runs_and_ci_calls_them_all() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    called = (ROOT / ".ci" / "run").read_text("utf-8").split()

    assert '-m "not storm and not browser and not vendors and not every"' in makefile
    assert '-m "(every or hypothesis) and not storm and not browser and not vendors"' in makefile
    assert '-m "storm and not every"' in makefile
    assert "-m storm " in makefile
    assert {"test", "every", "test-browser", "storm-short", "storm", "vendors", "test-highest"} <= set(called)
