"""Telling an incident's channel something that happened, once."""

from __future__ import annotations

from bot.slack.blocks import updates
from bot.slack.blocks.suggestion import missing
from bot.slack.desk import Desk, Note
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.summarise import summarise
from storage import incidents
from storage.outbox import Waiting
from storage.vocabulary import MILESTONES


async def post_update(desk: Desk, intent: Waiting) -> Note | None:
    """Say that the incident is resolved, how long it lasted, what follows, and what nobody has stated."""
    async with desk.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        known = await incidents.milestones(session, incident.id or 0)
    if not incident.channel_id or incident.status != incidents.RESOLVED:
        return None  # it was opened again, or cancelled, meanwhile
    unknown = [kind for kind in MILESTONES if kind not in known]
    surface = updates.resolved(await summarise(desk, incident))
    await post_once(
        desk,
        intent,
        incident.channel_id,
        intent.key,
        text=surface.text,
        blocks=[*surface.blocks, *missing(incident.number, unknown)],
    )
    return None
