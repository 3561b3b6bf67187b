"""Who may see the drafts in a channel shared with another company: the owner is asked, and can change it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from storage import audiences, drafts, outbox, postmortems
from storage.outbox import NewIntent
from storage.tables import Incident
from storage.vocabulary import Audience, AudienceReason


async def owner(session: AsyncSession, incident: Incident) -> str:
    """Whom to ask: the post-mortem's owner, else who resolved the incident, else who declared it."""
    postmortem = await postmortems.of_incident(session, incident.pk)
    owner_id = postmortem.owner_id if postmortem else None
    return owner_id or incident.resolved_by or incident.declared_by


async def to_ask(session: AsyncSession, incident: Incident) -> list[NewIntent]:
    """What to ask of a channel that has just been shared: only where a draft stands in it."""
    newest = await drafts.newest_delivered(session, incident.pk)
    if newest is None or newest.internal_channel_id:
        return []
    return [intents.ask_audience(incident.pk, await owner(session, incident), AudienceReason.SHARED)]


async def choose(
    session: AsyncSession, incident: Incident, choice: Audience, *, by: str, channel_id: str, now: datetime
) -> None:
    """Keep who may see the drafts; a waiting draft is delivered, one in the other place is drafted again.

    Choosing the same again changes nothing.
    """
    incident_id = incident.pk
    await audiences.choose(session, incident_id, choice, by=by, channel_id=channel_id, at=now)
    waiting = await drafts.undelivered(session, incident_id)
    if not waiting:
        newest = await drafts.newest_delivered(session, incident_id)
        if newest is None or (newest.internal_channel_id is not None) == (choice == Audience.OURS):
            return
        waiting = [await drafts.begin(session, incident_id, asked_by=by, asked_at=now)]
    asks = [intents.deliver_draft(incident_id, draft.pk, None) for draft in waiting]
    asks.append(intents.show_checkpoint(incident_id, by, None, now))
    await outbox.ask(session, asks, asked_at=now)
