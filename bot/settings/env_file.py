"""Writing settings into `.env`, which nobody else may read: it holds the tokens."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path


def keep(file: Path, values: Mapping[str, str]) -> None:
    """Set these in the file and leave the rest of it as it is; it is replaced at once, with mode 0600.

    A setting that stands there, also as a comment, is set in its place; others follow at the end.

    Raises:
        OSError: it cannot be read or written.
        UnicodeDecodeError: it is no text.
    """
    file = file.resolve()  # a link stays one
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    for name, value in values.items():
        lines = _set(lines, name, value)
    unfinished = file.with_name(f"{file.name}.part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(
        os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as out:
        out.write("".join(f"{line}\n" for line in lines))
    unfinished.replace(file)


def _set(lines: list[str], name: str, value: str) -> list[str]:
    standing = re.compile(rf"\s*(?:export\s+)?{name}\s*=")
    commented = re.compile(rf"#\s*{name}=")
    places = [number for number, line in enumerate(lines) if standing.match(line)]
    places = places or [number for number, line in enumerate(lines) if commented.match(line)][:1]
    if not places:
        return [*lines, f"{name}={value}"]
    first, *others = places
    return [
        f"{name}={value}" if number == first else line
        for number, line in enumerate(lines)
        if number not in others
    ]
