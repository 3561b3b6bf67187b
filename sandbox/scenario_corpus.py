"""Reading a published incident timeline (JSON) as a scenario.

Each of its `entries` is said by a person in #incident-room at its minute and marked by another. What an
incident needs besides is added: somebody notices it, declares it, states the published milestones and
durations, and resolves it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

from sandbox.scenario_entry import Entry
from sandbox.scenario_steps import CastMember, Command, React, Room, Say, Scenario, ScenarioError, Step

ROOM = "incident-room"
OPENING = "Something is off, opening an incident."
CLOSING = "That was the last of it, closing the incident."
MARK = "pushpin"
MILESTONES = {
    "started_at": "impact_started",
    "detected_at": "detected",
    "acknowledged_at": "acknowledged",
    "identified_at": "identified",
    "mitigated_at": "mitigated",
}
"""The published moments, and what `/incident milestone` calls them; `resolved_at` is stated after the end."""
_INVENTED = ("Ana Ferreira", "Ben Okafor", "Mei Tanaka", "Sam Whitfield")


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    text: str
    author: str | None


def parse(text: str, file: str) -> Scenario:
    """Read a timeline; `file` is its name, for errors.

    The opening line is said a minute before the first entry in a channel of the app, so that the app
    knows what time it is when the incident is declared; likewise the closing line when the
    incident was resolved after the last entry.

    Raises:
        ScenarioError: one sentence naming the file, the entry and what is wrong.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ScenarioError(f"{file} is not valid JSON: {error}.") from error
    entry = Entry.of(document, file)
    zone = entry.zone("timezone", "UTC")
    title = " ".join(entry.words("title").split())
    lines = sorted(_lines(entry), key=lambda line: line.at)  # stable: equal times keep the file's order
    if not lines:
        raise entry.wrong("no entry has a time, so nothing would happen.")
    people = _cast(lines, zone)
    return Scenario(
        title=title,
        slug=entry.text("slug", PurePath(file).stem),
        zone=zone,
        people=people,
        bots={},
        rooms={ROOM: Room(ROOM, ROOM, tuple(people), has_app=True)},
        steps=tuple(_steps(title, lines, _resolved_at(entry), people, tuple(_stated(entry)))),
    )


def _lines(document: Entry) -> Iterator[_Line]:
    for number, table in enumerate(document.tables("entries"), 1):
        entry = Entry(f"{document.place}, entry {number}", table)
        if entry.table.get("at") is not None:
            author = entry.text("author", "").strip() or None
            yield _Line(_moment(entry, "at"), entry.words("text"), author)


def _stated(document: Entry) -> Iterator[str]:
    """The published milestones and durations, as somebody would state them."""
    for name, kind in MILESTONES.items():
        if document.table.get(name) is not None:
            yield f"milestone {kind} {_moment(document, name):%Y-%m-%d %H:%M} UTC"
    published = document.table.get("published_durations") or {}
    if isinstance(published, dict):
        for name, said in published.items():
            yield f"duration {str(name).replace('_', ' ')} {said}"


def _resolved_at(document: Entry) -> datetime | None:
    return _moment(document, "resolved_at") if document.table.get("resolved_at") is not None else None


def _moment(entry: Entry, name: str) -> datetime:
    text = entry.text(name)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise entry.wrong(f"`{name}` must be an ISO 8601 moment, not {text!r}.") from error
    if moment.tzinfo is None:
        raise entry.wrong(f"`{name}` has no offset from UTC: {text}.")
    return moment.astimezone(UTC)


def _cast(lines: list[_Line], zone: str) -> dict[str, CastMember]:
    authors = dict.fromkeys(line.author for line in lines if line.author is not None)
    names = [*authors, *(name for name in _INVENTED if name not in authors)]
    return {name: CastMember(name, name, name, zone) for name in names}


def _steps(
    title: str,
    lines: list[_Line],
    resolved_at: datetime | None,
    people: dict[str, CastMember],
    stated: tuple[str, ...],
) -> Iterator[Step]:
    crew = [name for name in people if name in _INVENTED]
    opener = crew[0]
    opened_at = lines[0].at - timedelta(minutes=1)
    yield Step(opened_at, opener, ROOM, Say(OPENING, is_verbatim=True))
    yield Step(opened_at, opener, ROOM, Command("/incident", f"start here {title}", is_verbatim=True))
    for number, line in enumerate(lines):
        speaker = line.author or crew[number % len(crew)]
        marker = next(name for name in (crew[(number + 1) % len(crew)], *crew) if name != speaker)
        key = f"entry-{number + 1}"
        yield Step(line.at, speaker, ROOM, Say(line.text, key, is_verbatim=True))
        yield Step(line.at, marker, ROOM, React(key, MARK))
    closed_at = lines[-1].at
    if resolved_at is not None and resolved_at > closed_at:
        closed_at = resolved_at
        yield Step(closed_at, opener, ROOM, Say(CLOSING, is_verbatim=True))
    for words in stated:
        yield Step(closed_at, opener, ROOM, Command("/incident", words, is_verbatim=True))
    yield Step(closed_at, opener, ROOM, Command("/resolve", "", is_verbatim=True))
    if resolved_at is not None and resolved_at != closed_at:
        words = f"milestone resolved {resolved_at:%Y-%m-%d %H:%M} UTC"
        yield Step(closed_at, opener, ROOM, Command("/incident", words, is_verbatim=True))
        yield Step(closed_at, opener, ROOM, Command("/postmortem", "draft", is_verbatim=True))
