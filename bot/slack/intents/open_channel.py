"""Creating an incident's own channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import homes, intents
from bot.incidents.channel_name import channel_name
from bot.incidents.declare import is_direct, is_private
from bot.slack.blocks import answers
from bot.slack.calls import DEAD_TOKEN, Refused, TryLater
from bot.slack.intents import subject
from bot.slack.posting import begin
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.well_formed import table, tables, text
from storage import changes, incidents, outbox
from storage.outbox import PendingIntent
from storage.tables import Incident
from storage.vocabulary import ChangeKind, IncidentStatus, IntentName

ATTEMPTS = 20
TAKEN = frozenset({"name_taken"})
ASK_AGAIN = 60.0
"""Seconds until Slack is asked again for a channel that it refused to what an alert declared."""


async def open_channel(services: Services, intent: PendingIntent) -> OnSent | None:
    """Create the channel; a name that is taken gets the next number at its end.

    A channel of that name which Scribe made, in a try whose answer was lost, is taken as its own. Where
    Slack refuses channels altogether, the incident stays in the channel it was declared in. One that an
    alert declared has none, and nobody who could be told: it stays open, and Slack is asked again.

    Raises:
        TryLater: Slack refuses a channel to what an alert declared.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
    if incident.channel_id:
        return None
    await begin(services, intent)
    try:
        channel = await _created(services, incident, is_in_doubt=intent.is_in_doubt)
    except Refused as refusal:
        if refusal.error in DEAD_TOKEN:
            raise  # the token is refused, not the channel
        is_alerts = incident.declared_by == services.workspace.bot_user_id
        if is_alerts and incident.status == IncidentStatus.OPEN and not intent.subject.get("response_url"):
            raise TryLater(f"{refusal}, and an alert calls people", ASK_AGAIN, is_undone=True) from refusal
        return _keep_in_origin(services, intent, refusal.error)

    async def note(session: AsyncSession) -> None:
        opened = await incidents.by_id(session, subject.incident_id(intent))
        opened.channel_id = str(channel["id"])
        opened.channel_name = str(channel["name"])
        session.add(opened)
        await outbox.ask(session, [intents.welcome(opened.pk)], asked_at=services.clock.now())
        await _tell(services, session, intent, answers.opened(opened.number, opened.channel_id))
        await homes.follow(session, opened.team_id, services.clock.now())

    return note


async def _created(services: Services, incident: Incident, *, is_in_doubt: bool) -> Mapping[str, Any]:
    prefix = services.settings.incident_channel_prefix
    for attempt in range(1, ATTEMPTS + 1):
        name = channel_name(prefix, incident.declared_at, incident.title, incident.number, attempt=attempt)
        try:
            answer = await services.slack.call(
                "conversations_create", name=name, is_private=incident.is_private
            )
        except Refused as refusal:
            if refusal.error not in TAKEN or attempt == ATTEMPTS:
                raise
            own = (
                await _own_unused(services, name, among_private=incident.is_private) if is_in_doubt else None
            )
            if own:
                return own
        else:
            found: Mapping[str, Any] = answer["channel"]
            return found
    raise AssertionError("the last attempt either returns or raises")


async def _own_unused(services: Services, name: str, *, among_private: bool) -> Mapping[str, Any] | None:
    """The channel of this name, if Scribe made it and no incident has it."""
    cursor: dict[str, str] = {}
    while True:
        kind = "private_channel" if among_private else "public_channel"
        answer = await services.slack.call(
            "conversations_list", types=kind, exclude_archived=True, limit=200, **cursor
        )
        for channel in tables(answer.get("channels")):
            if channel.get("name") == name and channel.get("creator") == services.workspace.bot_user_id:
                async with services.database.read() as session:
                    used = await incidents.of_channel(session, services.workspace.team_id, str(channel["id"]))
                found: Mapping[str, Any] = channel
                return None if used else found
        following = text(table(answer.get("response_metadata")).get("next_cursor"))
        if not following or following == cursor.get("cursor"):
            return None
        cursor = {"cursor": following}


def _keep_in_origin(services: Services, intent: PendingIntent, why: str) -> OnSent:
    origin_id = intent.subject.get("origin_id")

    async def note(session: AsyncSession) -> None:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        origin_name = str(intent.subject.get("origin_name") or "")
        serves = isinstance(origin_id, str) and not is_direct(origin_id, origin_name)
        # an incident that was to be private must not go on in a channel that everybody reads
        serves = serves and (not incident.is_private or is_private(str(origin_id), origin_name))
        if serves:
            serves = await incidents.open_in(session, incident.team_id, str(origin_id)) is None
        if not serves:
            # the incident is cancelled and stays on record; whoever wants to can open it again
            if incident.status == IncidentStatus.OPEN:
                await _cancel(services, session, incident)
            await _tell(services, session, intent, answers.no_channel(incident.number, why))
            return
        incident.channel_id = str(origin_id)
        incident.channel_name = origin_name
        incident.is_private = is_private(incident.channel_id, origin_name)
        incident.is_own_channel = False
        session.add(incident)
        joining = [intents.join_channel(incident.pk, subject.response_url(intent))]
        asks = [*joining, intents.refresh_summary(incident.pk)]
        await outbox.ask(session, asks, asked_at=services.clock.now())
        await _tell(services, session, intent, answers.kept_here(incident.number, why))

    return note


async def _cancel(services: Services, session: AsyncSession, incident: Incident) -> None:
    was, incident.status = incident.status, IncidentStatus.CANCELLED
    by, at = services.workspace.bot_user_id, services.clock.now()
    changes.note(session, incident.pk, ChangeKind.STATUS, was, IncidentStatus.CANCELLED, by=by, at=at)
    session.add(incident)


async def _tell(services: Services, session: AsyncSession, intent: PendingIntent, text: str) -> None:
    url = subject.response_url(intent)
    if url:
        reply = intents.reply(services.workspace.team_id, url, text, f"opened:{intent.id}")
        await outbox.ask(session, [reply], asked_at=services.clock.now())


KIND = IntentKind(
    IntentName.OPEN_CHANNEL,
    open_channel,
    Reconciled.BY_NAME,
    could_not="open a channel for this incident",
)
