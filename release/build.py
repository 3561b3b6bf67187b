"""What a release consists of: sdist, wheel, SBOM, lock, notes and the checksums of them."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from release import CannotRelease, changelog

CHECKSUMS = "SHA256SUMS"
NOTES = "NOTES.md"


def build(root: Path, out: Path, *, is_rehearsal: bool = False, tag: str | None = None) -> list[Path]:
    """Make a release of what is committed at `root`, and return its files.

    The same commit makes the same bytes: what is built has the time of the commit. `is_rehearsal`: the notes
    are those of what is unreleased, and changes that are not committed are left out instead of refused.

    Raises:
        CannotRelease: something is not committed, the changelog does not know the version, or `tag` is not
            the version's.
    """
    changed = _git(root, "status", "--porcelain")
    if changed and not is_rehearsal:
        raise CannotRelease(
            f"This is not committed, and a release is made of what is: {changed.splitlines()[0]}"
        )
    version: str = tomllib.loads(_git(root, "show", "HEAD:pyproject.toml"))["project"]["version"]
    if tag is not None and tag != f"v{version}":
        raise CannotRelease(f"The tag is {tag}, and pyproject.toml says {version}: tag v{version}.")
    said = changelog.notes(
        _git(root, "show", "HEAD:CHANGELOG.md"), changelog.UNRELEASED if is_rehearsal else version
    )
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as place:
        source = _committed(root, Path(place))
        _packages(source, out, int(_git(root, "log", "-1", "--format=%ct")))
        _sbom(source, out / f"incident_scribe-{version}.cdx.json")
        shutil.copy(source / "requirements.run.lock", out / "requirements.run.lock")
    (out / NOTES).write_text(said, "utf-8")
    files = sorted(out.iterdir())
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    (out / CHECKSUMS).write_text(sums, "utf-8")
    return [*files, out / CHECKSUMS]


def _git(root: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=True).stdout


def _committed(root: Path, place: Path) -> Path:
    """The files of the last commit, in a folder of their own: building leaves files behind."""
    archive = place / "committed.tar"
    _git(root, "archive", "--format=tar", f"--output={archive}", "HEAD")
    source = place / "source"
    with tarfile.open(archive) as packed:
        packed.extractall(source, filter="data")
    return source


def _packages(source: Path, out: Path, built_at: int) -> None:
    """The sdist, and the wheel made from it, by the build tools that are locked."""
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(built_at)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    (sdist,) = out.glob("*.tar.gz")
    _dated(sdist, built_at)


def _dated(sdist: Path, built_at: int) -> None:
    """Pack an sdist again with one time and no owner: setuptools writes those of the moment into it."""
    packed_again = sdist.with_suffix(".again")
    with (
        tarfile.open(sdist) as packed,
        packed_again.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=built_at) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as again,
    ):
        for member in sorted(packed.getmembers(), key=lambda member: member.name):
            member.mtime, member.pax_headers = built_at, {}
            member.uid = member.gid = 0
            member.uname = member.gname = ""
            again.addfile(member, packed.extractfile(member) if member.isfile() else None)
    packed_again.replace(sdist)


def _sbom(source: Path, out: Path) -> None:
    """What runs Scribe, with the hashes, as CycloneDX."""
    subprocess.run(
        [
            *(sys.executable, "-m", "cyclonedx_py", "requirements", "requirements.run.lock"),
            *("--pyproject", "pyproject.toml", "--mc-type", "application"),
            *("--spec-version", "1.6", "--output-format", "JSON", "--output-reproducible"),
            *("--output-file", str(out)),
        ],
        cwd=source,
        capture_output=True,
        check=True,
    )
