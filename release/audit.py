"""`python -m release.audit`: the locks, and whether anything in them is known to be vulnerable.

What is known is asked of OSV (https://osv.dev) by pip-audit. Where OSV cannot be reached, that is said, and
only what can be looked at without it is looked at; `--must-look` fails then.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from release import ROOT, locks

PATIENCE = 10
"""Seconds for one answer of OSV."""
AT_MOST = 300
"""Seconds for all of them."""


class CouldNotLook(Exception):
    """OSV said nothing; the text is why."""


@dataclass(frozen=True)
class Advisory:
    """A known vulnerability of a version that is locked."""

    package: str
    version: str
    name: str
    fixed_in: tuple[str, ...]

    def __str__(self) -> str:
        fixed = f"fixed in {', '.join(self.fixed_in)}" if self.fixed_in else "no version fixes it yet"
        return f"{self.package} {self.version}: {self.name}, {fixed}"


def advisories(lock: Path, osv_url: str | None = None) -> list[Advisory]:
    """What is known against what a lock holds.

    Raises:
        CouldNotLook: OSV cannot be reached, or did not answer for all of it.
    """
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes", "--disable-pip"),
        *("--vulnerability-service", "osv", "--timeout", str(PATIENCE), "--progress-spinner", "off"),
        *("--format", "json"),
        *(("--osv-url", osv_url) if osv_url else ()),
    ]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=AT_MOST, check=False)
    except subprocess.TimeoutExpired as problem:
        raise CouldNotLook(f"no end after {AT_MOST} s") from problem
    try:
        answered = json.loads(ended.stdout)["dependencies"]
    except (ValueError, KeyError) as problem:
        last = ended.stderr.strip().splitlines()[-1:] or [f"pip-audit ended with {ended.returncode}"]
        raise CouldNotLook(last[0].rpartition("Caused by ")[2].rstrip(")")) from problem
    if skipped := [found["name"] for found in answered if "skip_reason" in found]:
        raise CouldNotLook(f"nothing was said about {', '.join(skipped)}")
    return [
        Advisory(found["name"], found["version"], known["id"], tuple(known["fix_versions"]))
        for found in answered
        for known in found["vulns"]
    ]


def main(words: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Look, say what was found, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m release.audit", description=__doc__)
    parser.add_argument("--must-look", action="store_true", help="fail where OSV cannot be reached")
    parser.add_argument("--osv-url", help="where another OSV is, which answers POST /v1/query")
    asked = parser.parse_args(words)
    if wrong := list(locks.problems(root)):
        print(*wrong, "make lock UPGRADE= puts it right.", sep="\n", file=sys.stderr)
        return 1
    print("The locks hold what pyproject.toml asks for, with the hashes of all.")
    try:
        known = advisories(root / "requirements.run.lock", asked.osv_url)
    except CouldNotLook as why:
        print(
            f"NOT AUDITED: whether anything locked is known to be vulnerable could not be asked ({why}).",
            file=sys.stderr,
        )
        return 1 if asked.must_look else 0
    print(*known, sep="\n", file=sys.stderr, end="\n" if known else "")
    if not known:
        print("Nothing that is locked to run Scribe is known to be vulnerable.")
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main())
