"""The thread of an incident in the channel where incidents are announced: its first message.

Nothing of an incident goes there whose channel is private or shared with another company, nor into a channel
of announcements that is itself shared: people of that company would read it. Slack is asked when
something is posted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.announcing import is_told_outside
from bot.incidents.channels import shown_in
from bot.slack.blocks import Surface
from bot.slack.blocks.announcement import first_message
from bot.slack.blocks.trouble import NO_ANNOUNCEMENTS, NOT_INVITED, SHARED_ANNOUNCEMENTS
from bot.slack.calls import Refused, TryLater
from bot.slack.intents import subject
from bot.slack.intents.join_channel import NO_SCOPE, NOT_JOINABLE
from bot.slack.posting import left_behind, post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.summarise import summary_of
from bot.text.well_formed import table
from storage import announcements, incidents
from storage.outbox import PendingIntent
from storage.surface_tables import Announcement
from storage.tables import Incident
from storage.vocabulary import IncidentStatus, IntentName

HIDDEN = frozenset({"channel_not_found", "not_in_channel", "access_denied"})
GONE = frozenset({"message_not_found", "cant_update_message"})
UNTIL_OPENED, AT_MOST = 1.0, 60.0
"""Seconds until it is looked again whether the incident has its channel: at first, and while that goes on."""


async def announce(services: Services, intent: PendingIntent) -> OnSent | None:
    """Begin the thread, or make its first message say what is true now; one that people deleted stays so.

    One that an earlier try began unheard is kept, so that it is withdrawn where nothing may be told any more.
    """
    incident, thread = await read(services, intent)
    found = None
    if thread is None and intent.is_in_doubt:
        thread = found = await _begun_unheard(services, intent, incident)
    note = _keeping(found) if found else None
    if not is_told_outside(incident) or not services.settings.announce_channel:
        return note
    if thread is not None:
        await come_in(services, thread.channel_id)
        surface = await _first_message(services, incident)
        try:
            await services.slack.call(
                "chat_update",
                channel=thread.channel_id,
                ts=thread.ts,
                text=surface.text,
                blocks=list(surface.blocks),
            )
        except Refused as refusal:
            if refusal.error not in GONE:
                raise
        return note
    if incident.status == IncidentStatus.CANCELLED:
        return None
    if not incident.channel_id:
        waited = (services.clock.now() - intent.asked_at).total_seconds()
        wait = min(max(waited / 10, UNTIL_OPENED), AT_MOST)
        raise TryLater("the incident's channel is not open yet", wait, is_expected=True)
    if not await _is_public(services, incident.channel_id):
        return _never(incident.pk)
    channel_id = await services.directory.channel_id_of(services.settings.announce_channel)
    if channel_id is None:
        raise Refused("announce", NO_ANNOUNCEMENTS, {})
    await come_in(services, channel_id)
    surface = await _first_message(services, incident)
    ts = await post_once(
        services, intent, channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return _keeping(Announcement(incident_id=incident.pk, channel_id=channel_id, ts=ts))


async def _begun_unheard(
    services: Services, intent: PendingIntent, incident: Incident
) -> Announcement | None:
    """What an earlier try posted though its answer was lost."""
    channel_id = await services.directory.channel_id_of(services.settings.announce_channel)
    if channel_id is None or not (ts := await left_behind(services, intent, channel_id, intent.key)):
        return None
    return Announcement(incident_id=incident.pk, channel_id=channel_id, ts=ts)


def _keeping(thread: Announcement) -> OnSent:
    async def note(session: AsyncSession) -> None:
        await announcements.keep(session, thread.incident_id, thread.channel_id, thread.ts)

    return note


async def read(services: Services, intent: PendingIntent) -> tuple[Incident, Announcement | None]:
    """The incident, and its thread where there is one."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        return incident, await announcements.of_incident(session, incident.pk)


async def come_in(services: Services, channel_id: str) -> None:
    """Be in the channel of announcements, where nobody of another company reads it.

    Before anything is posted there: what Scribe cannot read, it could not look for after a lost answer.

    Raises:
        Refused: somebody may read it, or Slack lets Scribe neither see it nor in.
    """
    try:
        channel = await services.directory.shown_channel(channel_id)
        if shown_in(channel, by="").is_ext_shared:
            raise Refused("announce", SHARED_ANNOUNCEMENTS, {})
        if not channel.get("is_member"):
            services.directory.forget_channel(channel_id)  # somebody may invite Scribe meanwhile
            await services.slack.call("conversations_join", channel=channel_id)
    except Refused as refusal:
        if refusal.error == NO_SCOPE and refusal.method == "conversations_join":
            raise Refused("announce", NOT_INVITED, {}) from refusal
        if refusal.error not in HIDDEN | NOT_JOINABLE:
            raise
        raise Refused("announce", NO_ANNOUNCEMENTS, {}) from refusal


def _never(incident_id: int) -> OnSent:
    async def note(session: AsyncSession) -> None:
        incident = await incidents.by_id(session, incident_id)
        incident.is_announced = False
        session.add(incident)

    return note


async def _first_message(services: Services, incident: Incident) -> Surface:
    return first_message(await summary_of(services, incident), str(incident.channel_id))


async def _is_public(services: Services, channel_id: str) -> bool:
    try:
        shown = shown_in(await _channel(services, channel_id), by="")
    except Refused as refusal:
        if refusal.error not in HIDDEN:
            raise
        return False
    return not shown.is_private and not shown.is_ext_shared


async def _channel(services: Services, channel_id: str) -> Mapping[str, Any]:
    return table((await services.slack.call("conversations_info", channel=channel_id)).get("channel"))


KIND = IntentKind(
    IntentName.ANNOUNCE,
    announce,
    Reconciled.BY_METADATA,
    could_not="announce this incident in the channel of announcements",
)
