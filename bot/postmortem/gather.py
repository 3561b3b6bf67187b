"""Reading what the record says about an incident, in one consistent snapshot, and turning it into facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.record import said_at, ts_of
from bot.postmortem import facts as f
from bot.postmortem.document import FileRef
from storage import incidents, outbox, presence, readings, timeline
from storage.tables import Absence, Incident, Mark, Message, Milestone, TimelineEvent
from storage.timeline import Line

UNREAD = "(Scribe has not read this message yet; the link leads to it)"


@dataclass(frozen=True)
class Snapshot:
    """The rows a draft is made of, read in one transaction."""

    incident: Incident
    milestones: dict[str, Milestone]
    lines: Sequence[Line]
    marked: Sequence[tuple[Mark, Message]]
    speakers: Sequence[str]
    absences: Sequence[Absence] = ()
    recovered: Sequence[str] = ()
    is_unread: bool = False

    def texts(self) -> list[str]:
        """Every Slack text that will be shown."""
        messages = [line.message for line in self.lines if line.message]
        messages += [message for _, message in self.marked]
        notes = [line.event.text or "" for line in self.lines]
        own = [self.incident.title, self.incident.conclusion or ""]
        return [message.text for message in messages] + notes + own

    def people(self) -> set[str]:
        """The ids of everybody who will be named."""
        ids = {self.incident.declared_by, self.incident.resolved_by, *self.speakers}
        for line in self.lines:
            ids |= {line.event.author_id, line.message.user_id if line.message else None}
        ids |= {message.user_id for _, message in self.marked}
        ids |= {milestone.stated_by for milestone in self.milestones.values()}
        return {user_id for user_id in ids if user_id}


@dataclass(frozen=True)
class Lookups:
    """How ids become what people read."""

    name_of: Callable[[str], str]
    is_person: Callable[[str], bool]
    link_to: Callable[[str, str, str | None], str]
    """(channel_id, ts, thread_ts) to a permalink"""


async def snapshot(session: AsyncSession, incident: Incident) -> Snapshot:
    """Everything of an incident that its draft shows; the caller's transaction makes it consistent."""
    assert incident.id is not None
    lines = await timeline.standing(session, incident.id)
    marked = await timeline.marked(session, incident.id)
    milestones = await incidents.milestones(session, incident.id)
    started, resolved = milestones.get("impact_started"), milestones.get("resolved")
    following = await incidents.next_in_channel(session, incident)
    until_ts = ts_of(following.declared_at) if following else None
    heard = [line.message.ts for line in lines if line.message] + [message.ts for _, message in marked]
    return Snapshot(
        incident=incident,
        milestones=milestones,
        lines=lines,
        marked=marked,
        speakers=await timeline.speakers(
            session,
            incident.team_id,
            incident.channel_id or "",
            since_ts=min([*heard, ts_of(incident.declared_at)]),
            until_ts=until_ts,
        ),
        absences=await presence.absences(
            session,
            incident.team_id,
            since=min(started.at, incident.declared_at) if started else incident.declared_at,
            until=resolved.at if resolved else None,
        ),
        recovered=await readings.recovered(session, incident, until_ts=until_ts),
        is_unread=await outbox.is_open(session, intents.catch_up(incident.id).key),
    )


def facts_of(found: Snapshot, lookups: Lookups, zone: ZoneInfo) -> f.Facts:
    """The facts of a snapshot: pure, so the same record gives the same draft."""
    incident = found.incident
    declared_by = lookups.name_of(incident.declared_by)
    declared = f.Milestone("declared", incident.declared_at, "observed", f"/incident start by {declared_by}")
    entries = tuple(_entry(line, lookups) for line in found.lines)
    resolved = found.milestones.get("resolved")
    return f.Facts(
        number=incident.number,
        title=incident.title,
        severity=incident.severity,
        status=incident.status,
        channel_name=incident.channel_name,
        declared=declared,
        started=_started(found, entries, declared, lookups),
        detected=_detected(found, entries, declared),
        resolved=_stated(resolved, "/resolve", lookups) if resolved else None,
        responders=_responders(found, lookups),
        timeline=entries,
        marked=_marked(found, lookups),
        conclusion=incident.conclusion,
        concluded_by=lookups.name_of(incident.resolved_by) if incident.resolved_by else None,
        zone=zone,
        coverage=_coverage(found),
    )


def _coverage(found: Snapshot) -> f.Coverage:
    said = [said_at(ts) for ts in found.recovered]
    absences = [
        f.Away(away.since, away.until, sum(away.since <= at <= away.until for at in said))
        for away in found.absences
    ]
    others = len(said) - sum(away.recovered for away in absences)
    return f.Coverage(tuple(absences), others, found.is_unread)


def _started(
    found: Snapshot, entries: Sequence[f.TimelineEntry], declared: f.Milestone, lookups: Lookups
) -> f.Milestone:
    stated = found.milestones.get("impact_started")
    if stated:
        return _stated(stated, "/incident start … since", lookups)
    first = min((entry.occurred_at for entry in entries), default=None)
    if first and first < declared.at:
        return f.Milestone("impact_started", first, "inferred", "the first event on the timeline")
    return f.Milestone("impact_started", declared.at, "inferred", "the declaration")


def _detected(found: Snapshot, entries: Sequence[f.TimelineEntry], declared: f.Milestone) -> f.Milestone:
    """An alert that came before the stated start was about something else."""
    started = found.milestones.get("impact_started")
    alerts = [
        entry
        for entry in entries
        if entry.kind == "alert"
        and entry.occurred_at <= declared.at
        and not (started and entry.occurred_at < started.at)
    ]
    if alerts:
        first = min(alerts, key=lambda entry: entry.occurred_at)
        because = f"the first alert on the timeline ({first.said.author})"
        return f.Milestone("detected", first.occurred_at, "inferred", because)
    return f.Milestone("detected", declared.at, "inferred", "the declaration")


def _stated(milestone: Milestone, command: str, lookups: Lookups) -> f.Milestone:
    basis: f.Basis = "stated" if milestone.basis == "stated" else "observed"
    by = f" by {lookups.name_of(milestone.stated_by)}" if milestone.stated_by else ""
    return f.Milestone(milestone.kind, milestone.at, basis, f"{command}{by}")


def _responders(found: Snapshot, lookups: Lookups) -> tuple[str, ...]:
    ids = [*found.speakers, found.incident.declared_by]
    if found.incident.resolved_by:
        ids.append(found.incident.resolved_by)
    return tuple(dict.fromkeys(lookups.name_of(user_id) for user_id in ids))


def _marked(found: Snapshot, lookups: Lookups) -> dict[f.Section, tuple[f.Said, ...]]:
    by_section: dict[f.Section, dict[str, f.Said]] = {}
    for mark, message in found.marked:
        if mark.section in set(f.Section):
            said = by_section.setdefault(f.Section(mark.section), {})
            said.setdefault(message.ts, _said(message, lookups))
    return {section: tuple(said.values()) for section, said in by_section.items()}


def _entry(line: Line, lookups: Lookups) -> f.TimelineEntry:
    event = line.event
    return f.TimelineEntry(
        occurred_at=event.occurred_at,
        occurred_until=event.occurred_until,
        is_approximate=event.is_approximate,
        said=_event_said(event, line.message, lookups),
        kind="message" if event.kind == "alert" and _human(line.message, lookups) else event.kind,
    )


def _event_said(event: TimelineEvent, message: Message | None, lookups: Lookups) -> f.Said:
    if message is None:
        author = lookups.name_of(event.author_id) if event.author_id else "unknown"
        return f.Said(event.text or "", author, event.recorded_at)
    said = _said(message, lookups)
    if event.text is None:
        return said
    permalink = None if said.is_deleted else said.permalink
    return f.Said(event.text, said.author, said.said_at, permalink, said.files)


def _said(message: Message, lookups: Lookups) -> f.Said:
    return f.Said(
        text=message.text if message.is_known else UNREAD,
        author=_author(message, lookups),
        said_at=_when(message),
        permalink=lookups.link_to(message.channel_id, message.ts, message.thread_ts),
        files=tuple(_file(file) for file in message.files),
        is_deleted=message.deleted_ts is not None,
        is_kept=message.is_known and bool(message.text),
    )


def _author(message: Message, lookups: Lookups) -> str:
    if message.bot_name and not _human(message, lookups):
        return message.bot_name
    return lookups.name_of(message.user_id) if message.user_id else "unknown"


def _human(message: Message | None, lookups: Lookups) -> bool:
    """Whether a person said it, be it through an app."""
    return bool(message and message.user_id and lookups.is_person(message.user_id))


def _when(message: Message) -> datetime:
    return said_at(message.ts)


def _file(file: dict[str, object]) -> FileRef:
    url = file.get("permalink") or file.get("url_private")
    return FileRef(str(file.get("title") or file.get("name") or "file"), str(url) if url else None)
