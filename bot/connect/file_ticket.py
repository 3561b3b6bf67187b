"""Filing an action item as a ticket of the team's tracker, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.connect.assigned import assigned, create
from bot.connect.new_ticket import new_ticket
from bot.incidents import homes, intents
from bot.incidents.tickets.contract import NewTicket, SeenTicket, Tracker
from bot.incidents.tickets.fields import Followed, said_of
from bot.incidents.tickets.work import filed
from bot.slack.blocks.tickets import filed_answer
from bot.slack.calls import RefusedByTracker, TryLater
from bot.slack.intents import subject
from bot.slack.posting import begin, done
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import action_items, drafts, incidents, outbox, tickets
from storage.outbox import PendingIntent
from storage.tables import Incident
from storage.ticket_tables import Ticket
from storage.vocabulary import IncidentStatus, IntentName, TicketNews

DRAFTED_WITHIN = timedelta(minutes=10)
"""How long a ticket waits for the draft that it links; without one it is filed all the same."""
LOOK_AGAIN = 5.0
"""Seconds between two looks whether the draft is there."""


async def file_ticket(services: Services, intent: PendingIntent) -> OnSent | None:
    """Make it, unless it is there, and note what the tracker calls it.

    Where an earlier try may have made it, it is looked for by its marker, once it is sure to be found. Of an
    incident that became private since it was asked for, none is made.
    """
    async with services.database.read() as session:
        ticket = await tickets.by_id(session, subject.number(intent, "ticket_id"))
        incident = await incidents.by_id(session, subject.incident_id(intent))
        found = ticket and await action_items.by_number(session, incident, ticket.number)
        draft = await drafts.newest(session, incident.pk)
    if ticket is None or not found or ticket.remote_id or incident.status == IncidentStatus.CANCELLED:
        return None
    is_young = services.clock.now() - intent.asked_at < DRAFTED_WITHIN
    if intent.subject.get("waits_for_draft") and draft and not draft.delivered_at and is_young:
        raise TryLater("its draft is not written yet", LOOK_AGAIN, is_expected=True)
    tracker = tracker_of(services, ticket)
    with tracker.turn():
        new = await new_ticket(services, incident, ticket, found)
        seen = await _found(services, tracker, intent, ticket, new) if intent.is_in_doubt else None
        if seen is None:
            if incident.is_private and not subject.is_set(intent, "is_private_said"):
                return _withholding(services, incident, ticket)
            new = await assigned(services, tracker, intent, new, found.item.owner_id)
            told = Followed(said_of(found), tracker.as_shown(new), is_private=incident.is_private)
            await _note_tried(services, ticket, told)
            await begin(services, intent)
            seen = await create(tracker, new)
    done(intent)
    return _noting(services, intent, ticket, seen)


async def _found(
    services: Services, tracker: Tracker, intent: PendingIntent, ticket: Ticket, new: NewTicket
) -> SeenTicket | None:
    seen = await tracker.find(new)
    tried_at = ticket.tried_at or intent.asked_at
    settled = tried_at + tracker.settles_within - services.clock.now()
    if seen is None and settled > timedelta():
        raise TryLater(
            f"{tracker.title} may not show yet what it made",
            min(settled, tracker.settles_within).total_seconds(),
            is_expected=True,
        )
    return seen


async def _note_tried(services: Services, ticket: Ticket, told: Followed) -> None:
    """Note what is about to be made, and when: until some time after that, not finding it proves nothing."""
    async with services.database.write() as session:
        kept = await tickets.by_id(session, ticket.pk)
        if kept:
            kept.tried_at, kept.followed = services.clock.now(), told.as_json()
            session.add(kept)


def tracker_of(services: Services, ticket: Ticket) -> Tracker:
    """The tracker that a ticket is to be in.

    Raises:
        RefusedByTracker: it is not set any more.
    """
    tracker = services.trackers.get(ticket.tracker)
    if tracker is None:
        raise RefusedByTracker(ticket.tracker, 0, "its token is not set any more")
    return tracker


def _withholding(services: Services, incident: Incident, ticket: Ticket) -> OnSent:
    async def tell(session: AsyncSession) -> None:
        now = services.clock.now()
        told = intents.tell_ticket(incident.pk, ticket.pk, TicketNews.WITHHELD, now)
        await outbox.ask(session, [told], asked_at=now)

    return tell


def _noting(services: Services, intent: PendingIntent, ticket: Ticket, seen: SeenTicket) -> OnSent:
    response_url = subject.response_url(intent)

    async def note(session: AsyncSession) -> None:
        now = services.clock.now()
        incident = await incidents.by_id(session, subject.incident_id(intent))
        kept = await tickets.by_id(session, ticket.pk)
        if kept is None:
            return
        await filed(session, incident, kept, seen, now=now)
        await homes.follow(session, incident.team_id, now)
        if response_url and _is_fresh(intent, now):
            text = filed_answer(incident.number, kept.number, seen.key, seen.url)
            reply = intents.reply(
                incident.team_id, response_url, text, f"ticket:{ticket.pk}:{intent.requests}"
            )
            await outbox.ask(session, [reply], asked_at=now)

    return note


def _is_fresh(intent: PendingIntent, now: datetime) -> bool:
    """Whether Slack still takes an answer to who asked."""
    return now - intent.asked_at < timedelta(minutes=25)


KIND = IntentKind(
    IntentName.FILE_TICKET,
    file_ticket,
    Reconciled.BY_MARKER,
    could_not="file a ticket",
    question=(
        "Scribe may have filed a ticket of INC-{number} (the tracker's answer was lost) and cannot look "
        "through all that changed there. If it is missing, `scribe outbox retry` looks again; if it is "
        "there, put its link into the item's form, `/incident task edit 2`."
    ),
)
