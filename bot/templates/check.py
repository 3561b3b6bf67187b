"""Whether templates can be used: a line for each, or for each mistake, for `scribe templates check`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.templates import Template, TemplateError, load, names, read
from bot.templates.parse import RETIRED


@dataclass(frozen=True)
class Checked:
    """A line about one template."""

    line: str
    is_usable: bool


def check(files: Sequence[Path], folder: Path | None) -> list[Checked]:
    """Check these files, or every template there is when none are given."""
    if files:
        return [line for file in files for line in _checked(file.stem, partial(read, file))]
    return [line for name in names(folder) for line in _checked(name, partial(load, name, folder))]


def _checked(name: str, get: Callable[[], Template]) -> list[Checked]:
    try:
        template = get()
    except TemplateError as error:
        return [Checked(problem, is_usable=False) for problem in error.problems]
    count = len(template.sections)
    said = [f"{name}: ok", f"{count} section" if count == 1 else f"{count} sections"]
    if not template.has_timeline:
        said.append("but no timeline")
    if template.name != name:
        said.append(f"but it calls itself {template.name!r}: people name it by its file")
    parts = [part.shows for section in template.sections for part in section.parts]
    said += [f"but {shows!r} shows nothing any more: {RETIRED[shows]}" for shows in parts if shows in RETIRED]
    return [Checked(", ".join(said), is_usable=True)]
