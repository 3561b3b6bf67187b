"""From the rows of a snapshot to facts: pure, so the same record gives the same draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.clock import said_at
from bot.incidents.alerts import ended_at
from bot.incidents.conclusion import concluded_by
from bot.incidents.origins import TOOL_NAMES
from bot.postmortem import facts as f
from bot.postmortem.gather import app_changes, participants, shared
from bot.postmortem.gather.app_changes import course_of, told
from bot.postmortem.gather.lookups import Lookups
from bot.postmortem.gather.rows import Snapshot
from bot.postmortem.gather.said import author_of, is_human, said_of
from bot.postmortem.gather.suggestions import Hint, suggestions
from storage.participation import ShownMessage
from storage.tables import Mark, Message, Milestone
from storage.timeline import EventMessage
from storage.vocabulary import (
    IN_DRAFT,
    Basis,
    ChangeKind,
    EventKind,
    IncidentStatus,
    MarkSection,
    MilestoneKind,
)


def facts_of(
    found: Snapshot,
    lookups: Lookups,
    zone: ZoneInfo,
    *,
    severities: Sequence[str] = (),
) -> f.Facts:
    """The facts of a snapshot; `zone` holds unless the incident has one of its own."""
    lookups = replace(lookups, rich_text_of=lambda message: found.rich_texts.get(message.pk))
    incident = found.incident
    declared = _declared(found, lookups)
    entries = app_changes.entries(found, found.lines, lookups)
    zone = ZoneInfo(incident.zone) if incident.zone else zone
    stated = {kind: _stated(found, milestone, lookups) for kind, milestone in found.milestones.items()}
    alerts, more_alerts = shared.alerts(found, lookups, zone)
    return f.Facts(
        number=incident.number,
        title=incident.title,
        severity=incident.severity,
        is_drill=incident.is_drill,
        status=incident.status,
        stage=incident.stage,
        channel_name=incident.channel_name,
        declared=declared,
        started=stated.get(MilestoneKind.IMPACT_STARTED) or _started(entries, declared),
        detected=stated.get(MilestoneKind.DETECTED) or _detected(found, entries, declared),
        resolved=stated.get(MilestoneKind.RESOLVED),
        responders=participants.responders(found, lookups),
        timeline=entries,
        marked=_marked(found, lookups, zone),
        ended_by=_ended_by(found, lookups),
        conclusion=incident.conclusion,
        concluded_by=_concluded_by(found, lookups),
        zone=zone,
        coverage=_coverage(found),
        acknowledged=stated.get(MilestoneKind.ACKNOWLEDGED),
        identified=stated.get(MilestoneKind.IDENTIFIED),
        mitigated=stated.get(MilestoneKind.MITIGATED),
        suggestions=_suggestions(found, lookups),
        stated_durations=tuple(
            f.StatedDuration(one.name, one.said, lookups.name_of(one.stated_by)) for one in found.stated
        ),
        changes=_changes(found, lookups),
        roles=tuple(
            f.Held(
                role.role,
                lookups.name_of(role.user_id),
                role.since,
                role.until,
                lookups.name_of(role.given_by),
                str(role.pk),
            )
            for role in found.roles
        ),
        participants=participants.participants(found, lookups),
        silence=_silence(found, lookups),
        links=shared.links(found, lookups),
        more_links=found.more_addresses,
        files=shared.files(found, lookups),
        action_items=shared.action_items(found, lookups),
        alerts=alerts,
        more_alerts=more_alerts,
        deploys=shared.deploys(found, entries, lookups, zone),
        severities=tuple(severities),
        is_imported=incident.imported_at is not None,
        owner=lookups.name_of(found.owner_id) if found.owner_id else None,
        second_zone=participants.second_zone(found, lookups, zone),
    )


def _declared(found: Snapshot, lookups: Lookups) -> f.Milestone:
    incident = found.incident
    if found.origin:
        return f.Milestone(incident.declared_at, Basis.STATED, by=TOOL_NAMES[found.origin])
    if incident.imported_at:
        return f.Milestone(incident.declared_at, Basis.INFERRED, "the first message imported")
    return f.Milestone(incident.declared_at, Basis.OBSERVED, by=lookups.name_of(incident.declared_by))


def _stated(found: Snapshot, milestone: Milestone, lookups: Lookups) -> f.Milestone:
    if milestone.basis == Basis.INFERRED:
        because = "the last of it that was imported" if found.origin else "the last message imported"
        return f.Milestone(milestone.at, Basis.INFERRED, because)
    by = lookups.name_of(milestone.stated_by) if milestone.stated_by else ""
    permalink = None
    if milestone.channel_id and milestone.message_ts:
        thread_ts = found.threads.get(milestone.message_ts)
        permalink = lookups.link_to(milestone.channel_id, milestone.message_ts, thread_ts)
    return f.Milestone(milestone.at, milestone.basis, permalink=permalink, by=by)


def _started(entries: Sequence[f.TimelineEntry], declared: f.Milestone) -> f.Milestone:
    first = min(entries, key=lambda entry: entry.occurred_at, default=None)
    if first and first.occurred_at < declared.at:
        because = "the first event on the timeline"
        return f.Milestone(
            first.occurred_at,
            Basis.INFERRED,
            because,
            permalink=first.said.permalink,
        )
    return f.Milestone(declared.at, Basis.INFERRED, "the declaration")


def _detected(
    found: Snapshot, entries: Sequence[f.TimelineEntry], declared: f.Milestone
) -> f.Milestone | None:
    """An alert, or a declaration, that came before the stated start was about something else."""
    started = found.milestones.get(MilestoneKind.IMPACT_STARTED)
    alerts = [
        entry
        for entry in entries
        if entry.kind == EventKind.ALERT
        and entry.occurred_at <= declared.at
        and not (started and entry.occurred_at < started.at)
    ]
    if alerts:
        first = min(alerts, key=lambda entry: entry.occurred_at)
        because = f"the first alert on the timeline ({first.said.author})"
        return f.Milestone(first.occurred_at, Basis.INFERRED, because, permalink=first.said.permalink)
    if started and declared.at < started.at:
        return None
    return f.Milestone(declared.at, Basis.INFERRED, "the declaration")


def _marked(found: Snapshot, lookups: Lookups, zone: ZoneInfo) -> dict[MarkSection, tuple[f.Quote, ...]]:
    by_section: dict[MarkSection, dict[str, f.Quote]] = {}
    for mark, message in found.marked:
        if mark.section in IN_DRAFT:
            said = by_section.setdefault(mark.section, {})
            became = course_of(found, message, lookups)
            said.setdefault(message.ts, told(said_of(message, lookups), became, zone))
    marked = {section: tuple(said.values()) for section, said in by_section.items()}
    stated = [change for change in found.changes if change.what == ChangeKind.IMPACT][-1:]
    for change in stated:
        if change.new:
            by = lookups.name_of(change.changed_by)
            quote = f.Quote(change.new, by, change.changed_at, known_as="impact-stated")
            marked[MarkSection.IMPACT] = (quote, *marked.get(MarkSection.IMPACT, ()))
    return marked


def _ended_by(found: Snapshot, lookups: Lookups) -> f.Quote | None:
    said = [message for mark, message in found.marked if mark.section == MarkSection.MITIGATED]
    standing = [one for one in said if one.text and not one.deleted_ts]
    return said_of(max(standing, key=lambda one: one.ts), lookups) if standing else None


def _coverage(found: Snapshot) -> f.Coverage:
    said = [said_at(ts) for ts in found.recovered]
    absences = [
        f.Away(away.since, away.until, sum(away.since <= at <= away.until for at in said))
        for away in found.absences
    ]
    others = len(said) - sum(away.recovered for away in absences)
    return f.Coverage(
        tuple(absences),
        others,
        found.is_unread,
        found.seen,
        len(found.lines),
        found.deleted,
        tuple(said_at(item.ts) for item in found.unread),
    )


def _suggestions(found: Snapshot, lookups: Lookups) -> tuple[f.Suggestion, ...]:
    """A message on the timeline counts at its event's time, which somebody may have corrected."""
    stated = found.milestones.get(MilestoneKind.IMPACT_STARTED)
    happened = {line.event.message_ts: line.event.occurred_at for line in found.lines}

    def hint(said: Message | EventMessage | ShownMessage, mark: Mark | None = None) -> Hint:
        at = happened.get(said.ts) or said_at(said.ts)
        if mark and mark.section == MarkSection.MITIGATED and at == said_at(said.ts):
            # an app may have changed its message: it counts from when it says what was marked
            became, is_timed = course_of(found, said, lookups), mark.changed_ts != said.ts
            since = became.since(said_at(mark.changed_ts) if is_timed else None) if became else None
            at = since or at
        return Hint(
            at,
            author_of(said, lookups),
            f"{channel_id}:{said.ts}",
            lookups.link_to(channel_id, said.ts, said.thread_ts),
        )

    channel_id = found.incident.channel_id or ""
    on_timeline = [
        line.message
        for line in found.lines
        if line.event.kind == EventKind.ALERT and line.message and not line.message.deleted_ts
    ]
    of_bots: list[EventMessage | ShownMessage] = [*found.of_bots, *on_timeline]
    bots = {said.ts: said for said in of_bots if not is_human(said, lookups)}
    alerts = [one for one in map(hint, bots.values()) if not (stated and one.at < stated.at)]
    detected = found.milestones.get(MilestoneKind.DETECTED)
    return suggestions(
        stated=found.milestones.keys(),
        marked=[(mark.section, hint(message, mark)) for mark, message in found.marked],
        alerts=sorted(alerts, key=lambda one: one.at),
        said=[hint(spoken) for spoken in found.answers],
        dismissed=found.dismissed,
        detected_at=detected.at if detected else None,
        alerts_ended_at=ended_at(found.alert_groups),
        acknowledged_at=found.acknowledged_at,
    )


def _changes(found: Snapshot, lookups: Lookups) -> tuple[f.StateChange, ...]:
    """What was changed about the incident, including its course from open to resolved."""
    incident, resolved = found.incident, found.milestones.get(MilestoneKind.RESOLVED)
    changes = [
        f.StateChange(
            ChangeKind.STATUS,
            None,
            IncidentStatus.OPEN,
            lookups.name_of(incident.declared_by),
            incident.declared_at,
            "declared",
        )
    ]
    # the last end is listed at the time of its milestone, which somebody may have corrected
    ended = incident.status == IncidentStatus.RESOLVED and resolved
    last = max((change.pk for change in found.changes if change.what == ChangeKind.STATUS), default=0)
    changes += [
        f.StateChange(
            change.what,
            change.old,
            change.new,
            lookups.name_of(change.changed_by),
            change.changed_at,
            str(change.pk),
        )
        for change in found.changes
        if not (ended and change.what == ChangeKind.STATUS and change.id == last)
    ]
    if ended and resolved:
        by = lookups.name_of(incident.resolved_by) if incident.resolved_by else ""
        status, end = ChangeKind.STATUS, IncidentStatus.RESOLVED
        changes.append(f.StateChange(status, IncidentStatus.OPEN, end, by, resolved.at, "resolved"))
    return tuple(sorted(changes, key=lambda change: change.at))


def _concluded_by(found: Snapshot, lookups: Lookups) -> str | None:
    by = concluded_by(found.changes, found.incident.resolved_by)
    return lookups.name_of(by) if by else None


def _silence(found: Snapshot, lookups: Lookups) -> f.Silence | None:
    if found.silence is None:
        return None
    before_ts, thread_ts, after_ts = found.silence
    since, until = said_at(before_ts), said_at(after_ts)
    if until - since < shared.SHORTEST_SILENCE:
        return None
    return f.Silence(since, until, lookups.link_to(found.incident.channel_id or "", before_ts, thread_ts))
