"""Telling an incident's channel, once, what could not be done there."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.slack.blocks.trouble import FAULT, NO_THREAD_BEGUN, in_doubt, trouble
from bot.slack.calls import Refused, RefusedByTracker
from bot.slack.intents import subject
from bot.slack.posting import OutcomeUnknown, post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import incidents
from storage.outbox import NewIntent, PendingIntent
from storage.vocabulary import IntentName

IN_DOUBT = "in_doubt"
"""The error of an intent that is held, since nobody can tell whether Slack was told."""

NOBODY_HEARS = frozenset({"not_in_channel", "channel_not_found", "is_archived"})
"""Reasons that keep the telling itself from being posted."""


async def tell_trouble(services: Services, intent: PendingIntent) -> OnSent | None:
    """Say what could not be done, Slack's error for it, and what to do."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
    about = services.kinds.get(subject.text(intent, "kind"))
    if not incident.channel_id or incident.is_archived or about is None or about.could_not is None:
        return None
    if intent.subject.get("is_held"):
        surface = in_doubt(about.question, incident.number)
    else:
        needed = intent.subject.get("needed")
        error = subject.text(intent, "error")
        item = intent.subject.get("item")
        surface = trouble(
            incident.number,
            f"{about.could_not} (action item {item})" if item else about.could_not,
            error,
            str(needed) if needed else None,
            by=str(intent.subject.get("by") or ""),
            said=str(intent.subject.get("said") or ""),
        )
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


async def telling(
    services: Services, session: AsyncSession, closed: PendingIntent, problem: Exception
) -> NewIntent | None:
    """What the incident's channel is to be told of an intent that was closed without success, if anything."""
    kind = services.kinds.get(closed.kind)
    if kind is None or kind.could_not is None:
        return None
    incident = await subject.incident_of(session, closed)
    if incident is None or incident.id is None or incident.is_archived:
        return None
    if isinstance(problem, OutcomeUnknown):
        if not problem.is_told:
            return None
        return intents.tell_trouble(incident.id, kind.name, IN_DOUBT, is_held=True)
    if not isinstance(problem, Refused):
        return intents.tell_trouble(incident.id, kind.name, FAULT)
    if problem.error in NOBODY_HEARS or problem.error == NO_THREAD_BEGUN:
        return None
    if isinstance(problem, RefusedByTracker):
        item, page_id = closed.subject.get("item"), closed.subject.get("page_id")
        return intents.tell_trouble(
            incident.id,
            kind.name,
            problem.error,
            by=problem.by,
            said=problem.said,
            item=item,
            of=f"page {page_id} {closed.requests}" if page_id is not None else None,
        )
    needed = str(problem.answer.get("needed") or "") or None
    return intents.tell_trouble(incident.id, kind.name, problem.error, needed=needed)


KIND = IntentKind(IntentName.TELL_TROUBLE, tell_trouble, Reconciled.BY_METADATA, could_not=None)
