"""The files of `deploy/`, read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = {name.upper() for name in Settings.model_fields}
"""Every name that Scribe reads from its environment."""


@dataclass(frozen=True)
class Step:
    """An instruction of the Dockerfile, in one line: `word` is the first of it."""

    word: str
    rest: str


def stages() -> list[list[Step]]:
    """The instructions of each stage of the Dockerfile, its FROM first."""
    found: list[list[Step]] = []
    for step in _steps((DEPLOY / "Dockerfile").read_text("utf-8")):
        if step.word == "FROM":
            found.append([])
        if found:
            found[-1].append(step)
    return found


def _steps(text: str) -> Iterator[Step]:
    bare = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    for line in re.sub(r"\\\n\s*", " ", bare).splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield Step(word, rest.strip())


def environment() -> dict[str, str]:
    """What the image sets."""
    (step,) = (step for step in stages()[-1] if step.word == "ENV")
    return dict(pair.split("=", 1) for pair in step.rest.split())


def copied() -> list[str]:
    """What is copied from the checkout into a stage of the image."""
    return [
        name
        for stage in stages()
        for step in stage
        if step.word == "COPY" and not step.rest.startswith("--from=")
        for name in step.rest.split()[:-1]
    ]
