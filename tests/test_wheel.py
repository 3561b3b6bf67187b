"""What a wheel holds is enough: Scribe runs without its checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "storage", "sandbox")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of what is in the checkout, since building leaves files behind."""
    copy = tmp_path_factory.mktemp("wheel")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(copy / "dist"),
            str(copy),
        ],
        check=True,
        capture_output=True,
        timeout=100,
    )
    (built,) = (copy / "dist").iterdir()
    return built


def test_every_file_of_the_packages_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as built:
        packed = {name for name in built.namelist() if name.partition("/")[0] in PACKAGES}

    there = {
        str(file.relative_to(ROOT))
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert there - packed == set()
    assert packed - there == set()


@pytest.mark.every
@pytest.mark.storm
def test_it_runs_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    """As after `pip install` of the wheel: `scribe migrate` and `scribe demo`, from another folder."""
    fresh = tmp_path / "fresh"
    venv.create(fresh, with_pip=True)
    python = fresh / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)],
        check=True,
        timeout=60,
    )
    # what Scribe depends on comes from this environment, its editable install does not
    purelib = sysconfig.get_path("purelib", vars={"base": str(fresh), "platbase": str(fresh)})
    (Path(purelib) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "SLACK", "VIRTUAL"))
    }

    def scribe(*words: str) -> str:
        ended = subprocess.run(
            [fresh / "bin" / "scribe", *words],
            cwd=elsewhere,
            env=environment,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    scribe("migrate")
    scribe("demo", "--headless", "--out", "drafts")
    where = subprocess.run(
        [python, "-c", "import bot; print(bot.__file__)"],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert Path(where.stdout.strip()).is_relative_to(fresh)
    assert (elsewhere / "scribe.db").is_file()
    assert "rollback" in (elsewhere / "drafts" / "postmortem.md").read_text()
    assert scribe("manifest") == (ROOT / "manifest.yml").read_text()
