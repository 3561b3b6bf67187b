"""A draft that went out before its channel had been read again is brought up to date afterwards."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.slack.calls import TryLater
from bot.slack.intents import subject
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import action_items, drafts, incidents, outbox
from storage.outbox import PendingIntent
from storage.tables import Incident
from storage.vocabulary import IntentName

LOOKS_FIRST_AFTER = 0.5
LOOKS_AT_LEAST_EVERY = 30.0
MOST_LOOKS = 60
"""About half an hour; then the draft is brought up to date with what was found until then."""


async def refresh_draft(services: Services, intent: PendingIntent) -> OnSent | None:
    """Ask for the draft to be brought up to date as soon as nothing of its channel is being read any more.

    Nothing is asked for when somebody has asked for another draft meanwhile.

    Raises:
        TryLater: the channel is still being read.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        newest = await drafts.newest(session, incident.pk)
        is_still_read = await is_being_read(session, incident)
    if newest is None or newest.id != subject.number(intent, "draft_id"):
        return None
    if is_still_read and intent.attempts < MOST_LOOKS:
        after = min(LOOKS_FIRST_AFTER * 1.3**intent.attempts, LOOKS_AT_LEAST_EVERY)
        raise TryLater("the channel is still being read", after, is_expected=True)

    async def note(session: AsyncSession) -> None:
        now = services.clock.now()
        await action_items.adopt_marked(session, incident, now)
        ask = intents.deliver_draft(incident.pk, newest.pk, None, is_refresh=True)
        await outbox.ask(session, [ask], asked_at=now)

    return note


async def is_being_read(session: AsyncSession, incident: Incident) -> bool:
    """Whether texts or missed messages of the incident's channel are still being fetched."""
    fetching = f"{IntentName.FETCH_MESSAGE}:{incident.team_id}:{incident.channel_id}:"
    return await outbox.is_waiting(session, [IntentName.CATCH_UP], intents.catch_up(incident.pk).key) or (
        await outbox.is_waiting(session, [IntentName.FETCH_MESSAGE], fetching)
    )


KIND = IntentKind(
    IntentName.REFRESH_DRAFT,
    refresh_draft,
    Reconciled.READS,
    could_not="bring the post-mortem draft up to date; `/postmortem draft` does",
)
