"""Reading a template's text; an error names the file, the line and the key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, ValidationError

from bot.templates.lines import line_of
from storage.vocabulary import IN_DRAFT, MarkSection

NEVER_A_MARK = frozenset({"+1", "thumbsup"})
"""Emoji that people use to agree; they cannot be marks."""

APPENDIX: Mapping[str, str] = {
    "milestones": "Milestones",
    "durations": "Durations",
    "coverage": "What was recorded",
    "participants": "Who took part, in the order in which they came",
    "links": "Links shared",
    "files": "Files shared",
}
"""What `appendix` stands for: how the draft was put together, each block under its lead-in."""

COMPUTED = frozenset({*APPENDIX, "appendix", "chart"})
"""Blocks that Scribe computes; they do not answer a section's question."""

RETIRED: Mapping[str, str] = {
    **dict.fromkeys(
        ("alerts", "deploys", "roles", "severity_history", "silence", "status_history"),
        "it is part of the timeline",
    ),
    "summary": "every draft begins with it",
    "arrivals": "it is part of `participants`",
    "gaps": "what is missing is said in Slack",
}
"""Blocks of earlier versions, and what became of each; a template that names one shows nothing for it."""

PEOPLES = frozenset({*(mark.value for mark in IN_DRAFT), "conclusion", "open_action_items", "timeline"})
"""Blocks of what people said and marked; they answer a section's question."""

SHOWS = PEOPLES | COMPUTED
"""Every block a template can place."""

PUBLIC = "public"

Text = Annotated[str, Field(pattern=r"\S")]
Emoji = Annotated[Text, AfterValidator(lambda name: name.strip(": "))]

MOST_TOLD = 20
"""Mistakes of one file; nobody reads more at once."""

_MARK = re.compile(r"\{([^{}]*)\}")
_EXACT = ConfigDict(extra="forbid", frozen=True)


class TemplateError(Exception):
    """A template file cannot be used; `problems` are all its mistakes, one sentence each."""

    def __init__(self, *problems: str) -> None:
        super().__init__(problems[0])
        self.problems = problems


class Part(BaseModel):
    """One block of a section, under a short bold lead-in if it has one."""

    model_config = _EXACT

    shows: Text
    lead_in: Text | None = None


class TemplateSection(BaseModel):
    """A section of the draft; `question` is asked in Slack as long as nothing that people said fills it.

    In the question `{timeline}`, `{root_cause}` and so on stand for the emoji of that mark. `key` names the
    section in every draft by this template. A section without parts is for people alone to write.
    """

    model_config = _EXACT

    heading: Text
    question: Text
    parts: tuple[Part, ...] = Field((), min_length=1)
    key: Text = Field(default_factory=lambda known: _slug(known.get("heading", "")))

    @property
    def shown(self) -> Iterator[Part]:
        """The blocks to compose: those of the appendix one by one, none that is not made any more."""
        for part in self.parts:
            if part.shows == "appendix":
                yield from (Part(shows=shows, lead_in=lead_in) for shows, lead_in in APPENDIX.items())
            elif part.shows not in RETIRED:
                yield part


class _File(BaseModel):
    model_config = _EXACT

    name: Text
    audience: Literal["team", "public"] = "team"
    second_zone: StrictBool = False
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
    """The plan of a draft; `note`, if there is one, is shown to the draft's readers.

    One that `is_public` shows only what was marked for people outside. With `has_second_zone` each time is
    shown in two zones when the incident's people were in several.
    """

    name: str
    sections: tuple[TemplateSection, ...]
    emoji: Mapping[MarkSection, str]
    note: str = ""
    is_public: bool = False
    has_second_zone: bool = False

    @property
    def has_timeline(self) -> bool:
        return any(part.shows == "timeline" for section in self.sections for part in section.parts)


Place = tuple[str | int, ...]
"""The keys and numbers on the way to a value: `("section", 2, "heading")`."""


def parse(text: str, file: str = "template.toml") -> Template:
    """A template from the text of its file; `file` is its name, for errors.

    Raises:
        TemplateError: the text is not TOML, or not a template; it names every mistake.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = found[1] if found else len(text.splitlines())
        raise TemplateError(f"{file}, line {line}: not valid TOML: {error}.") from error
    problems: list[tuple[Place, str]] = []
    try:
        read = _File.model_validate(table)
    except ValidationError as error:
        # an unknown key first: it is often the misspelled name of one that is missing
        errors = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        places = Counter(one["loc"] for one in errors)
        # where several things are wrong inside something, that it is wrong itself says nothing more
        around = {place[:depth] for place in places for depth in range(len(place))}
        problems += [
            (one["loc"], _sentence(one["type"], one["loc"]))
            for one in errors
            if places[one["loc"]] == 1
            and one["loc"] not in around
            and one["type"] != "default_factory_not_called"  # a value that another one could not give
        ]
    problems += _contradictions(table)
    if problems:
        text = text.replace("\r\n", "\n")
        told = [f"{file}, {_told(text, place, why)}" for place, why in problems[:MOST_TOLD]]
        more = [f"{file}: {len(problems) - MOST_TOLD} more mistakes."] if len(problems) > MOST_TOLD else []
        raise TemplateError(*told, *more)
    return Template(
        read.name,
        read.section,
        {MarkSection(mark): name for mark, name in read.emoji.items()},
        is_public=read.audience == PUBLIC,
        has_second_zone=read.second_zone,
    )


def _told(text: str, place: Place, why: str) -> str:
    """A mistake with its line and key."""
    named = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).lstrip(".")
    return f"line {line_of(text, place)}, `{named}`: {why}{'' if why.endswith('?') else '.'}"


def _sentence(kind: str, place: Place) -> str:
    match kind:
        case "extra_forbidden":
            known = KEYS[".".join(key for key in place[:-1] if isinstance(key, str))]
            return f"there is no such key{nearest(str(place[-1]), known)}"
        case "too_short" | "tuple_type":
            return "at least one is needed"
        case "model_type" | "dict_type":
            return "a table is needed here"
        case "literal_error":
            return "this is either 'team' or 'public'"
        case "bool_type" | "bool_parsing":
            return "this is either true or false"
        case _:
            return "a text is needed here"


def _contradictions(table: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """What is wrong with values that are each well-formed: the place, and the problem."""
    emoji = _dicts([table.get("emoji")])
    marks: dict[str, str] = {}
    for mark, typed in (emoji[0][1] if emoji else {}).items():
        name = typed.strip(": ") if isinstance(typed, str) else None
        if mark not in set(MarkSection):
            yield ("emoji", mark), f"there is no such key{nearest(mark, set(MarkSection))}"
        elif name == "" and typed.strip():
            yield ("emoji", mark), "the name of an emoji is needed here"
        elif name in NEVER_A_MARK:
            yield ("emoji", mark), f":{name}: is what people use to agree; choose another"
        elif name and marks.setdefault(name, mark) != mark:
            yield ("emoji", mark), f":{name}: marks {marks[name]} already"
    keys: set[str] = set()
    for number, section in _dicts(table.get("section")):
        place = ("section", number)
        question, key = section.get("question"), section.get("key", _slug(str(section.get("heading", ""))))
        if isinstance(question, str):
            for mark in _MARK.findall(question):
                if not emoji or mark not in emoji[0][1]:
                    yield (*place, "question"), f"{{{mark}}} is a mark without an emoji here"
            if set("{}") & set(_MARK.sub("", question)):
                yield (*place, "question"), "a brace stands alone"
        for part_number, part in _dicts(section.get("parts")):
            shows = part.get("shows")
            if isinstance(shows, str) and shows.strip() and shows not in SHOWS and shows not in RETIRED:
                why = f"there is no block {shows!r}{nearest(shows, SHOWS)}"
                yield (*place, "parts", part_number, "shows"), why
        if key in keys:
            yield (*place, "key"), f"{key!r} names an earlier section; give it a `key`"
        keys.add(str(key))


def _dicts(values: object) -> list[tuple[int, dict[str, Any]]]:
    """The tables in a list, each with its number; other values are reported elsewhere."""
    listed = values if isinstance(values, list) else []
    return [(number, one) for number, one in enumerate(listed) if isinstance(one, dict)]


def nearest(said: str, known: Collection[str]) -> str:
    """How a sentence ends that refuses a word: with the one that was meant, else with all there are."""
    near = difflib.get_close_matches(said, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(known))}"


def _slug(heading: str) -> str:
    return re.sub(r"\W+", "-", heading.lower()).strip("-") or "section"
