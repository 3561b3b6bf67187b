"""Reading what the record says about an incident, in one consistent snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.record import ts_of
from storage import (
    changes,
    dismissals,
    follow_up,
    incidents,
    outbox,
    participation,
    presence,
    readings,
    timeline,
)
from storage.participation import Speaker, Spoken, Stretch
from storage.postmortem_tables import ActionItem
from storage.tables import (
    Absence,
    Incident,
    IncidentChange,
    Mark,
    Message,
    Milestone,
    RoleHeld,
    StatedDuration,
)
from storage.timeline import Line

MOST_BOTS = 200
"""Messages of bots that are looked through for alerts and deploys."""


@dataclass(frozen=True)
class Snapshot:
    """The rows a draft is made of, read in one transaction."""

    incident: Incident
    milestones: Mapping[str, Milestone]
    lines: Sequence[Line]
    marked: Sequence[tuple[Mark, Message]]
    speakers: Sequence[Speaker]
    absences: Sequence[Absence] = ()
    recovered: Sequence[str] = ()
    is_unread: bool = False
    seen: int = 0
    deleted: int = 0
    silence: tuple[str, str] | None = None
    marks_made: Mapping[str, int] = field(default_factory=dict)
    arrivals: Mapping[str, datetime] = field(default_factory=dict)
    linking: Sequence[Spoken] = ()
    filing: Sequence[Spoken] = ()
    of_bots: Sequence[Spoken] = ()
    changes: Sequence[IncidentChange] = ()
    roles: Sequence[RoleHeld] = ()
    stated: Sequence[StatedDuration] = ()
    dismissed: frozenset[str] = frozenset()
    items: Sequence[tuple[ActionItem, Message | None]] = ()
    first_answers: Sequence[Spoken] = ()

    def texts(self) -> list[str]:
        """Every Slack text that will be shown."""
        messages = [line.message for line in self.lines if line.message]
        messages += [message for _, message in self.marked]
        notes = [line.event.text or "" for line in self.lines]
        own = [self.incident.title, self.incident.conclusion or ""]
        items = [text or "" for item, _ in self.items for text in (item.text, item.done_when)]
        return (
            [message.text for message in messages] + notes + own + items + [one.text for one in self.of_bots]
        )

    def people(self) -> set[str]:
        """The ids of everybody who will be named."""
        ids = {self.incident.declared_by, self.incident.resolved_by}
        ids |= {speaker.user_id for speaker in self.speakers}
        for line in self.lines:
            ids |= {line.event.author_id, line.message.user_id if line.message else None}
        ids |= {message.user_id for _, message in self.marked}
        ids |= {milestone.stated_by for milestone in self.milestones.values()}
        ids |= {change.changed_by for change in self.changes}
        ids |= {role.user_id for role in self.roles}
        ids |= {stated.stated_by for stated in self.stated}
        for item, _ in self.items:
            ids |= {item.owner_id, item.added_by, item.closed_by}
        return {user_id for user_id in ids if user_id}


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
    starts = [incident.declared_at, *([started.at] if started else [])]
    whole = Stretch(
        incident.team_id,
        incident.channel_id or "",
        since_ts=min([*heard, *map(ts_of, starts)]),
        until_ts=until_ts,
    )
    # with the message that was said at the very moment of its resolution
    during = Stretch(
        incident.team_id,
        incident.channel_id or "",
        since_ts=ts_of(min(starts)),
        until_ts=ts_of(resolved.at) + "~" if resolved else until_ts,
    )
    seen, deleted = await participation.counts(session, whole)
    return Snapshot(
        incident=incident,
        milestones=milestones,
        lines=lines,
        marked=marked,
        speakers=await participation.speakers(session, whole),
        absences=await presence.absences(
            session,
            incident.team_id,
            since=min(starts),
            until=resolved.at if resolved else None,
        ),
        recovered=await readings.recovered(session, incident, until_ts=until_ts),
        is_unread=await outbox.is_open(session, intents.catch_up(incident.id).key),
        seen=seen,
        deleted=deleted,
        silence=await participation.longest_silence(session, during),
        marks_made=await participation.marks_made(session, incident.id),
        arrivals=await participation.arrivals(session, incident.team_id, incident.channel_id or ""),
        linking=await participation.with_links(session, whole),
        filing=await participation.with_files(session, whole),
        of_bots=await participation.of_bots(session, whole, limit=MOST_BOTS),
        changes=await changes.of_incident(session, incident.id),
        roles=await changes.roles(session, incident.id),
        stated=await changes.stated_durations(session, incident.id),
        dismissed=await dismissals.of_incident(session, incident.id),
        items=await follow_up.action_items(session, incident.team_id, incident.id),
        first_answers=await participation.of_people(session, during, limit=MOST_BOTS),
    )
