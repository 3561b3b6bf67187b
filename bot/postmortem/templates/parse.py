"""Reading a template's text; what is wrong with it is said with file, line and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.postmortem.facts import Section

MARKS = ("timeline", *(section.value for section in Section), "detected", "mitigated")
"""Everything an emoji can mark."""

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
"""Blocks that Scribe fills by itself; a section's question is about the others."""

SHOWS = frozenset({*Section, "conclusion", "open_action_items", "timeline"}) | COMPUTED
"""Every block a template can place."""


class TemplateError(Exception):
    """A template file cannot be used; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    """One block of a section, under a short bold lead-in if it has one."""

    shows: str
    lead_in: str | None = None


@dataclass(frozen=True, slots=True)
class TemplateSection:
    """A section of the draft; `question` stands there while nothing that people say fills it.

    In the question `{timeline}`, `{root_cause}` and so on stand for the emoji of that mark. `key` names the
    section in every draft by this template.
    """

    heading: str
    parts: tuple[Part, ...]
    question: str
    key: str


@dataclass(frozen=True, slots=True)
class Template:
    """The plan of a draft."""

    name: str
    sections: tuple[TemplateSection, ...]
    emoji: Mapping[str, str]

    @property
    def has_timeline(self) -> bool:
        return any(part.shows == "timeline" for section in self.sections for part in section.parts)


def parse(text: str, file: str = "template.toml") -> Template:
    """A template from the text of its file, whose name is for complaints.

    Raises:
        TemplateError: the text is not TOML, or not a template.
    """
    try:
        table: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{file}, line {line[1]}" if line else file
        raise TemplateError(f"{where}: not valid TOML: {error}.") from error
    return _Reader(text, file).template(table)


class _Reader:
    """One file being read; it knows where in the text each key stands."""

    def __init__(self, text: str, file: str) -> None:
        self._lines = text.split("\n")
        self._file = file

    def template(self, table: Mapping[str, object]) -> Template:
        self._only(table, ("name", "emoji", "section"), "", 0)
        emoji = self._emoji(table.get("emoji", {}))
        entries = self._list(table.get("section"), "section", 0)
        sections = [self._section(entry, number, emoji) for number, entry in enumerate(entries)]
        keys = [section.key for section in sections]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                raise self._wrong(f"section[{number}].key", number, f"{key!r} names another section already")
        return Template(self._string(table.get("name"), "name", 0), tuple(sections), emoji)

    def _emoji(self, found: object) -> Mapping[str, str]:
        table = self._table(found, "emoji", 0)
        self._only(table, MARKS, "emoji.", 0)
        names: dict[str, str] = {}
        for mark, name in table.items():
            emoji = self._string(name, f"emoji.{mark}", 0).strip(": ")
            other = next((known for known, same in names.items() if same == emoji), None)
            if other:
                raise self._wrong(f"emoji.{mark}", 0, f":{emoji}: marks {other} already")
            names[mark] = emoji
        return names

    def _section(self, entry: object, number: int, emoji: Mapping[str, str]) -> TemplateSection:
        place = f"section[{number}]"
        table = self._table(entry, place, number)
        self._only(table, ("heading", "parts", "question", "key"), f"{place}.", number)
        heading = self._string(table.get("heading"), f"{place}.heading", number)
        question = self._string(table.get("question", ""), f"{place}.question", number, may_be_empty=True)
        for mark in re.findall(r"\{([^{}]*)\}", question):
            if mark not in emoji:
                raise self._wrong(f"{place}.question", number, f"{{{mark}}} is a mark without an emoji here")
        if re.sub(r"\{[^{}]*\}", "", question).strip("{}") != re.sub(r"\{[^{}]*\}", "", question):
            raise self._wrong(f"{place}.question", number, "a brace stands alone")
        parts = [
            self._part(part, f"{place}.parts[{index}]", number)
            for index, part in enumerate(self._list(table.get("parts"), f"{place}.parts", number))
        ]
        key = self._string(table.get("key", _slug(heading)), f"{place}.key", number)
        return TemplateSection(heading, tuple(parts), question, key)

    def _part(self, entry: object, place: str, number: int) -> Part:
        table = self._table(entry, place, number)
        self._only(table, ("shows", "lead_in"), f"{place}.", number)
        shows = self._string(table.get("shows"), f"{place}.shows", number)
        if shows not in SHOWS:
            raise self._wrong(
                f"{place}.shows", number, f"there is no block {shows!r}{_nearest(shows, SHOWS)}", shows
            )
        lead_in = table.get("lead_in")
        if lead_in is None:
            return Part(shows)
        return Part(shows, self._string(lead_in, f"{place}.lead_in", number))

    def _only(self, table: Mapping[str, object], known: Collection[str], place: str, number: int) -> None:
        for key in table:
            if key not in known:
                raise self._wrong(f"{place}{key}", number, f"there is no such key{_nearest(key, known)}")

    def _string(self, value: object, place: str, number: int, *, may_be_empty: bool = False) -> str:
        if not isinstance(value, str) or not (value.strip() or may_be_empty):
            raise self._wrong(place, number, "a text is needed here")
        return value

    def _list(self, value: object, place: str, number: int) -> Sequence[object]:
        if not isinstance(value, list) or not value:
            raise self._wrong(place, number, "at least one is needed")
        return value

    def _table(self, value: object, place: str, number: int) -> Mapping[str, object]:
        if not isinstance(value, dict):
            raise self._wrong(place, number, "a table is needed here")
        return value

    def _wrong(self, place: str, number: int, why: str, value: str = "") -> TemplateError:
        line = self._line_of(place, number, value)
        return TemplateError(f"{self._file}, line {line}, `{place}`: {why}.")

    def _line_of(self, place: str, number: int, value: str) -> int:
        """The line where the key stands, or where its section begins; tomllib does not tell."""
        first, last = self._section_lines(number) if place.startswith("section[") else (0, len(self._lines))
        key = re.escape(place.rpartition(".")[2].partition("[")[0])
        patterns = [rf"\b{key}\b\s*=.*{re.escape(value)}"] if value else []
        patterns += [rf"\b{key}\b\s*=", rf"\[+\s*{key}\s*\]+"]
        for pattern in patterns:
            for index in range(first, last):
                if re.search(pattern, self._lines[index].partition("#")[0] or self._lines[index]):
                    return index + 1
        return first + 1

    def _section_lines(self, number: int) -> tuple[int, int]:
        starts = [index for index, line in enumerate(self._lines) if re.match(r"\s*\[\[section\]\]", line)]
        if number >= len(starts):
            return 0, len(self._lines)
        return starts[number], [*starts, len(self._lines)][number + 1]


def _nearest(said: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(said, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(known))}"


def _slug(heading: str) -> str:
    return re.sub(r"\W+", "-", heading.lower()).strip("-") or "section"
