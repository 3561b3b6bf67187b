"""Filing action items as tickets of the team's tracker, and taking what becomes of them there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.incidents.actions.action_items import StandingItem, fallback_zone
from bot.incidents.actor import Actor
from bot.incidents.tickets.contract import SeenTicket
from bot.incidents.tickets.take import take_state
from bot.incidents.tickets.work import ask_for_ticket, chosen
from bot.incidents.unit_of_work import Change, UnitOfWork
from bot.incidents.views.action_items import view_of
from storage import action_items, incidents, tickets
from storage.vocabulary import ActionItemState, Door, IncidentStatus


@dataclass(frozen=True)
class FileTicket:
    """`project` names a tracker, a project of it, or both; empty: what is set. `number` is the incident's."""

    item: int
    project: str = ""
    number: int | None = None


@dataclass(frozen=True)
class TicketAsked:
    """The item that becomes a ticket, and where: the tracker's title and the project."""

    standing: StandingItem
    title: str
    project: str


async def file_ticket(work: UnitOfWork, actor: Actor, request: FileTicket) -> TicketAsked:
    """Have an action item filed as a ticket; a private incident's too, since a person says so.

    Raises:
        NoTracker, NoSuchProject: there is nowhere to file it.
        NoSuchActionItem: none stands by this number.
        HasTicket: it has one.
    """
    async with work.changing(actor, request.number, "file_ticket") as change:
        tracker, project = chosen(work.settings, request.project)
        ticket, found = await ask_for_ticket(
            change.session,
            change.incident,
            request.item,
            tracker.name,
            project,
            by=change.by,
            now=change.now,
            response_url=actor.response_url,
        )
        standing = StandingItem(change.incident.number, view_of(found))
        title = next((one.title for one in work.settings.trackers if one.name == ticket.tracker), "")
        return await work.done(change.session, TicketAsked(standing, title or ticket.tracker, ticket.project))


async def file_all(work: UnitOfWork, change: Change) -> None:
    """File what is to be done of an incident that is resolved, where the team wants that: of none that is
    private, and of no drill.
    """
    incident, settings = change.incident, work.settings
    if not settings.files_on_resolve or incident.is_private or incident.is_drill:
        return
    tracker, project = chosen(settings, "")
    await action_items.adopt_marked(change.session, incident, change.now)
    for found in await action_items.standing(change.session, incident, state=ActionItemState.OPEN):
        if not found.item.ticket_url:
            await ask_for_ticket(
                change.session,
                incident,
                found.item.number,
                tracker.name,
                project,
                by=change.by,
                now=change.now,
                waits_for_draft=True,
            )


async def take_tickets(work: UnitOfWork, tracker: str, seen: Sequence[SeenTicket]) -> int:
    """Bring items in step with what their tracker says of their tickets; how many it changed.

    Tickets that Scribe did not file are passed over, and so are those of cancelled incidents.
    """
    changed = 0
    for one in seen:
        async with work.reading() as session:
            ours = await tickets.known(session, tracker, one.project, [one.remote_id])
        for found in ours:
            changed += await _take(work, found.pk, one)
    return changed


async def _take(work: UnitOfWork, ticket_id: int, seen: SeenTicket) -> bool:
    async with work.reading() as session:
        ticket = await tickets.by_id(session, ticket_id)
        incident = await incidents.by_id(session, ticket.incident_id) if ticket else None
        found = (
            await action_items.by_number(session, incident, ticket.number) if ticket and incident else None
        )
    if found is None:
        return False
    zone = await work.known_zone(found.item.owner_id)
    async with work.database.write() as session:
        ticket = await tickets.by_id(session, ticket_id)
        if ticket is None:
            return False
        incident = await incidents.by_id(session, ticket.incident_id)
        if incident.status == IncidentStatus.CANCELLED or incident.team_id != work.workspace.team_id:
            return False
        now = work.clock.now()
        is_changed = await take_state(
            session,
            incident,
            ticket,
            seen,
            by=work.workspace.bot_user_id,
            now=now,
            zone=zone or fallback_zone(work, incident),
        )
        if is_changed:
            actor = Actor(f"{ticket.tracker}: {seen.by or '?'}"[:80], incident.team_id, "", door=Door.HOOK)
            work.note(session, actor, "take_ticket", incident)
        return is_changed
