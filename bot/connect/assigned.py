"""Who a ticket is given to: its owner in Slack, found in the tracker by their e-mail address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import structlog

from bot.incidents.tickets.contract import NewTicket, SeenTicket, Tracker
from bot.slack.calls import Refused, RefusedByTracker, TryLater
from bot.slack.services import Services
from storage.outbox import PendingIntent

log = structlog.get_logger()
LOOKED_FOR = timedelta(minutes=10)
"""How long a ticket waits for an owner who cannot be looked up just now; then it names them alone."""
UNFIT = frozenset({200, 400, 422})
"""Statuses by which trackers refuse what stands in a ticket; GraphQL has its errors with 200."""


async def assigned(
    services: Services, tracker: Tracker, intent: PendingIntent, new: NewTicket, owner_id: str | None
) -> NewTicket:
    """The same ticket for its owner, where Slack tells their address and the tracker has one such person.

    Raises:
        TryLater: Slack or the tracker could not be asked, and the ticket has not waited for long.
    """
    if owner_id is None:
        return new
    try:
        address = await services.directory.address(owner_id)
        assignee = await tracker.assignee(new.project, address) if address else None
    except Refused as refusal:
        # without what was said: it may quote the address
        log.info("ticket.owner_not_looked_up", tracker=tracker.title, why=refusal.error)
        return new
    except TryLater:
        if services.clock.now() - intent.asked_at < LOOKED_FOR:
            raise
        return new
    return replace(new, assignee=assignee)


async def create(tracker: Tracker, new: NewTicket) -> SeenTicket:
    """Make it; where the tracker refuses it with its assignee, without one."""
    try:
        return await tracker.create(new)
    except RefusedByTracker as refusal:
        if new.assignee is None or refusal.status not in UNFIT:
            raise
    return await tracker.create(replace(new, assignee=None))
