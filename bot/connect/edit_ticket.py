"""The tracker is told that an action item has another owner, day, priority or text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import said_at
from bot.connect.assigned import UNFIT, assigned
from bot.connect.file_ticket import tracker_of
from bot.connect.new_ticket import new_ticket
from bot.incidents import intents
from bot.incidents.tickets.contract import NewTicket, TicketDetails, Tracker
from bot.incidents.tickets.fields import (
    CHANGED_AS,
    Decided,
    Followed,
    Shown,
    TicketField,
    decide,
    followed,
    said_of,
)
from bot.incidents.tickets.follow import follow_fields
from bot.slack.calls import RefusedByTracker
from bot.slack.intents import subject
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import action_items, changes, incidents, outbox, tickets
from storage.action_items import Found
from storage.outbox import PendingIntent
from storage.tables import Incident
from storage.ticket_tables import Ticket
from storage.vocabulary import ChangeKind, IntentName, TicketNews

FILED_WITHIN = timedelta(seconds=10)
"""How long after it was tried a ticket may have been made, by its tracker's clock."""


@dataclass(frozen=True)
class Item:
    """A ticket and its item as they stand; `changed_at` is when each field was changed here last."""

    ticket: Ticket
    incident: Incident
    found: Found
    known: Followed
    changed_at: Mapping[TicketField, datetime | None]
    is_old: bool
    """Nothing is kept of what its tracker was told."""

    @property
    def changed(self) -> Collection[TicketField]:
        """What its tracker is not known to have been told of."""
        if self.is_old:
            return [what for what, at in self.changed_at.items() if at and at > self.ticket.asked_at]
        said = said_of(self.found)
        return [what for what in CHANGED_AS if self.known.tried or said[what] != self.known.said.get(what)]

    def known_as(self, there: TicketDetails) -> Followed:
        """What is known of the ticket; of an old one, that nobody changed more there than its text.

        Nor that, if the ticket was never changed since it was filed.
        """
        if not self.is_old:
            return self.known
        filed_at = self.ticket.tried_at or self.ticket.asked_at
        is_as_filed = there.changed_at is not None and there.changed_at <= filed_at + FILED_WITHIN
        shown = there.shown.items()
        kept = {what: value for what, value in shown if is_as_filed or what is not TicketField.TEXT}
        return replace(self.known, shown=kept)


async def edit_ticket(services: Services, intent: PendingIntent) -> OnSent | None:
    """Write what was changed here since the tracker was told last, and over nobody's later change.

    Writing it twice writes it once. Of an incident that became private since it was filed nothing is told.
    """
    async with services.database.read() as session:
        item = await _item(session, intent)
    if item is None or not item.changed:
        return None
    ticket = item.ticket
    tracker = tracker_of(services, ticket)
    with tracker.turn():
        new = await new_ticket(services, item.incident, ticket, item.found)
        new = await assigned(services, tracker, intent, new, item.found.item.owner_id)
        there = await tracker.details(ticket.project, str(ticket.remote_id))
        known = item.known_as(there)
        decided = decide(
            known, item.changed, tracker.as_shown(new), there.shown, item.changed_at, there.changed_at
        )
        if decided.write:
            await _note_tried(services, ticket, known.trying(decided.shown))
            decided = replace(
                decided, shown={**decided.shown, **await _edited(tracker, ticket, new, decided)}
            )

    async def note(session: AsyncSession) -> None:
        await action_items.take(session, item.incident.pk)
        kept = await tickets.by_id(session, ticket.pk)
        if kept is None:
            return
        text = there.shown.get(TicketField.TEXT) if TicketField.TEXT in decided.theirs else None
        is_told = text is not None and text == item.known.left
        kept.followed = Followed(
            said_of(item.found), decided.shown, (), item.known.is_private, text or item.known.left
        ).as_json()
        session.add(kept)
        await session.flush()
        await _tell(session, item, decided, is_text_told=is_told, now=services.clock.now())
        again = await action_items.by_number(session, item.incident, kept.number)
        if again:  # it may have been changed once more meanwhile
            await follow_fields(session, again, now=services.clock.now())

    return note


async def _item(session: AsyncSession, intent: PendingIntent) -> Item | None:
    ticket = await tickets.by_id(session, subject.number(intent, "ticket_id"))
    incident = await incidents.by_id(session, subject.incident_id(intent))
    found = ticket and await action_items.by_number(session, incident, ticket.number)
    if ticket is None or not found or not ticket.remote_id:
        return None
    known = followed(ticket.followed)
    if incident.is_private and not (known and known.is_private):
        return None
    changed_at: dict[TicketField, datetime | None] = {}
    for what, name in CHANGED_AS.items():
        last = await changes.latest(session, incident.pk, ChangeKind.ACTION_ITEM.of(ticket.number, name))
        changed_at[what] = last.changed_at if last else None
    message = found.message
    if found.item.text is None and message:
        if not message.deleted_ts:
            changed_at[TicketField.TITLE] = said_at(message.version_ts)
        elif known is None:  # else a title that people wrote there stays
            changed_at[TicketField.TITLE] = said_at(message.deleted_ts)
    return Item(ticket, incident, found, known or Followed({}, {}), changed_at, is_old=known is None)


async def _note_tried(services: Services, ticket: Ticket, trying: Followed) -> None:
    """Note what is about to be written: found there after a lost answer, it is nobody else's change."""
    async with services.database.write() as session:
        kept = await tickets.by_id(session, ticket.pk)
        if kept:
            kept.followed = trying.as_json()
            session.add(kept)


async def _edited(tracker: Tracker, ticket: Ticket, new: NewTicket, decided: Decided) -> Shown:
    """Write it; where the tracker refuses it with its assignee, for nobody."""
    remote_id = str(ticket.remote_id)
    try:
        await tracker.edit(ticket.project, remote_id, new, decided.write)
    except RefusedByTracker as refusal:
        is_of_owner = new.assignee is not None and TicketField.OWNER in decided.write
        if not is_of_owner or refusal.status not in UNFIT:
            raise
    else:
        return {}
    await tracker.edit(ticket.project, remote_id, replace(new, assignee=None), decided.write)
    return {TicketField.OWNER: None}


async def _tell(
    session: AsyncSession, item: Item, decided: Decided, *, is_text_told: bool, now: datetime
) -> None:
    theirs = [one for one in TicketField if one in decided.theirs]
    if is_text_told:
        theirs.remove(TicketField.TEXT)
    ours = [one for one in TicketField if one in decided.ours]
    if not (theirs or ours):
        return
    told = intents.tell_ticket(
        item.incident.pk,
        item.ticket.pk,
        TicketNews.EDITED_THERE,
        now,
        theirs=", ".join(theirs) or None,
        ours=", ".join(ours) or None,
    )
    await outbox.ask(session, [told], asked_at=now)


KIND = IntentKind(IntentName.EDIT_TICKET, edit_ticket, Reconciled.BY_TRACKER, could_not="change a ticket")
