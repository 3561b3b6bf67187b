"""Templates: which sections a draft has, what fills them, what is asked where nothing does, and the marks.

A template is a TOML file; docs/templates.md says how to write one. The packaged ones stand beside this
file, a team's own in `TEMPLATES_DIR`, where a file may also take the place of a packaged one by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from bot.postmortem.templates.parse import (
    COMPUTED,
    MARKS,
    SHOWS,
    Part,
    Template,
    TemplateError,
    TemplateSection,
    parse,
)

__all__ = [
    "COMPUTED",
    "MARKS",
    "SHOWS",
    "Part",
    "Template",
    "TemplateError",
    "TemplateSection",
    "load",
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
    text = _texts(folder).get(name)
    if text is None:
        known = ", ".join(names(folder))
        raise TemplateError(f"There is no template called {name!r}; there are {known}.")
    return parse(text.read_text(encoding="utf-8"), f"{name}.toml")


def names(folder: Path | None = None) -> tuple[str, ...]:
    """The names of all templates."""
    return tuple(sorted(_texts(folder)))


def _texts(folder: Path | None) -> Mapping[str, Path]:
    packaged = {
        Path(file.name).stem: Path(str(file))
        for file in resources.files(__name__).iterdir()
        if file.name.endswith(".toml")
    }
    own = {file.stem: file for file in sorted(folder.glob("*.toml"))} if folder else {}
    return {**packaged, **own}


def question_in_words(question: str, emoji: Mapping[str, str]) -> str:
    """The question with each `{mark}` replaced by its emoji as Slack writes it, such as `:mag:`.

    Raises:
        TemplateError: the question names a mark that has no emoji.
    """
    try:
        return question.format_map({mark: f":{name.strip(':')}:" for mark, name in emoji.items()})
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise TemplateError(f"A question names a mark without an emoji ({error}): {question}") from error
