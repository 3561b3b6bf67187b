"""Reminding the owner of a post-mortem to finish it: what the reminder says when it is due."""

from __future__ import annotations

from bot.incidents import lifecycle
from bot.incidents.draft_link import link_in_channel
from bot.slack.blocks.nudges import nudge as nudge_surface
from bot.slack.intents.told import Told
from bot.slack.services import Services
from storage import drafts, incidents, postmortems
from storage.postmortem_tables import Reminder
from storage.vocabulary import PostmortemState


async def nudge(services: Services, reminder: Reminder) -> Told | None:
    """What the owner is told now; None when there is nothing left to remind of.

    The next time is set first, once, so that doing this again after an interruption changes nothing.
    """
    now = services.clock.now()
    async with services.database.read() as session:
        incident = await incidents.by_id(session, reminder.incident_id)
        postmortem = await postmortems.of_incident(session, reminder.incident_id)
        draft = await drafts.newest_delivered(session, reminder.incident_id)
    if postmortem is None or postmortem.state == PostmortemState.PUBLISHED:
        return None
    async with services.database.write() as session:
        await lifecycle.nudge_again(session, reminder.incident_id, reminder.pk, now=now)
    link = link_in_channel(services.workspace, incident, draft) if draft else None
    due_at = postmortem.due_at
    surface = nudge_surface(
        incident.number,
        link,
        incident.channel_id,
        due_at,
        is_late=bool(due_at and due_at < now),
    )
    return Told(postmortem.owner_id, surface)
