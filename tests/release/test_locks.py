"""The locks hold what `pyproject.toml` asks for, and a lock that does not is found."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from release import ROOT
from release.locks import pins, problems

ALL, RUN, PROJECT = "requirements.lock", "requirements.run.lock", "pyproject.toml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout's locks, to be broken."""
    for name in (ALL, RUN, PROJECT):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def change(file: Path, pattern: str, new: str) -> None:
    text, times = re.subn(pattern, new, file.read_text("utf-8"), flags=re.MULTILINE)
    assert times
    file.write_text(text, "utf-8")


ENTRY = r" \\\n(?:    --hash=\S+(?: \\)?\n)+"


def test_nothing_is_wrong_with_ours() -> None:
    assert list(problems(ROOT)) == []


def test_an_entry_is_read_with_its_marker_and_hashes() -> None:
    digest = "0" * 64
    (pin,) = pins(f"colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:{digest}\n").values()

    assert (pin.name, pin.version, pin.marker) == ("colorama", "0.4.6", "sys_platform == 'win32'")
    assert pin.hashes == {digest}


def test_a_line_that_is_no_pin_is_refused() -> None:
    with pytest.raises(ValueError, match="git"):
        pins("structlog @ git+https://example.com/structlog\n")


def test_an_entry_without_a_hash_is_found(copy: Path) -> None:
    change(copy / ALL, rf"^(ruff==\S+){ENTRY}", r"\1\n")

    assert list(problems(copy)) == ["ruff has no hash in requirements.lock"]


def test_a_version_that_pyproject_does_not_allow_is_found(copy: Path) -> None:
    change(copy / PROJECT, r'"structlog>=[\d.]+"', '"structlog>=999"')

    assert [found for found in problems(copy) if "structlog>=999" in found]


def test_a_dependency_that_is_not_locked_is_found(copy: Path) -> None:
    change(copy / PROJECT, r'  "structlog>=[\d.]+",', r'\g<0>\n  "hypothesis",')

    assert "hypothesis is in pyproject.toml and not in requirements.run.lock" in list(problems(copy))


def test_two_locks_that_differ_are_found(copy: Path) -> None:
    change(copy / RUN, r"^yarl==\S+", "yarl==0.1")

    assert list(problems(copy)) == ["yarl 0.1 of requirements.run.lock is not that of requirements.lock"]


def test_what_a_dependency_needs_is_missed(copy: Path) -> None:
    change(copy / RUN, rf"^yarl==\S+{ENTRY}", "")

    assert list(problems(copy)) == ["yarl is needed and not in requirements.run.lock"]


def test_what_nothing_needs_is_found(copy: Path) -> None:
    change(copy / PROJECT, r'^  "structlog>=[\d.]+",\n', "")

    assert list(problems(copy)) == ["structlog is in requirements.run.lock and nothing needs it"]


def test_what_judges_vendors_is_pinned_by_hash_and_from_no_host() -> None:
    lock = ROOT / "tests" / "vendors" / "package-lock.json"
    packages = json.loads(lock.read_text("utf-8"))["packages"]

    assert "://" not in lock.read_text("utf-8")
    assert [name for name, one in packages.items() if name and "integrity" not in one] == []
    assert packages["node_modules/@stoplight/prism-cli"]["version"] == "5.14.2"
