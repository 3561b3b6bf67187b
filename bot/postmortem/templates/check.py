"""Whether templates can be used: a line for each, for `scribe templates check`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.postmortem.templates import Template, TemplateError, load, names, parse


@dataclass(frozen=True)
class Checked:
    """What is said of one template."""

    line: str
    is_usable: bool


def check(files: Sequence[Path], folder: Path | None) -> list[Checked]:
    """These files; without any, every template there is."""
    if not files:
        return [_checked(name, folder) for name in names(folder)]
    return [_checked_file(file) for file in files]


def _checked(name: str, folder: Path | None) -> Checked:
    try:
        return _fine(name, load(name, folder))
    except (TemplateError, UnicodeDecodeError, OSError) as problem:
        return Checked(str(problem), False)


def _checked_file(file: Path) -> Checked:
    try:
        return _fine(file.stem, parse(file.read_text(encoding="utf-8"), file.name))
    except (TemplateError, UnicodeDecodeError) as problem:
        return Checked(str(problem), False)
    except OSError as problem:
        return Checked(f"{file}: {problem.strerror}.", False)


def _fine(name: str, template: Template) -> Checked:
    count = len(template.sections)
    sections = f"{count} section" if count == 1 else f"{count} sections"
    warning = "" if template.has_timeline else ", but no timeline"
    return Checked(f"{name}: ok, {sections}{warning}", True)
