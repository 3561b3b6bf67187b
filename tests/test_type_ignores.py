"""The type checker is told to look away seldom, and never without a reason beside it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST = 16
_WITH_REASON = re.compile(r"# type: ignore\[[\w-]+(, [\w-]+)*\]  # \w")


def test_every_type_ignore_has_its_reason_and_there_are_few() -> None:
    lines = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for room in ("bot", "storage", "sandbox", "benchmarks", "reference", "release")
        for file in (ROOT / room).rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if "type: ignore" in line
    ]

    assert [line for line in lines if not _WITH_REASON.search(line)] == []
    assert len(lines) <= MOST
