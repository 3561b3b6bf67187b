"""Asking for a ticket, and noting that it was filed, in the caller's transaction."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.action_items.errors import NoSuchActionItem
from bot.incidents.tickets.contract import SeenTicket
from bot.incidents.tickets.errors import HasTicket, NoSuchProject, NoTracker
from bot.incidents.tickets.fields import followed
from bot.incidents.tickets.follow import follow, follow_fields
from bot.settings.trackers import TrackerChoice, TrackerSettings
from storage import action_items, changes, outbox, tickets
from storage.action_items import Found
from storage.tables import Incident
from storage.ticket_tables import Ticket
from storage.vocabulary import ChangeKind


def chosen(settings: TrackerSettings, said: str) -> tuple[TrackerChoice, str]:
    """The tracker and the project that somebody means: `jira OPS`, `jira`, `OPS`, or nothing said.

    Raises:
        NoTracker: none is set.
        NoSuchProject: what was said is no name of a project there.
    """
    if not settings.trackers:
        raise NoTracker
    first, _, rest = said.strip().partition(" ")
    named = next((one for one in settings.trackers if one.name == first.lower()), None)
    tracker, project = (named, rest.strip()) if named else (settings.trackers[0], said.strip())
    if project and not tracker.pattern.fullmatch(project):
        raise NoSuchProject(project, tracker.title, tracker.example)
    return tracker, project or tracker.project


async def ask_for_ticket(
    session: AsyncSession,
    incident: Incident,
    number: int,
    tracker: str,
    project: str,
    *,
    by: str,
    now: datetime,
    response_url: str | None = None,
    waits_for_draft: bool = False,
) -> tuple[Ticket, Found]:
    """Have an item filed; asked for again, it is the same ticket.

    One that may have been made already stays in the project where it was to be.

    Raises:
        NoSuchActionItem: none stands by this number.
        HasTicket: it has one.
    """
    await action_items.adopt_marked(session, incident, now)
    found = await action_items.by_number(session, incident, number)
    if found is None:
        raise NoSuchActionItem(str(number))
    if found.item.ticket_url:
        raise HasTicket(number, found.item.ticket_url)
    ticket = await tickets.of_item(session, incident.pk, number)
    if ticket and ticket.url:
        raise HasTicket(number, ticket.url)
    if ticket is None:
        ticket = Ticket(
            incident_id=incident.pk,
            number=number,
            tracker=tracker,
            project=project,
            marker=uuid.uuid4().hex,
            asked_by=by,
            asked_at=now,
        )
        session.add(ticket)
        await session.flush()
    asked = intents.file_ticket(
        incident.pk,
        ticket.pk,
        number,
        response_url,
        is_private_said=incident.is_private,
        waits_for_draft=waits_for_draft,
    )
    if (ticket.tracker, ticket.project) != (tracker, project) and not await outbox.is_begun(
        session, asked.key
    ):
        ticket.tracker, ticket.project, ticket.tried_at = tracker, project, None
        session.add(ticket)
    await outbox.ask(session, [asked], asked_at=now)
    return ticket, found


async def filed(
    session: AsyncSession, incident: Incident, ticket: Ticket, seen: SeenTicket, *, now: datetime
) -> None:
    """Note that the tracker has it, in the item's link too; the ticket follows what became of the item."""
    await action_items.take(session, incident.pk)
    ticket.remote_id, ticket.key, ticket.url = seen.remote_id, seen.key, seen.url
    ticket.state, ticket.changed_at = seen.state, seen.changed_at
    session.add(ticket)
    found = await action_items.by_number(session, incident, ticket.number)
    if found is None:
        return
    item = found.item
    if not item.ticket_url:
        changes.note(
            session,
            incident.pk,
            ChangeKind.ACTION_ITEM.of(item.number, "ticket_url"),
            None,
            seen.url,
            by=ticket.asked_by,
            at=now,
        )
        item.ticket_url, item.is_explicit = seen.url, True
        session.add(item)
    await session.flush()
    await follow(session, item, now=now)
    if followed(ticket.followed):
        await follow_fields(session, found, now=now)


async def moved(
    session: AsyncSession, incident: Incident, ticket_id: int, seen: SeenTicket, *, now: datetime
) -> None:
    """Note which state the tracker shows of it; the ticket follows what became of the item meanwhile."""
    await action_items.take(session, incident.pk)
    ticket = await tickets.by_id(session, ticket_id)
    if ticket is None:
        return
    ticket.state, ticket.changed_at = seen.state, seen.changed_at
    session.add(ticket)
    await session.flush()
    if found := await action_items.by_number(session, incident, ticket.number):
        await follow(session, found.item, now=now)
