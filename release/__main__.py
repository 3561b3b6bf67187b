"""`python -m release`: make the files of a release in `dist/`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from release import ROOT, CannotRelease
from release.build import build


def main() -> int:
    """Read the command line, make the release, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    parser.add_argument("--rehearse", action="store_true", help="with the notes of what is unreleased")
    parser.add_argument("--tag", help="the tag it is made for, which must be the version's")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    asked = parser.parse_args()
    try:
        files = build(ROOT, asked.out, is_rehearsal=asked.rehearse, tag=asked.tag)
    except CannotRelease as problem:
        print(problem, file=sys.stderr)
        return 1
    print(*files, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
