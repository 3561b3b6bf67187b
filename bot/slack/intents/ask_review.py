"""Telling somebody that their review of a post-mortem is asked for."""

from __future__ import annotations

from bot.incidents.draft_link import link_in_channel
from bot.slack.blocks.review import review_asked
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import drafts, incidents, postmortems
from storage.outbox import PendingIntent
from storage.vocabulary import IncidentStatus, IntentName, PostmortemState


async def ask_review(services: Services, intent: PendingIntent) -> OnSent | None:
    """Post it in the incident's channel, unless they have reviewed it or it is published meanwhile."""
    user_id = subject.text(intent, "user_id")
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        postmortem = await postmortems.of_incident(session, incident.pk)
        reviewer = await postmortems.reviewer(session, incident.pk, user_id)
        draft = await drafts.newest_delivered(session, incident.pk)
    if incident.status == IncidentStatus.CANCELLED:
        return None
    if not incident.channel_id or reviewer is None or reviewer.reviewed_at:
        return None
    if postmortem is None or postmortem.state == PostmortemState.PUBLISHED:
        return None
    link = link_in_channel(services.workspace, incident, draft) if draft else None
    surface = review_asked(incident.number, user_id, reviewer.asked_by, link)
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


KIND = IntentKind(
    IntentName.ASK_REVIEW,
    ask_review,
    Reconciled.BY_METADATA,
    could_not="ask for the reviews of the post-mortem; `/postmortem status` names the reviewers",
)
