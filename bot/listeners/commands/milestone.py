"""`/incident milestone`: shows the milestones, states them in one line or in a form, takes them back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.incidents import milestones
from bot.incidents.milestones import EXAMPLE, OneMoment, split_kind
from bot.listeners.about import changing, incident_meant
from bot.listeners.commands.duration import shown_durations
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.listeners.zones import zone_for
from bot.postmortem.suggest_milestone import suggested
from bot.slack.blocks import Surface
from bot.slack.blocks.milestone_answers import ShownMilestone, milestones_overview, milestones_stated
from bot.slack.blocks.milestone_form import Origin, milestone_form
from bot.slack.permalink import permalink
from bot.text.when import Moment, needs_zone, read_moment
from storage import changes, incidents
from storage.tables import Incident, Milestone
from storage.vocabulary import IncidentStatus, MilestoneKind

__all__ = ["EXAMPLE", "fill", "form", "form_for", "handle", "moment_of", "overview"]

SUGGESTED_WITHIN = 0.6
"""Seconds the form waits for what the record suggests: its trigger is good for three."""


def form(command: Command, scribe: Scribe) -> dict[str, Any] | None:
    """`/incident milestone set` alone opens the form."""
    if command.text.lower() != "set":
        return None
    return milestone_form(Origin(command.channel_id, command.response_url, number=command.number))


async def fill(command: Command, scribe: Scribe) -> dict[str, Any]:
    """The form with what is known in it.

    Raises:
        NoIncidentHere, NoSuchIncident, MembersOnly, CannotTell: there is none, or none to be seen.
    """
    incident = await incident_meant(command, scribe)
    return await form_for(scribe, incident, command.channel_id, command.user_id, command.response_url)


async def form_for(
    scribe: Scribe,
    incident: Incident,
    channel_id: str,
    user_id: str,
    response_url: str,
    *,
    focus: MilestoneKind | None = None,
) -> dict[str, Any]:
    """The form of an incident, asked for in `channel_id`, as this person reads times."""
    async with scribe.database.read() as session:
        known = await incidents.milestones(session, incident.pk)
    zone = await scribe.directory.zone(user_id, scribe.settings.zone)
    held = {kind: _held(one.at, zone) for kind, one in known.items()}
    origin = Origin(channel_id, response_url, held, incident.number)
    perhaps = {} if len(known) == len(milestones.WORDS) else await _perhaps(scribe, incident, zone)
    return milestone_form(origin, perhaps, focus=focus, is_open=incident.status == IncidentStatus.OPEN)


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Show them, state one, or take one back."""
    word, rest = command.verb()
    if word in ("", "show", "list"):
        return await overview(await incident_meant(command, scribe), scribe)
    if word in ("clear", "unset", "remove"):
        kind, _ = split_kind(rest.text)
        return await _state(command, kind, None, scribe)
    kind, said = split_kind(rest.text if word == "set" else command.text)
    await incident_meant(command, scribe)
    moment = await moment_of(said, command.user_id, scribe)
    if moment.until:
        raise OneMoment(kind)
    return await _state(command, kind, moment, scribe)


async def overview(incident: Incident, scribe: Scribe) -> Surface:
    """What is known of each milestone, and what is missing."""
    async with scribe.database.read() as session:
        known = await incidents.milestones(session, incident.pk)
        stated = await changes.stated_durations(session, incident.pk)
    return milestones_overview(
        incident.number,
        {kind: _shown(one, scribe) for kind, one in known.items()},
        await shown_durations(stated, scribe),
        is_open=incident.status == IncidentStatus.OPEN,
    )


async def moment_of(said: str, user_id: str, scribe: Scribe) -> Moment:
    """The time somebody wrote, in their own zone; now when they wrote none.

    Raises:
        UnreadableTime: it is none, or it lies ahead.
        ZoneUnknown: it depends on a zone that Slack did not say in time.
    """
    if not said:
        return Moment(scribe.clock.now())
    zone = await zone_for(user_id, scribe, needed=needs_zone(said), text=said)
    return read_moment(said, scribe.clock.now(), zone)


async def _state(command: Command, kind: MilestoneKind, moment: Moment | None, scribe: Scribe) -> str:
    async with changing(command, scribe) as (session, incident):
        stated = {kind: moment.at if moment else None}
        done = await milestones.state(session, incident, stated, by=command.user_id, now=scribe.clock.now())
        known = await milestones.known(session, incident.pk)
    is_about = moment is not None and moment.is_approximate
    return milestones_stated(incident.number, done, known, is_about=is_about)


async def _perhaps(scribe: Scribe, incident: Incident, zone: ZoneInfo | None) -> Mapping[MilestoneKind, str]:
    try:
        async with asyncio.timeout(SUGGESTED_WITHIN):
            found = await suggested(scribe, incident, asks_slack=False)
    except TimeoutError:
        return {}
    perhaps: dict[MilestoneKind, str] = {}
    for one in found:
        perhaps.setdefault(one.kind, f"{_held(one.at, zone)}: {one.because}")
    return perhaps


def _held(at: datetime, zone: ZoneInfo | None) -> str:
    """A time as the person reads it, or with UTC where their zone is not known."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if zone else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _shown(milestone: Milestone, scribe: Scribe) -> ShownMilestone:
    link = None
    if milestone.channel_id and milestone.message_ts:
        link = permalink(scribe.workspace.url, milestone.channel_id, milestone.message_ts)
    by = f"<@{milestone.stated_by}>" if milestone.stated_by else None
    return ShownMilestone(milestone.at, milestone.basis, by, link)
