"""A release: what is committed, the same bytes each time, with sums that can be checked."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from release import ROOT, CannotRelease
from release.build import CHECKSUMS, NOTES, build
from release.locks import pins

SHIPPED = (
    *("bot", "storage", "sandbox", "deploy", "pyproject.toml", "MANIFEST.in", "README.md", "CHANGELOG.md"),
    *("LICENSE", "manifest.yml", ".env.example", "requirements.lock", "requirements.run.lock"),
)


def git(repository: Path, *words: str) -> None:
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", repository, *who, *words], check=True, capture_output=True)


def committed(repository: Path) -> Path:
    git(repository, "init")
    git(repository, "add", "--all")
    git(repository, "commit", "--message", "All of it")
    return repository


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """What is asked before anything is built."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.0 (2026-11-30)\n\n- Something.\n")
    return committed(tmp_path)


def test_what_is_not_committed_is_not_released(small: Path, tmp_path: Path) -> None:
    (small / "CHANGELOG.md").write_text("## 1.2.0 (2026-12-01)\n\n- More.\n")

    with pytest.raises(CannotRelease, match=r"not committed.*CHANGELOG\.md"):
        build(small, tmp_path / "dist")


def test_a_tag_is_that_of_the_version(small: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotRelease, match=r"tag v1\.2\.0"):
        build(small, tmp_path / "dist", tag="v1.3.0")


def test_a_version_that_the_changelog_does_not_know_is_not_released(small: Path, tmp_path: Path) -> None:
    (small / "pyproject.toml").write_text('[project]\nversion = "1.3.0"\n')
    git(small, "commit", "--all", "--message", "Next")

    with pytest.raises(CannotRelease, match=r"no heading for 1\.3\.0"):
        build(small, tmp_path / "dist")


@pytest.mark.every
@pytest.mark.storm
@pytest.mark.timeout(300)  # two builds, each of an sdist and of the wheel from it
def test_a_release_is_made_of_what_is_committed(tmp_path: Path) -> None:
    """All its files are there, their sums are right, and a second time makes the same."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, checkout)
    committed(checkout)
    (checkout / "bot" / "forgotten.py").write_text("# not committed\n")

    files = build(checkout, tmp_path / "dist", is_rehearsal=True)
    again = build(checkout, tmp_path / "again", is_rehearsal=True)

    sums = (tmp_path / "dist" / CHECKSUMS).read_text()
    assert sums == again[-1].read_text()
    assert {line.split("  ")[1]: line.split("  ")[0] for line in sums.splitlines()} == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files[:-1]
    }
    assert (tmp_path / "dist" / NOTES).read_text()
    assert [file.suffix for file in files].count(".whl") == 1
    (sdist,) = (tmp_path / "dist").glob("*.tar.gz")
    with tarfile.open(sdist) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    assert {"deploy/Dockerfile", "bot/app.py", "requirements.run.lock"} <= names
    assert "bot/forgotten.py" not in names
    (sbom,) = (json.loads(file.read_text()) for file in files if file.name.endswith(".cdx.json"))
    assert {part["name"]: part["version"] for part in sbom["components"]} == {
        pin.name: pin.version for pin in pins((ROOT / "requirements.run.lock").read_text()).values()
    }
    assert sbom["metadata"]["component"]["name"] == "incident-scribe"
