"""Templates: the sections of a draft, what fills them, the questions that stand where nothing does, and the
emoji of the marks.

A template is a TOML file; docs/templates.md says how to write one. The packaged ones stand beside this
file, a team's own in `TEMPLATES_DIR`, where a file of the same name replaces a packaged one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path

from bot.templates.parse import (
    COMPUTED,
    NEVER_A_MARK,
    SHOWS,
    Part,
    Template,
    TemplateError,
    TemplateSection,
    parse,
)
from storage.vocabulary import MarkSection

__all__ = [
    "COMPUTED",
    "NEVER_A_MARK",
    "SHOWS",
    "Part",
    "Template",
    "TemplateError",
    "TemplateSection",
    "load",
    "load_or_classic",
    "names",
    "parse",
    "question_in_words",
]

CLASSIC = "classic"


def load(name: str = CLASSIC, folder: Path | None = None) -> Template:
    """The template of that name: the team's own in `folder`, else the packaged one.

    Raises:
        TemplateError: there is no such template, or it cannot be used.
    """
    file = _texts(folder).get(name)
    if file is None:
        known = ", ".join(names(folder))
        raise TemplateError(f"There is no template called {name!r}; there are {known}.")
    return read(file)


def load_or_classic(name: str, folder: Path | None = None) -> tuple[Template, TemplateError | None]:
    """The template, or the classic one and the reason, for the log, when it cannot be used.

    A draft must appear; the classic template then has a note for the draft's readers.
    """
    try:
        return load(name, folder), None
    except TemplateError as problem:
        note = f"{problem} This draft follows the classic one."
        return replace(parse(_packaged()[CLASSIC].read_text(encoding="utf-8")), note=note), problem


def read(file: Path) -> Template:
    """The template in a file.

    Raises:
        TemplateError: the file cannot be read, or holds none.
    """
    try:
        # utf-8-sig: some editors begin a file with a mark that TOML does not know
        return parse(file.read_text(encoding="utf-8-sig"), file.name)
    except UnicodeDecodeError as problem:
        raise TemplateError(f"{file.name}: not UTF-8 text; save it as UTF-8.") from problem
    except OSError as problem:
        raise TemplateError(f"{file.name}: {problem.strerror or problem}.") from problem


def names(folder: Path | None = None) -> tuple[str, ...]:
    """The names of all templates."""
    return tuple(sorted(_texts(folder)))


def _texts(folder: Path | None) -> Mapping[str, Path]:
    own = {file.stem: file for file in sorted(folder.glob("*.toml"))} if folder else {}
    return {**_packaged(), **own}


def _packaged() -> Mapping[str, Path]:
    return {
        Path(file.name).stem: Path(str(file))
        for file in resources.files(__name__).iterdir()
        if file.name.endswith(".toml")
    }


def question_in_words(question: str, emoji: Mapping[MarkSection, str]) -> str:
    """The question with each `{mark}` replaced by its emoji as Slack writes it, such as `:mag:`.

    Raises:
        TemplateError: the question names a mark that has no emoji.
    """
    try:
        return question.format_map({mark: f":{name.strip(':')}:" for mark, name in emoji.items()})
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise TemplateError(f"A question names a mark without an emoji ({error}): {question}") from error
