"""The team's tracker: filing tickets there, moving them, and telling the channel what happened to them."""

from __future__ import annotations

from datetime import datetime

from bot.incidents.intents.making import about_incident, stamp
from storage.outbox import LEISURELY, NORMAL, NewIntent
from storage.vocabulary import IntentName


def file_ticket(
    incident_id: int,
    ticket_id: int,
    item: int,
    response_url: str | None,
    *,
    is_private_said: bool,
    waits_for_draft: bool = False,
) -> NewIntent:
    """Make the ticket of an action item in its tracker, and tell its key and link at `response_url`.

    `is_private_said`: it was asked for while the incident was private already. `waits_for_draft`: it links
    the draft that is being written.
    """
    return about_incident(
        IntentName.FILE_TICKET,
        incident_id,
        NORMAL,
        str(ticket_id),
        lane=f"ticket:{ticket_id}",
        ticket_id=ticket_id,
        item=item,
        response_url=response_url,
        is_private_said=int(is_private_said),
        waits_for_draft=int(waits_for_draft),
    )


def move_ticket(incident_id: int, ticket_id: int, item: int) -> NewIntent:
    """Have the tracker say of a ticket what the record says of its item."""
    return about_incident(
        IntentName.MOVE_TICKET,
        incident_id,
        LEISURELY,
        str(ticket_id),
        lane=f"ticket:{ticket_id}",
        ticket_id=ticket_id,
        item=item,
    )


def edit_ticket(incident_id: int, ticket_id: int, item: int) -> NewIntent:
    """Have the ticket be of the owner, the day, the priority and the text that its item has."""
    return about_incident(
        IntentName.EDIT_TICKET,
        incident_id,
        LEISURELY,
        str(ticket_id),
        lane=f"ticket:{ticket_id}",
        ticket_id=ticket_id,
        item=item,
    )


def tell_ticket(
    incident_id: int,
    ticket_id: int,
    what: str,
    at: datetime,
    *,
    who: str | None = None,
    theirs: str | None = None,
    ours: str | None = None,
) -> NewIntent:
    """Tell the channel what became of an item by its ticket (`what`, of `TicketNews`), changed by `who`.

    `theirs` and `ours` name the fields that were changed in both places, and stay as they are there or here.
    """
    return about_incident(
        IntentName.TELL_TICKET,
        incident_id,
        NORMAL,
        str(ticket_id),
        stamp(at),
        ticket_id=ticket_id,
        what=what,
        who=who,
        theirs=theirs,
        ours=ours,
    )
