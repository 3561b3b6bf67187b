"""`deploy/systemd/scribe.service`: systemd understands it, and finds it well confined."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY

UNIT = (DEPLOY / "systemd" / "scribe.service").read_text("utf-8")
MOST_EXPOSED = 15
"""Tenths of systemd's scale of ten: a service that is not confined has 9.6."""

with_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program that exists here."""
    file = tmp_path / "scribe.service"
    file.write_text(UNIT.replace("/opt/scribe/bin/scribe", sys.executable))
    return file


def analyzed(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """What systemd-analyze says."""
    return subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True, timeout=60, check=False
    )


@with_systemd
def test_systemd_understands_it(unit: Path) -> None:
    found = analyzed("verify", "--man=no", "--recursive-errors=no", unit)

    assert (found.returncode, found.stdout + found.stderr) == (0, "")


@with_systemd
def test_a_wrong_word_is_found(unit: Path) -> None:
    unit.write_text(UNIT.replace("RestartSec", "RestartSecs"))

    assert "RestartSecs" in analyzed("verify", "--man=no", "--recursive-errors=no", unit).stderr


@with_systemd
def test_it_is_confined(unit: Path) -> None:
    found = analyzed("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", unit)

    assert found.returncode == 0, found.stdout


def test_what_is_written_is_where_it_may_write() -> None:
    set_to = dict(re.findall(r"^(\w+)=(.*)$", UNIT, re.MULTILINE))

    assert set_to["WorkingDirectory"] == f"/var/lib/{set_to['StateDirectory']}"
    assert set_to["ProtectSystem"] == "strict"
