"""What milestones that nobody has stated might be: read from the record, and asked in the channel."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.actor import Actor
from bot.incidents.milestones import Evidence, contradictions
from bot.incidents.unit_of_work import UnitOfWork
from bot.postmortem.compiling import compile_facts
from bot.postmortem.facts import Suggestion
from bot.postmortem.gather import hints
from bot.slack.blocks.milestone_answers import contradiction
from bot.slack.blocks.suggestion import Offer, settled, suggestion
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.mrkdwn import KnownNames, escape
from storage import dismissals, incidents, milestones
from storage.outbox import PendingIntent
from storage.tables import Incident, Milestone, Suggested
from storage.vocabulary import IncidentStatus, IntentName, MilestoneKind

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The question is gone from Slack, so there is nothing below which its answer could be said."""
NOT_IN_CHANNEL = frozenset({"not_in_channel", "channel_not_found", "is_archived"})
_LINKED = re.compile(
    r"/archives/(?P<channel_id>[A-Z0-9]+)/p(?P<seconds>[0-9]{10})(?P<micros>[0-9]{6})(?:\?|$)"
)


async def suggested_of(
    services: Services, work: UnitOfWork, actor: Actor, number: int
) -> tuple[Suggestion, ...]:
    """The same as `suggested`, for somebody who asks about an incident, and waits for nobody's name."""
    return await suggested(services, await work.incident(actor, number), asks_slack=False)


async def suggested(
    services: Services, incident: Incident, *, asks_slack: bool = True
) -> tuple[Suggestion, ...]:
    """What the record suggests for the milestones nobody has stated.

    With `asks_slack` false people whose name is not known keep their id, so that nobody waits for Slack.
    """
    async with services.database.read() as session:
        rows = await hints(session, incident)

    async def of_people(_: Iterable[str], user_ids: Collection[str]) -> KnownNames:
        """Suggestions name people and quote nothing."""
        return await names_in(services.directory, (), user_ids, asks_slack=asks_slack)

    compiled = await compile_facts(rows, services.workspace, services.settings, of_people)
    return compiled.facts.suggestions


async def suggest_milestone(services: Services, intent: PendingIntent) -> OnSent | None:
    """Post the suggestion of a kind when there is one, or bring the posted one to its end.

    One question of a kind stands at a time; it is brought to its end when the milestone is known, however it
    came to be, or when somebody said no. What is known is never asked for, and nothing is asked twice.
    """
    incident_id, kind = subject.incident_id(intent), MilestoneKind(subject.text(intent, "kind"))
    async with services.database.read() as session:
        incident = await incidents.by_id(session, incident_id)
        known = await incidents.milestones(session, incident_id)
        standing = await milestones.unanswered(session, incident_id, kind)
        dismissed = await dismissals.of_incident(session, incident_id)
        asked_before = await milestones.asked_before(session, incident_id)
    if not incident.channel_id or incident.status == IncidentStatus.CANCELLED:
        return None
    answered = [one for one in standing if kind in known or one.key in dismissed]
    if answered:
        for one in answered:
            await _settle(services, incident, incident.channel_id, one, known)
        return _settled(services, incident_id, [one.key for one in answered])
    if standing or kind in known:
        return None
    for found in await suggested(services, incident):
        if found.kind == kind and found.key not in dismissed | asked_before:
            return await _ask(services, intent, incident, incident.channel_id, found)
    return None


async def _ask(
    services: Services, intent: PendingIntent, incident: Incident, channel_id: str, found: Suggestion
) -> OnSent | None:
    evidence = _evidence_of(found)
    offer = Offer(
        kind=found.kind,
        at=found.at,
        key=found.key,
        channel_id=evidence.channel_id if evidence else None,
        message_ts=evidence.message_ts if evidence else None,
    )
    zone = ZoneInfo(incident.zone) if incident.zone else services.settings.zone
    surface = suggestion(incident.number, offer, escape(found.because), found.permalink, zone)
    key = f"{intent.key}:{found.key}"
    try:
        ts = await post_once(
            services, intent, channel_id, key, text=surface.text, blocks=list(surface.blocks)
        )
    except Refused as refusal:
        if refusal.error in NOT_IN_CHANNEL:
            return None  # nobody there could be asked
        raise

    async def note(session: AsyncSession) -> None:
        asked = Suggested(
            incident_id=incident.pk,
            key=found.key,
            kind=found.kind,
            at=found.at,
            because=found.because,
            posted_ts=ts,
        )
        await milestones.posted(session, asked)

    return note


def _evidence_of(suggestion: Suggestion) -> Evidence | None:
    """The message a suggestion rests on, as its permalink names it."""
    found = _LINKED.search(suggestion.permalink or "")
    return Evidence(found["channel_id"], f"{found['seconds']}.{found['micros']}") if found else None


async def _settle(
    services: Services,
    incident: Incident,
    channel_id: str,
    asked: Suggested,
    known: dict[MilestoneKind, Milestone],
) -> None:
    milestone = known.get(asked.kind)
    by_id = milestone.stated_by if milestone else await _dismissed_by(services, asked)
    names = await names_in(services.directory, [], [by_id] if by_id else [])
    moments = {kind: one.at for kind, one in known.items()}
    wrong = [
        contradiction(moments, later, earlier)
        for later, earlier in contradictions(moments)
        if asked.kind in (later, earlier)
    ]
    surface = settled(
        incident.number,
        asked.kind,
        asked.at,
        milestone.at if milestone else None,
        escape(names.person(by_id) or by_id) if by_id else None,
        wrong,
    )
    try:
        await services.slack.call(
            "chat_update",
            channel=channel_id,
            ts=asked.posted_ts,
            text=surface.text,
            blocks=list(surface.blocks),
        )
    except Refused as refusal:
        if refusal.error not in GONE | NOT_IN_CHANNEL:
            raise


async def _dismissed_by(services: Services, asked: Suggested) -> str | None:
    async with services.database.read() as session:
        return await milestones.declined_by(session, asked)


def _settled(services: Services, incident_id: int, keys: list[str]) -> OnSent:
    async def note(session: AsyncSession) -> None:
        for key in keys:
            await milestones.settle(session, incident_id, key, services.clock.now())

    return note


KIND = IntentKind(
    IntentName.SUGGEST_MILESTONE,
    suggest_milestone,
    Reconciled.BY_METADATA,
    could_not="ask about a milestone here; `/incident milestone` shows what is known",
)
