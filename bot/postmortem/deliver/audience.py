"""Who may read a draft, decided before it is delivered: in a channel shared with others its owner is asked.

docs.slack.dev/apis/slack-connect: in a shared channel everybody sees what is posted, and the canvas in its
tab. A draft for our own people alone is a canvas of its own, told of in its owner's direct messages.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import audiences as rules
from bot.incidents import channels, intents
from bot.incidents.access import Standing
from bot.postmortem.deliver.progress import store_progress
from bot.slack.calls import Refused
from bot.slack.members import Members
from bot.slack.services import Services
from storage import audiences, incidents
from storage.outbox import NewIntent
from storage.postmortem_tables import Draft
from storage.tables import Incident
from storage.vocabulary import Audience, AudienceReason

log = structlog.get_logger()

SEEN_WITHIN = timedelta(minutes=1)
"""How long what Slack said of a channel counts: catching up, which goes before a draft, has just looked."""
AT_ONCE = 50
"""People who are given access in one call."""


async def decided(services: Services, incident: Incident, draft: Draft) -> bool:
    """Whether it is known who may read the draft; that is stored with the draft, and holds for it alone.

    Raises:
        TryLater: Slack is slow, down or limiting.
    """
    incident = await _looked_at(services, incident)
    async with services.database.read() as session:
        known = await audiences.of_incident(session, incident.pk)
    if known is None or known.choice is None:
        return not incident.is_ext_shared
    wanted = known.channel_id if known.choice == Audience.OURS else None
    if draft.internal_channel_id != wanted:
        await store_progress(services, draft, internal_channel_id=wanted)
    return True


async def may_follow(services: Services, incident: Incident, draft: Draft) -> bool:
    """Whether whoever reads a canvas that stands may read what the record has learnt since.

    Raises:
        TryLater: Slack is slow, down or limiting.
    """
    if draft.internal_channel_id:
        return True
    incident = await _looked_at(services, incident)
    async with services.database.read() as session:
        known = await audiences.of_incident(session, incident.pk)
    if known is None or known.choice is None:
        return not incident.is_ext_shared
    return known.choice == Audience.CHANNEL


async def to_ask(session: AsyncSession, incident: Incident) -> tuple[list[NewIntent], str]:
    """The question to the owner, and who that is."""
    owner_id = await rules.owner(session, incident)
    return [intents.ask_audience(incident.pk, owner_id, AudienceReason.DRAFT)], owner_id


async def _looked_at(services: Services, incident: Incident) -> Incident:
    """The incident, with what Slack says of its channel now or said a moment ago."""
    now = services.clock.now()
    if incident.channel_seen_at and timedelta() <= now - incident.channel_seen_at <= SEEN_WITHIN:
        return incident
    try:
        answer = await services.slack.call("conversations_info", channel=incident.channel_id)
    except Refused:
        return incident  # delivering will be refused as well, and says why
    shown = channels.shown_in(answer["channel"], by=services.workspace.bot_user_id)
    async with services.database.write() as session:
        await channels.seen(session, incident.team_id, str(incident.channel_id), shown, now=now)
    async with services.database.read() as session:
        return await incidents.by_id(session, incident.pk)


async def open_to_readers(services: Services, incident: Incident, draft: Draft) -> None:
    """Let the channel's members write in the draft's canvas, or our own people among them.

    Raises:
        Refused: Slack does not.
    """
    if draft.internal_channel_id is None:
        await _allow(services, draft, channel_ids=[incident.channel_id or ""])
        return
    ours = await _own_members(services, incident)
    for start in range(0, len(ours), AT_ONCE):
        await _allow(services, draft, user_ids=ours[start : start + AT_ONCE])


async def _allow(services: Services, draft: Draft, **whom: list[str]) -> None:
    await services.slack.call("canvases_access_set", canvas_id=draft.canvas_id, access_level="write", **whom)


async def _own_members(services: Services, incident: Incident) -> list[str]:
    """The full members of our workspace who are in the channel; and whoever owns the post-mortem."""
    there = await Members(services.slack).of(incident.channel_id or "")
    async with services.database.read() as session:
        owner_id = await rules.owner(session, incident)
    found = []
    for user_id in sorted({*there, owner_id} - {services.workspace.bot_user_id}):
        try:
            if await services.directory.standing(user_id) is Standing.MEMBER:
                found.append(user_id)
        except Refused as refusal:
            log.warning("draft.nobody", user=user_id, why=str(refusal))
    return found
