"""Reading a template's text; what is wrong with it is said with file, line and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.templates.lines import lines_of
from storage.vocabulary import IN_DRAFT, MarkSection

KEYS: Mapping[str, tuple[str, ...]] = {
    "": ("name", "emoji", "section"),
    "section": ("heading", "question", "parts", "key"),
    "section.parts": ("shows", "lead_in"),
}
"""What a file can say, by the table it says it in."""

NEVER_A_MARK = frozenset({"+1", "thumbsup"})
"""What people say "I agree" with, all day long."""

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

PEOPLES = frozenset({*(mark.value for mark in IN_DRAFT), "conclusion", "open_action_items", "timeline"})
"""Blocks of what people said and marked: these answer a section's question."""

SHOWS = PEOPLES | COMPUTED
"""Every block a template can place."""


_MARK = re.compile(r"\{([^{}]*)\}")


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
    section in every draft by this template. A section without parts is a question for people alone.
    """

    heading: str
    parts: tuple[Part, ...]
    question: str
    key: str


@dataclass(frozen=True, slots=True)
class Template:
    """The plan of a draft; `note` is for those who read the draft, where there is something to say of it."""

    name: str
    sections: tuple[TemplateSection, ...]
    emoji: Mapping[str, str]
    note: str = ""

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
        found = re.search(r"at line (\d+)", str(error))
        line = found[1] if found else len(text.splitlines())
        raise TemplateError(f"{file}, line {line}: not valid TOML: {error}.") from error
    return _Reader(text, file).template(table)


class _Reader:
    """One file being read; it knows where in the text each key stands."""

    def __init__(self, text: str, file: str) -> None:
        self._lines = lines_of(text.replace("\r\n", "\n"))
        self._file = file

    def template(self, table: Mapping[str, object]) -> Template:
        self._only(table, KEYS[""], "")
        name = self._string(table.get("name"), "name")
        emoji = self._emoji(table.get("emoji", {}))
        sections: dict[str, TemplateSection] = {}
        for number, entry in enumerate(self._list(table.get("section"), "section")):
            place = f"section[{number}]"
            section = self._section(entry, place, emoji)
            if section.key in sections:
                raise self._wrong(
                    f"{place}.key", f"{section.key!r} names an earlier section; give it a `key`"
                )
            sections[section.key] = section
        return Template(name, tuple(sections.values()), emoji)

    def _emoji(self, found: object) -> Mapping[str, str]:
        table = self._table(found, "emoji")
        self._only(table, [mark.value for mark in MarkSection], "emoji.")
        names: dict[str, str] = {}
        for mark, value in table.items():
            place = f"emoji.{mark}"
            name = self._string(value, place).strip(": ")
            if not name:
                raise self._wrong(place, "the name of an emoji is needed here")
            if name in NEVER_A_MARK:
                raise self._wrong(place, f":{name}: is what people use to agree; choose another")
            other = next((known for known, same in names.items() if same == name), None)
            if other:
                raise self._wrong(place, f":{name}: marks {other} already")
            names[mark] = name
        return names

    def _section(self, entry: object, place: str, emoji: Mapping[str, str]) -> TemplateSection:
        table = self._table(entry, place)
        self._only(table, KEYS["section"], f"{place}.")
        heading = self._string(table.get("heading"), f"{place}.heading")
        question = self._string(table.get("question"), f"{place}.question")
        for mark in _MARK.findall(question):
            if mark not in emoji:
                raise self._wrong(f"{place}.question", f"{{{mark}}} is a mark without an emoji here")
        if set("{}") & set(_MARK.sub("", question)):
            raise self._wrong(f"{place}.question", "a brace stands alone")
        entries = self._list(table["parts"], f"{place}.parts") if "parts" in table else ()
        parts = [self._part(part, f"{place}.parts[{number}]") for number, part in enumerate(entries)]
        key = self._string(table.get("key", _slug(heading)), f"{place}.key")
        return TemplateSection(heading, tuple(parts), question, key)

    def _part(self, entry: object, place: str) -> Part:
        table = self._table(entry, place)
        self._only(table, KEYS["section.parts"], f"{place}.")
        shows = self._string(table.get("shows"), f"{place}.shows")
        if shows not in SHOWS:
            raise self._wrong(f"{place}.shows", f"there is no block {shows!r}{_nearest(shows, SHOWS)}")
        if "lead_in" not in table:
            return Part(shows)
        return Part(shows, self._string(table["lead_in"], f"{place}.lead_in"))

    def _only(self, table: Mapping[str, object], known: Collection[str], place: str) -> None:
        for key in table:
            if key not in known:
                raise self._wrong(f"{place}{key}", f"there is no such key{_nearest(key, known)}")

    def _string(self, value: object, place: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(place, "a text is needed here")
        return value

    def _list(self, value: object, place: str) -> Sequence[object]:
        if not isinstance(value, list) or not value:
            raise self._wrong(place, "at least one is needed")
        return value

    def _table(self, value: object, place: str) -> Mapping[str, object]:
        if not isinstance(value, dict):
            raise self._wrong(place, "a table is needed here")
        return value

    def _wrong(self, place: str, why: str) -> TemplateError:
        end = "" if why.endswith("?") else "."
        return TemplateError(f"{self._file}, line {self._line_of(place)}, `{place}`: {why}{end}")

    def _line_of(self, place: str) -> int:
        """Where the key stands, or what it is missing from."""
        while place and place not in self._lines:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return self._lines.get(place, 1)


def _nearest(said: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(said, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(known))}"


def _slug(heading: str) -> str:
    return re.sub(r"\W+", "-", heading.lower()).strip("-") or "section"
