"""What an incident's summary says of its status."""

from __future__ import annotations

from bot.incidents.views.incident import StatusView, read_status
from bot.slack.blocks.summary import Summary
from bot.slack.blocks.unreachable import SHORT
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.text.mrkdwn import escape, inert, plain
from bot.text.spans import between
from storage.tables import Incident


async def summary_of(services: Services, incident: Incident) -> Summary:
    """The facts of the summary as the record has them now."""
    async with services.database.read() as session:
        view = await read_status(session, incident, services.workspace, services.settings)
    return await summarise(services, view)


async def summarise(services: Services, view: StatusView, *, asks_slack: bool = True) -> Summary:
    """The facts of the summary, with names; with `asks_slack` false those alone that are known."""
    texts = [view.title, view.conclusion or ""]
    concerned = (view.declared_by, view.resolved_by, view.commander, *view.roles.values())
    people = [user_id for user_id in concerned if user_id]
    names = await names_in(services.directory, texts, people, asks_slack=asks_slack)
    return Summary(
        number=view.number,
        title=plain(view.title, names),
        severity=view.severity,
        is_open=view.is_open,
        declared_at=view.declared_at,
        declared_by=_named(names.person(view.declared_by), view.declared_by),
        started_at=view.started_at,
        resolved_at=view.resolved_at,
        resolved_by=_named(names.person(view.resolved_by), view.resolved_by) if view.resolved_by else None,
        duration=_duration(view),
        conclusion=inert(view.conclusion, names) if view.conclusion else None,
        draft_link=view.draft_link,
        is_cancelled=view.is_cancelled,
        commander=_named(names.person(view.commander), view.commander) if view.commander else None,
        trouble=SHORT[view.unreachable] if view.unreachable else None,
        stage=view.stage or "",
        is_private=view.is_private,
        is_drill=view.is_drill,
        others={role: _named(names.person(who), who) for role, who in view.roles.items()},
        updated_at=view.last_update.at if view.last_update else None,
        next_update_at=view.next_update_at,
        timeline_link=view.timeline_link,
        pages=view.pages,
    )


def _duration(view: StatusView) -> str | None:
    if view.started_at is None or view.resolved_at is None:
        return None
    if view.resolved_at < view.started_at:
        return "contradictory: it was resolved before its impact began"
    return between(view.started_at, view.resolved_at)


def _named(name: str | None, user_id: str) -> str:
    return escape(name or user_id)
