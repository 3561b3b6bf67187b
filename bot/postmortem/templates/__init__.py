"""Templates: which sections a draft has, what fills them, and what is asked where nothing does.

A template is a TOML file:

    name = "classic"

    [emoji]                      # the marks its questions name, unless the caller names others
    timeline = "pushpin"

    [[section]]
    heading = "Background"
    question = "What was going on? Mark the message with {background}."
    parts = [{ shows = "background" }, { shows = "impact", lead_in = "Impact" }]

`shows` is one of the sections a mark can name, `timeline` or `conclusion`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from bot.postmortem.facts import Section

Source = Section | Literal["timeline", "conclusion"]


class TemplateError(Exception):
    """A template file cannot be used; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    """One source of a section, under a short bold lead-in if it has one."""

    shows: Source
    lead_in: str | None = None


@dataclass(frozen=True, slots=True)
class TemplateSection:
    """A section of the draft; `question` stands there while nothing fills it.

    In the question `{timeline}`, `{root_cause}` and so on stand for the emoji of that mark.
    """

    heading: str
    parts: tuple[Part, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Template:
    """The plan of a draft."""

    name: str
    sections: tuple[TemplateSection, ...]
    emoji: Mapping[str, str]


def load(name: str = "classic") -> Template:
    """The packaged template of that name.

    Raises:
        TemplateError: there is no such template, or it cannot be used.
    """
    file = resources.files(__name__).joinpath(f"{name}.toml")
    if not name.isidentifier() or not file.is_file():
        raise TemplateError(f"There is no template called {name!r}.")
    return parse(file.read_text(encoding="utf-8"))


def parse(text: str) -> Template:
    """A template from the text of its file.

    Raises:
        TemplateError: the text is not TOML, or not a template.
    """
    try:
        table: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"The template is not valid TOML: {error}.") from error
    emoji = {str(key): str(value) for key, value in _table(table.get("emoji", {}), "emoji").items()}
    sections = tuple(_section(_table(entry, "section")) for entry in _list(table.get("section"), "section"))
    template = Template(_string(table.get("name"), "name"), sections, emoji)
    for section in sections:
        question_in_words(section.question, emoji)
    return template


def question_in_words(question: str, emoji: Mapping[str, str]) -> str:
    """The question with each `{mark}` replaced by its emoji as Slack writes it, such as `:mag:`.

    Raises:
        TemplateError: the question names a mark that has no emoji.
    """
    try:
        return question.format_map({mark: f":{name.strip(':')}:" for mark, name in emoji.items()})
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise TemplateError(f"A question names a mark without an emoji ({error}): {question}") from error


def _section(table: Mapping[str, object]) -> TemplateSection:
    return TemplateSection(
        heading=_string(table.get("heading"), "heading"),
        parts=tuple(_part(_table(entry, "parts")) for entry in _list(table.get("parts"), "parts")),
        question=_string(table.get("question"), "question"),
    )


def _part(table: Mapping[str, object]) -> Part:
    shows = _string(table.get("shows"), "shows")
    lead_in = table.get("lead_in")
    return Part(_source(shows), None if lead_in is None else _string(lead_in, "lead_in"))


def _source(shows: str) -> Source:
    if shows == "timeline":
        return "timeline"
    if shows == "conclusion":
        return "conclusion"
    try:
        return Section(shows)
    except ValueError as error:
        known = ", ".join([*Section, "timeline", "conclusion"])
        raise TemplateError(f"A template part shows {shows!r}, which is none of {known}.") from error


def _string(value: object, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TemplateError(f"The template needs a text for `{key}`.")
    return value


def _list(value: object, key: str) -> list[object]:
    if not isinstance(value, list) or not value:
        raise TemplateError(f"The template needs at least one `{key}`.")
    return value


def _table(value: object, key: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TemplateError(f"In the template, `{key}` must be a table.")
    return value
