"""`scribe import-from`: the incidents of a folder, read one by one, compared, and stored a few at a time.

Each few are one transaction, so that an import that is interrupted goes on where it stopped, and two at once
bring everything once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import select

from bot.imports.errors import CannotImport
from bot.imports.reading import Skipped
from bot.imports.tools import incident_io, markdown, opsgenie, pagerduty, statuspage
from bot.imports.tools.fields import Clock
from bot.imports.tools.incident import ToolIncident
from bot.imports.tools.keeping import Keeper
from bot.imports.tools.people import People, by_email
from bot.imports.tools.planning import Planned, planned
from bot.imports.tools.reading import Reading
from storage import audit, imports, people
from storage.audit import By
from storage.database import Database
from storage.tables import Person, Workspace
from storage.vocabulary import IncidentStatus, Origin

READERS: dict[Origin, Callable[[Path, Clock], Reading]] = {
    Origin.OPSGENIE: opsgenie.read,
    Origin.PAGERDUTY: pagerduty.read,
    Origin.INCIDENT_IO: incident_io.read,
    Origin.STATUSPAGE: statuspage.read,
    Origin.MARKDOWN: markdown.read,
}
AT_ONCE, ENTRIES_AT_ONCE = 50, 2_000
"""Incidents, and lines of their timelines, that are stored in one transaction."""
SHOWN = 20
"""Incidents that are listed one by one."""
ACTION = "import_from"


@dataclass(frozen=True)
class Asked:
    """What somebody asks for; `is_dry`: only to be told what would happen."""

    origin: Origin
    root: Path
    is_dry: bool
    is_public: bool = False
    zone: ZoneInfo | None = None
    users: Path | None = None


@dataclass(frozen=True)
class Line:
    """An incident in the table of what an import does; `number` is None where it has none yet."""

    shown_as: str
    number: int | None
    declared_at: datetime
    title: str
    entries: int
    follow_ups: int
    has_text: bool
    is_private: bool
    is_new: bool
    was_open: bool
    notes: Sequence[str] = ()


@dataclass
class Outcome:
    """What came of an import, or would come of it: `lines` are the first incidents that change."""

    is_dry: bool
    new: int = 0
    extended: int = 0
    same: int = 0
    private: int = 0
    was_open: int = 0
    cancelled: int = 0
    entries: int = 0
    follow_ups: int = 0
    texts: int = 0
    lines: list[Line] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    skipped: Sequence[Skipped] = ()
    first_number: int | None = None


async def import_from(
    database: Database,
    home: Workspace,
    asked: Asked,
    severities: Sequence[str],
    by: By,
    now: datetime,
    *,
    index: Callable[[Database, Sequence[int], datetime], Awaitable[None]],
) -> Outcome:
    """Bring in what a folder holds, or tell what that would be; `index` makes incidents be found.

    Raises:
        CannotImport: the folder holds nothing of this tool's.
    """
    reading = READERS[asked.origin](asked.root, Clock(asked.zone))
    emails = by_email(asked.users, home.team_id) if asked.users else {}
    outcome = Outcome(asked.is_dry, skipped=reading.skipped)
    for batch in _batches(_once(reading)):
        names = People(home.team_id, now, emails, await _known(database, home.team_id, batch))
        tool_id = names.id_of(asked.origin, None)
        if asked.is_dry:
            async with database.read() as session:
                plan = await planned(session, home.team_id, batch, tool_id, is_public=asked.is_public)
            _count(outcome, plan, {})
            continue
        async with database.write() as session:
            await imports.take(session, home.team_id)
            plan = await planned(session, home.team_id, batch, tool_id, is_public=asked.is_public)
            kept = await Keeper(session, names, severities, now).keep(plan)
        await index(database, [row.pk for row in kept.values()], now)
        _count(outcome, plan, {original_id: row.number for original_id, row in kept.items()})
    if not (outcome.new or outcome.extended or outcome.same):
        raise CannotImport(_nothing(asked, reading.skipped))
    if not asked.is_dry:
        async with database.write() as session:
            audit.note(session, by, ACTION, at=now, team_id=home.team_id)
    return outcome


async def home_of(database: Database, named: str | None) -> Workspace:
    """The workspace to import into: the only one, or the one that is named.

    Raises:
        CannotImport: there is none yet, or it is not clear which.
    """
    async with database.read() as session:
        known = await people.workspaces(session)
    if not known:
        raise CannotImport(
            "This database has not met your Slack workspace yet, so nobody could be shown the incidents. "
            "Start Scribe once (scribe run), then import."
        )
    if named is None and len(known) == 1:
        return known[0]
    said = (named or "").removeprefix("https://").strip("/").lower()
    for one in known:
        host = one.url.removeprefix("https://").removeprefix("http://").strip("/").lower()
        if said and said in (host, host.partition(".")[0], one.team_id.lower()):
            return one
    addresses = ", ".join(one.url for one in known)
    raise CannotImport(
        f"Say into which workspace, for example --workspace {known[0].url} (known: {addresses})"
    )


def _once(reading: Reading) -> Iterator[ToolIncident]:
    """Each incident once, where a page was saved twice for example."""
    seen: set[str] = set()
    for one in reading.incidents:
        if one.original_id in seen:
            reading.skipped.append(Skipped(one.shown_as, "it stands in these files twice; the first counts"))
            continue
        seen.add(one.original_id)
        yield one


def _batches(incidents: Iterator[ToolIncident]) -> Iterator[list[ToolIncident]]:
    batch: list[ToolIncident] = []
    entries = 0
    for one in incidents:
        batch.append(one)
        entries += len(one.entries)
        if len(batch) == AT_ONCE or entries >= ENTRIES_AT_ONCE:
            yield batch
            batch, entries = [], 0
    if batch:
        yield batch


async def _known(database: Database, team_id: str, batch: Sequence[ToolIncident]) -> frozenset[str]:
    """Those of the Slack ids that a tool gives whom the record has met in this workspace."""
    ids = {author.slack_id for one in batch for author in one.authors() if author.slack_id}
    if not ids:
        return frozenset()
    async with database.read() as session:
        found = await session.exec(select(Person.user_id).where(Person.team_id == team_id))
        return frozenset(ids & set(found))


def _count(outcome: Outcome, plan: Sequence[Planned], numbers: Mapping[str, int]) -> None:
    for one in plan:
        incident = one.incident
        for note in incident.notes:
            outcome.notes[note] = outcome.notes.get(note, 0) + 1
        if not one.changes:
            outcome.same += 1
            continue
        outcome.new += one.is_new
        outcome.extended += not one.is_new
        outcome.private += one.is_new and one.is_private
        outcome.was_open += one.is_new and incident.ended_at is None
        outcome.cancelled += one.is_new and incident.status is IncidentStatus.CANCELLED
        outcome.entries += len(one.entries)
        outcome.follow_ups += len(one.follow_ups)
        outcome.texts += bool(one.text)
        number = numbers.get(incident.original_id, one.row.number if one.row else None)
        if outcome.first_number is None:
            outcome.first_number = number
        if len(outcome.lines) < SHOWN:
            outcome.lines.append(
                Line(
                    incident.shown_as,
                    number,
                    incident.declared_at,
                    incident.title,
                    len(one.entries),
                    len(one.follow_ups),
                    bool(one.text),
                    one.is_private,
                    one.is_new,
                    incident.ended_at is None,
                    incident.notes,
                )
            )


def _nothing(asked: Asked, skipped: Sequence[Skipped]) -> str:
    why = "; ".join(f"{one.where}: {one.why}" for one in skipped[:3])
    return f"{asked.root} holds no incident that can be read{f' ({why})' if why else ''}."
