"""The Pythons that are tested with are those the package says it runs on."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("pythons", ROOT / ".ci" / "pythons.py")
assert SPEC is not None
assert SPEC.loader is not None
pythons = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(pythons)


def stand_in(folder: Path, version: str) -> None:
    """An interpreter that only says its version."""
    binary = folder / "versions" / version / "bin" / "python"
    binary.parent.mkdir(parents=True)
    binary.write_text(f"#!/bin/sh\necho {version.replace('.', ' ')}\n")
    binary.chmod(0o755)


@pytest.fixture(autouse=True)
def no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "/bin" if not Path("/bin/python3.11").exists() else str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))


@pytest.mark.parametrize(
    ("here", "chosen"),
    [
        ([], []),
        (["3.10.13", "3.15.0"], []),
        (["3.12.1"], ["3.12.1"]),
        (["3.9.18", "3.11.7", "3.12.1", "3.13.0"], ["3.11.7", "3.13.0"]),
        (["3.11.7", "3.14.0", "3.15.0"], ["3.11.7", "3.14.0"]),
    ],
)
def test_the_lowest_and_the_highest_are_chosen(tmp_path: Path, here: list[str], chosen: list[str]) -> None:
    for version in here:
        stand_in(tmp_path, version)

    assert [python.parts[-3] for python in pythons.lowest_and_highest()] == chosen


def test_one_that_does_not_start_is_passed_over(tmp_path: Path) -> None:
    stand_in(tmp_path, "3.12.1")
    broken = tmp_path / "versions" / "3.11.7" / "bin" / "python"
    broken.parent.mkdir(parents=True)
    broken.write_text("#!/bin/sh\necho 'pyenv: python: command not found' >&2; exit 127\n")
    broken.chmod(0o755)

    assert [python.parts[-3] for python in pythons.lowest_and_highest()] == ["3.12.1"]


def test_the_lowest_is_the_one_the_package_asks_for() -> None:
    asked = re.search(r'requires-python = ">=(\d+)\.(\d+)"', (ROOT / "pyproject.toml").read_text("utf-8"))

    assert asked is not None
    assert tuple(map(int, asked.groups())) == pythons.LEAST
    assert sys.version_info[:2] >= pythons.LEAST
