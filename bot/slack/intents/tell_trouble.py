"""Telling an incident's channel, once, what could not be done there."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.slack.blocks.trouble import trouble
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.posting import OutcomeUnknown, post_once
from bot.slack.services import OnSent, Services
from storage import incidents
from storage.outbox import NewIntent, PendingIntent

FAULT = "a_fault_in_scribe"
"""The error of an intent that failed for a reason of Scribe's own."""

IN_DOUBT = "in_doubt"
"""The error of an intent that is held, since nobody can tell whether Slack was told."""

NOBODY_HEARS = frozenset({"not_in_channel", "channel_not_found", "is_archived"})
"""Reasons that keep the telling itself from being posted."""


async def tell_trouble(services: Services, intent: PendingIntent) -> OnSent | None:
    """Say what could not be done, Slack's error for it, and what to do."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
    if not incident.channel_id or incident.is_archived:
        return None
    needed = intent.subject.get("needed")
    surface = trouble(
        incident.number,
        subject.text(intent, "kind"),
        subject.text(intent, "error"),
        needed=str(needed) if needed else None,
        is_held=bool(intent.subject.get("is_held")),
    )
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


async def telling(session: AsyncSession, closed: PendingIntent, problem: Exception) -> NewIntent | None:
    """What the incident's channel is to be told of an intent that was closed without success, if anything."""
    if closed.kind in ("tell_trouble", "tell_unreachable", "reply"):
        return None
    incident = await subject.incident_of(session, closed)
    if incident is None or incident.id is None or incident.is_archived:
        return None
    if isinstance(problem, OutcomeUnknown):
        if not problem.is_told:
            return None
        return intents.tell_trouble(incident.id, closed.kind, IN_DOUBT, is_held=True)
    if not isinstance(problem, Refused):
        return intents.tell_trouble(incident.id, closed.kind, FAULT)
    if problem.error in NOBODY_HEARS:
        return None
    needed = str(problem.answer.get("needed") or "") or None
    return intents.tell_trouble(incident.id, closed.kind, problem.error, needed=needed)
