"""Which Pythons of this machine to test with: the lowest and the highest of those Scribe runs on.

Prints their paths, a line each; one line where there is only one of them, and none where there is none.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEAST = (3, 11)
MOST = (3, 14)


def candidates() -> Iterator[Path]:
    """Interpreters on PATH by their versioned names, and those of pyenv."""
    for minor in range(LEAST[1], MOST[1] + 1):
        if found := shutil.which(f"python3.{minor}"):
            yield Path(found)
    yield from Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/3.*/bin/python")


def version_of(python: Path) -> tuple[int, ...] | None:
    """Its version, if it starts and can make a venv; a shim of pyenv may do neither."""
    code = "import sys, venv, ensurepip; print(*sys.version_info[:3])"
    try:
        ended = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return tuple(map(int, ended.stdout.split())) if re.fullmatch(r"\d+ \d+ \d+\n", ended.stdout) else None


def lowest_and_highest() -> list[Path]:
    """The two; of one version alone the one."""
    known = {version: python for python in candidates() if (version := version_of(python))}
    fitting = sorted(version for version in known if LEAST <= version[:2] <= MOST)
    return [known[version] for version in dict.fromkeys((*fitting[:1], *fitting[-1:]))]


if __name__ == "__main__":
    for python in lowest_and_highest():
        print(python)
