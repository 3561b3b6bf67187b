"""Reading what an incident's summary says from the record."""

from __future__ import annotations

from bot.incidents.channels import unreachable_because
from bot.slack.blocks.summary import Summary
from bot.slack.blocks.unreachable import SHORT
from bot.slack.names import names_in
from bot.slack.permalink import permalink
from bot.slack.services import Services
from bot.text.mrkdwn import escape, inert, plain
from bot.text.spans import between
from storage import changes, drafts, incidents
from storage.postmortem_tables import Draft
from storage.tables import Incident, Milestone, Workspace
from storage.vocabulary import COMMANDER, IncidentStatus, MilestoneKind


async def summarise(services: Services, incident: Incident, *, asks_slack: bool = True) -> Summary:
    """The facts of the summary as the record has them now."""
    async with services.database.read() as session:
        milestones = await incidents.milestones(session, incident.pk)
        draft = await drafts.newest_delivered(session, incident.pk)
        commander = await changes.holder(session, incident.pk, COMMANDER)
    texts = [incident.title, incident.conclusion or ""]
    leads = commander.user_id if commander else None
    people = [user_id for user_id in (incident.declared_by, incident.resolved_by, leads) if user_id]
    names = await names_in(services.directory, texts, people, asks_slack=asks_slack)
    started, resolved = milestones.get(MilestoneKind.IMPACT_STARTED), milestones.get(MilestoneKind.RESOLVED)
    return Summary(
        number=incident.number,
        title=plain(incident.title, names),
        severity=incident.severity,
        is_open=incident.status == IncidentStatus.OPEN,
        declared_at=incident.declared_at,
        declared_by=_named(names.person(incident.declared_by), incident.declared_by),
        started_at=started.at if started else None,
        resolved_at=resolved.at if resolved else None,
        resolved_by=_named(names.person(incident.resolved_by), incident.resolved_by)
        if incident.resolved_by
        else None,
        duration=_duration(started, resolved),
        conclusion=inert(incident.conclusion, names) if incident.conclusion else None,
        draft_link=link_in_channel(services.workspace, incident, draft) if draft else None,
        is_cancelled=incident.status == IncidentStatus.CANCELLED,
        commander=_named(names.person(leads), leads) if leads else None,
        trouble=SHORT[because] if (because := unreachable_because(incident)) else None,
    )


def draft_link(workspace: Workspace, incident: Incident, draft: Draft) -> str | None:
    """Where a delivered draft is read: its canvas, else the first message of its thread."""
    if draft.canvas_id:
        return f"{workspace.url.rstrip('/')}/docs/{workspace.team_id}/{draft.canvas_id}"
    if draft.thread_ts and incident.channel_id:
        place = draft.internal_channel_id or incident.channel_id
        return permalink(workspace.url, place, draft.thread_ts)
    return None


def link_in_channel(workspace: Workspace, incident: Incident, draft: Draft) -> str | None:
    """The same where everybody in the channel reads it: of a draft for our own people, none."""
    return None if draft.internal_channel_id else draft_link(workspace, incident, draft)


def _duration(started: Milestone | None, resolved: Milestone | None) -> str | None:
    if started is None or resolved is None:
        return None
    if resolved.at < started.at:
        return "contradictory: it was resolved before its impact began"
    return between(started.at, resolved.at)


def _named(name: str | None, user_id: str) -> str:
    return escape(name or user_id)
