"""Whether templates can be used: a line for each, for `scribe templates check`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.templates import Template, TemplateError, load, names, read


@dataclass(frozen=True)
class Checked:
    """The line about one template."""

    line: str
    is_usable: bool


def check(files: Sequence[Path], folder: Path | None) -> list[Checked]:
    """Check these files, or every template there is when none are given."""
    if files:
        return [_checked(file.stem, partial(read, file)) for file in files]
    return [_checked(name, partial(load, name, folder)) for name in names(folder)]


def _checked(name: str, get: Callable[[], Template]) -> Checked:
    try:
        template = get()
    except TemplateError as problem:
        return Checked(str(problem), is_usable=False)
    count = len(template.sections)
    said = [f"{name}: ok", f"{count} section" if count == 1 else f"{count} sections"]
    if not template.has_timeline:
        said.append("but no timeline")
    if template.name != name:
        said.append(f"but it calls itself {template.name!r}: people name it by its file")
    return Checked(", ".join(said), is_usable=True)
