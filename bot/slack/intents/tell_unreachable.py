"""Telling whoever leads an incident that Scribe hears nothing of its channel any more, and what to do."""

from __future__ import annotations

from bot.incidents.channels import unreachable_because
from bot.slack.blocks.unreachable import unreachable
from bot.slack.intents import subject
from bot.slack.posting import OutcomeUnknown, begin
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.mrkdwn import escape
from storage import changes, incidents
from storage.outbox import PendingIntent
from storage.vocabulary import COMMANDER, IncidentStatus, IntentName, Unreachable


async def tell_unreachable(services: Services, intent: PendingIntent) -> OnSent | None:
    """Tell the commander, else who declared it, in a direct message, unless it is over or undone meanwhile.

    In the channel itself nobody could be told. `chat.postMessage` takes a person for a channel, and asks
    for no right of its own then (docs.slack.dev/reference/methods/chat.postMessage#channels).
    """
    because = Unreachable(subject.text(intent, "because"))
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        commander = await changes.holder(session, incident.pk, COMMANDER)
    if incident.status != IncidentStatus.OPEN or unreachable_because(incident) != because:
        return None
    told = commander.user_id if commander else incident.declared_by
    if told == services.workspace.bot_user_id:
        return None  # an alert declared it, and nobody leads it
    await begin(services, intent)
    if intent.is_in_doubt:
        raise OutcomeUnknown("it may have been said, and direct messages cannot be read back", is_told=False)
    name, bot_user_id = escape(incident.channel_name), services.workspace.bot_user_id
    surface = unreachable(incident.number, because, name, incident.channel_id, bot_user_id)
    await services.slack.call(
        "chat_postMessage",
        channel=told,
        text=surface.text,
        blocks=list(surface.blocks),
    )
    return None


KIND = IntentKind(IntentName.TELL_UNREACHABLE, tell_unreachable, Reconciled.NEVER, could_not=None)
