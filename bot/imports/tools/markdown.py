"""Post-mortems as Markdown files, one file for each: front matter or headings say what is what.

Read are: the front matter's `title`, `date` (or `declared`, `started`), `resolved`, `severity`, `id`, `url`,
`author`, `private`; else the first heading, and lines such as `Date: 2026-11-29` before the second one. Lists
and tables below a heading like `Timeline` are its timeline, below `Action items` its follow-ups. The whole
text is the post-mortem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from pathlib import Path, PurePosixPath

import yaml

from bot.imports import files
from bot.imports.errors import CannotImport
from bot.imports.reading import Skipped
from bot.imports.tools.fields import Clock, address, author, day, key, name
from bot.imports.tools.incident import (
    LONGEST_NAME,
    LONGEST_POSTMORTEM,
    LONGEST_TITLE,
    PostmortemText,
    ToolIncident,
    cut,
    key_of,
)
from bot.imports.tools.markdown_rows import Part, parts_of
from bot.imports.tools.markdown_sections import follow_ups, timeline
from bot.imports.tools.reading import Reading
from bot.text.well_formed import well_formed
from storage.vocabulary import IncidentStatus, Origin

SUFFIXES = (".md", ".markdown", ".mdown")
LARGEST = 2 * files.MB
LARGEST_FRONT_MATTER = 20_000
EXAMPLE = "scribe import-from markdown post-mortems"
BEGINNINGS = (
    "declared",
    "declared_at",
    "started",
    "started_at",
    "start",
    "detected",
    "date",
    "incident_date",
)
ENDS = ("resolved", "resolved_at", "ended", "ended_at", "end", "mitigated")
TRUE = frozenset({"true", "yes", "private", "on", "1"})
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FACT = re.compile(r"\W*([A-Za-z][A-Za-z _-]{1,30}?)\W*:\s*(\S.*)")
_DAY = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_TIMELINE = re.compile(r"timeline|chronology|sequence of events|event log", re.IGNORECASE)
_FOLLOW_UPS = re.compile(r"action|follow.?up|next steps|corrective|remediation", re.IGNORECASE)


class Unusable(Exception):
    """The file is no post-mortem that can be dated; the text says why."""


def read(root: Path, clock: Clock) -> Reading:
    """The post-mortems below a folder.

    Raises:
        CannotImport: it is no folder, or holds none.
    """
    if not root.is_dir():
        raise CannotImport(f"There is no folder {root}. An example that works: {EXAMPLE}")
    found = files.folder(root, SUFFIXES, largest=LARGEST, in_all=None)
    if not found.names:
        raise CannotImport(f"{root} holds no Markdown files (.md). An example that works: {EXAMPLE}")
    skipped: list[Skipped] = []
    return Reading(_read(found, clock, skipped), skipped)


def _read(found: files.Files, clock: Clock, skipped: list[Skipped]) -> Iterator[ToolIncident]:
    for place in found.names:
        try:
            content = found.read(place).decode("utf-8-sig")
            yield incident_of(content, place, clock)
        except UnicodeDecodeError:
            skipped.append(Skipped(place, "it is not UTF-8"))
        except (files.Unreadable, Unusable) as problem:
            skipped.append(Skipped(place, str(problem)))


def incident_of(content: str, place: str, clock: Clock) -> ToolIncident:
    """The incident a post-mortem is about; `place` is the file's path in its folder.

    Raises:
        Unusable: nothing says when it was.
    """
    content = well_formed(content.replace("\r\n", "\n").replace("\r", "\n"))
    front, body = _divided(content)
    if not body.strip():
        raise Unusable("it is empty")
    parts = parts_of(body)
    said = _facts(parts) | front
    path = PurePosixPath(place)
    heading = next((part.heading for part in parts if part.level == 1), "")
    title = cut(said.get("title", "") or heading, LONGEST_TITLE) or path.stem
    began, is_day = _began(said, [path.name, heading], clock)
    lines = [row for part in _below(parts, _TIMELINE) for row in part.rows]
    entries, unread = timeline(lines, began, clock)
    if began is None:
        raise Unusable("nothing says when it was; begin it with: --- / date: 2026-11-29 / ---")
    if (
        is_day
        and entries
        and entries[0].at.astimezone(clock.zone).date() == began.astimezone(clock.zone).date()
    ):
        began, is_day = entries[0].at, False
    ended = _moment(said, ENDS, clock)
    last = max((one.at for one in entries), default=began)
    notes = [*clock.notes()]
    if is_day:
        notes.append("has a day and no time of its beginning")
    if unread:
        notes.append("has lines in its timeline without a time, which stand in its text alone")
    original_id = key(said.get("id") or said.get("incident_id")) or place
    return ToolIncident(
        origin=Origin.MARKDOWN,
        original_id=original_id if len(original_id) <= 200 else key_of(original_id),
        shown_as=cut(original_id if original_id != place else path.name, LONGEST_NAME),
        title=title,
        declared_at=began,
        url=address(said.get("url") or said.get("link")),
        severity=name(said.get("severity") or said.get("priority")) or None,
        status=IncidentStatus.RESOLVED,
        ended_at=max(ended or last, began),
        is_end_known=ended is not None,
        declared_by=author(said.get("author") or said.get("authors") or said.get("owner")),
        entries=entries,
        follow_ups=follow_ups([row for part in _below(parts, _FOLLOW_UPS) for row in part.rows]),
        postmortem=PostmortemText(cut(body, LONGEST_POSTMORTEM), ended),
        is_private=_privacy(said),
        notes=notes,
    )


def _divided(content: str) -> tuple[dict[str, str], str]:
    """The front matter's values as texts, and what follows it; without any where it cannot be read."""
    found = _FRONT.match(content)
    if found is None:
        return {}, content
    body = content[found.end() :]
    if len(found[1]) > LARGEST_FRONT_MATTER or "&" in found[1]:  # no anchors, which could refer to themselves
        return _plain_front(found[1][:LARGEST_FRONT_MATTER]), body
    try:
        values = yaml.load(found[1], Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return _plain_front(found[1]), body
    if not isinstance(values, dict):
        return {}, body
    return {str(one).strip().lower(): _as_text(value) for one, value in values.items()}, body


def _plain_front(front: str) -> dict[str, str]:
    """Lines of `name: value`, of a front matter that is not valid YAML."""
    pairs = (line.partition(":") for line in front.split("\n") if ":" in line)
    return {one.strip().lower(): value.strip().strip("\"'") for one, _, value in pairs}


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(one for one in value if isinstance(one, str))
    return value.strip() if isinstance(value, str) else ""


def _facts(parts: list[Part]) -> dict[str, str]:
    """Lines of `Name: value` in the text before its second heading."""
    found: dict[str, str] = {}
    for part in parts[:2]:
        for line in part.lines:
            fact = _FACT.fullmatch(line.strip()) if len(line) < 300 else None
            if fact:
                found.setdefault(fact[1].strip().lower().replace(" ", "_"), fact[2].strip())
    return found


def _below(parts: list[Part], heading: re.Pattern[str]) -> Iterator[Part]:
    """The parts below headings like this, those of lower headings included."""
    level = 0
    for part in parts:
        if level and part.level <= level:
            level = 0
        if not level and part.level and heading.search(part.heading):
            level = part.level
        if level:
            yield part


def _began(said: Mapping[str, str], others: list[str], clock: Clock) -> tuple[datetime | None, bool]:
    """When it began, and whether that is a day alone."""
    at = _moment(said, BEGINNINGS, clock)
    if at:
        return at, False
    days = [day(said.get(one)) for one in BEGINNINGS]
    days += [day(one) for other in [*said.values(), *others][:50] for one in _DAY.findall(other[:300])]
    found = next((one for one in days if one), None)
    if found is None:
        return None, False
    clock.assumed = True
    return datetime.combine(found, time(), clock.zone).astimezone(UTC), True


def _moment(said: Mapping[str, str], names: tuple[str, ...], clock: Clock) -> datetime | None:
    """The time under one of these names, where there is more than a day."""
    for one in names:
        value = said.get(one, "").replace(" UTC", "+00:00")
        if len(value) > len("2026-11-29"):
            at = clock.moment(value)
            if at:
                return at
    return None


def _privacy(said: Mapping[str, str]) -> bool | None:
    for one in ("private", "is_private", "visibility", "confidential"):
        if one in said:
            return said[one].lower() in TRUE
    return None
