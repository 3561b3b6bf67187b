"""Reading a template's text; an error names the file, the line and the key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.templates.lines import line_of
from storage.vocabulary import IN_DRAFT, MarkSection

NEVER_A_MARK = frozenset({"+1", "thumbsup"})
"""Emoji that people use to agree; they cannot be marks."""

COMPUTED = frozenset(
    {
        "alerts",
        "arrivals",
        "chart",
        "coverage",
        "deploys",
        "durations",
        "files",
        "gaps",
        "links",
        "milestones",
        "participants",
        "roles",
        "severity_history",
        "silence",
        "status_history",
        "summary",
    }
)
"""Blocks that Scribe computes; they do not answer a section's question."""

PEOPLES = frozenset({*(mark.value for mark in IN_DRAFT), "conclusion", "open_action_items", "timeline"})
"""Blocks of what people said and marked; they answer a section's question."""

SHOWS = PEOPLES | COMPUTED
"""Every block a template can place."""

Text = Annotated[str, Field(pattern=r"\S")]
Emoji = Annotated[Text, AfterValidator(lambda name: name.strip(": "))]

_MARK = re.compile(r"\{([^{}]*)\}")
_EXACT = ConfigDict(extra="forbid", frozen=True)


class TemplateError(Exception):
    """A template file cannot be used; the message says why in one sentence."""


class Part(BaseModel):
    """One block of a section, under a short bold lead-in if it has one."""

    model_config = _EXACT

    shows: Text
    lead_in: Text | None = None


class TemplateSection(BaseModel):
    """A section of the draft; `question` stands there as long as nothing that people said fills it.

    In the question `{timeline}`, `{root_cause}` and so on stand for the emoji of that mark. `key` names the
    section in every draft by this template. A section without parts is a question for people alone.
    """

    model_config = _EXACT

    heading: Text
    question: Text
    parts: tuple[Part, ...] = Field((), min_length=1)
    key: Text = Field(default_factory=lambda known: _slug(known.get("heading", "")))


class _File(BaseModel):
    model_config = _EXACT

    name: Text
    emoji: dict[str, Emoji] = Field({})
    section: tuple[TemplateSection, ...] = Field((), min_length=1, validate_default=True)


KEYS: Mapping[str, Collection[str]] = {
    "": _File.model_fields.keys(),
    "section": TemplateSection.model_fields.keys(),
    "section.parts": Part.model_fields.keys(),
}
"""The keys that a file may have, by table."""


@dataclass(frozen=True, slots=True)
class Template:
    """The plan of a draft; `note`, if there is one, is shown to the draft's readers."""

    name: str
    sections: tuple[TemplateSection, ...]
    emoji: Mapping[MarkSection, str]
    note: str = ""

    @property
    def has_timeline(self) -> bool:
        return any(part.shows == "timeline" for section in self.sections for part in section.parts)


Place = tuple[str | int, ...]
"""The keys and numbers on the way to a value: `("section", 2, "heading")`."""


def parse(text: str, file: str = "template.toml") -> Template:
    """A template from the text of its file; `file` is its name, for errors.

    Raises:
        TemplateError: the text is not TOML, or not a template.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = found[1] if found else len(text.splitlines())
        raise TemplateError(f"{file}, line {line}: not valid TOML: {error}.") from error
    try:
        read = _File.model_validate(table)
        problem = next(_contradictions(read), None)
    except ValidationError as error:
        # an unknown key first: it is often the misspelled name of one that is missing
        first, *_ = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        problem = first["loc"], _sentence(first["type"], first["loc"])
    if problem is None:
        return Template(
            read.name, read.section, {MarkSection(mark): name for mark, name in read.emoji.items()}
        )
    place, why = problem
    line = line_of(text.replace("\r\n", "\n"), place)
    named = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).lstrip(".")
    end = "" if why.endswith("?") else "."
    raise TemplateError(f"{file}, line {line}, `{named}`: {why}{end}")


def _sentence(kind: str, place: Place) -> str:
    match kind:
        case "extra_forbidden":
            known = KEYS[".".join(key for key in place[:-1] if isinstance(key, str))]
            return f"there is no such key{_nearest(str(place[-1]), known)}"
        case "too_short" | "tuple_type":
            return "at least one is needed"
        case "model_type" | "dict_type":
            return "a table is needed here"
        case _:
            return "a text is needed here"


def _contradictions(read: _File) -> Iterator[tuple[Place, str]]:
    """What is wrong with values that are each well-formed: the place, and the problem."""
    marks: dict[str, str] = {}
    for mark, name in read.emoji.items():
        if mark not in set(MarkSection):
            yield ("emoji", mark), f"there is no such key{_nearest(mark, set(MarkSection))}"
        elif not name:
            yield ("emoji", mark), "the name of an emoji is needed here"
        elif name in NEVER_A_MARK:
            yield ("emoji", mark), f":{name}: is what people use to agree; choose another"
        elif marks.setdefault(name, mark) != mark:
            yield ("emoji", mark), f":{name}: marks {marks[name]} already"
    keys: set[str] = set()
    for number, section in enumerate(read.section):
        place = ("section", number)
        for mark in _MARK.findall(section.question):
            if mark not in read.emoji:
                yield (*place, "question"), f"{{{mark}}} is a mark without an emoji here"
        if set("{}") & set(_MARK.sub("", section.question)):
            yield (*place, "question"), "a brace stands alone"
        for part_number, part in enumerate(section.parts):
            if part.shows not in SHOWS:
                why = f"there is no block {part.shows!r}{_nearest(part.shows, SHOWS)}"
                yield (*place, "parts", part_number, "shows"), why
        if section.key in keys:
            yield (*place, "key"), f"{section.key!r} names an earlier section; give it a `key`"
        keys.add(section.key)


def _nearest(said: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(said, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(known))}"


def _slug(heading: str) -> str:
    return re.sub(r"\W+", "-", heading.lower()).strip("-") or "section"
