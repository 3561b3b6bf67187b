"""`docs/reference/settings.md`: every setting, as `.env.example` says it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reference.markdown import code, table

EXAMPLE = Path(__file__).parents[1] / ".env.example"

HEAD = """# Settings

Written by `make reference` from `.env.example`, which is the file to copy; a test holds it to the
settings the bot reads. They come from the environment, else from `.env` in the folder where `scribe` is
called. A missing or wrong one ends the start with one line for each, which says what to do and never shows a
secret.
"""

_ASSIGNED = re.compile(r"#?([A-Z][A-Z0-9_]*)=(.*)")


@dataclass(frozen=True)
class Described:
    """One comment of `.env.example`, and the settings it is about with what stands there for each."""

    text: str
    values: tuple[tuple[str, str], ...]
    is_needed: bool


def page() -> str:
    """The page, as it is to stand in the docs."""
    rows = [
        (
            "<br>".join(code(name) for name, _ in one.values),
            "needed" if one.is_needed else "<br>".join(code(value) for _, value in one.values),
            one.text,
        )
        for one in described()
    ]
    return HEAD + "\n" + table(("setting", "default", "what it is for"), rows) + "\n"


def described() -> Iterator[Described]:
    """What `.env.example` holds, in its order.

    Raises:
        ValueError: a setting stands there without a comment above it or above those it follows.
    """
    for block in EXAMPLE.read_text(encoding="utf-8").split("\n\n"):
        comment: list[str] = []
        values: list[tuple[str, str]] = []
        is_needed = False
        for line in block.splitlines():
            assigned = _ASSIGNED.fullmatch(line)
            if assigned is None:
                if values:
                    yield Described(" ".join(comment), tuple(values), is_needed)
                    comment, values, is_needed = [], [], False
                comment.append(line.removeprefix("#").strip())
                continue
            if not comment:
                raise ValueError(f".env.example says nothing about {assigned[1]}")
            values.append((assigned[1], assigned[2]))
            is_needed = not line.startswith("#")
        if values:
            yield Described(" ".join(comment), tuple(values), is_needed)
