"""The form of milestones, filled with what is known and what the record suggests."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.incidents import milestones
from bot.incidents.actor import Actor
from bot.incidents.views.milestones import milestones_view
from bot.incidents.vocabulary import MilestoneKind
from bot.listeners.forms import View
from bot.listeners.moments import written
from bot.listeners.scribe import Scribe
from bot.postmortem.suggest_milestone import suggested_of
from bot.slack.blocks.milestone_form import Origin, milestone_form

SUGGESTED_WITHIN = 0.6
"""Seconds the form waits for what the record suggests: its trigger is good for three."""


async def filled_form(
    scribe: Scribe,
    actor: Actor,
    number: int | None,
    *,
    focus: MilestoneKind | None = None,
    even_cancelled: bool = True,
) -> View:
    """The form of an incident, as this person reads times.

    Raises:
        NoIncidentHere, NoSuchIncident, MembersOnly, CannotTell: there is none, or none to be seen.
        IncidentCancelled: it was declared by mistake, unless `even_cancelled`.
    """
    view = await milestones_view(scribe.work, actor, number, even_cancelled=even_cancelled)
    zone = await scribe.directory.zone(actor.user_id, scribe.settings.zone)
    held = {kind: written(one.at, zone) for kind, one in view.known.items()}
    origin = Origin(actor.channel_id, actor.response_url or "", held, view.number)
    is_complete = len(view.known) == len(milestones.WORDS)
    perhaps = {} if is_complete else await _perhaps(scribe, actor, view.number, zone)
    return milestone_form(origin, perhaps, focus=focus, is_open=view.is_open)


async def _perhaps(
    scribe: Scribe, actor: Actor, number: int, zone: ZoneInfo | None
) -> Mapping[MilestoneKind, str]:
    try:
        async with asyncio.timeout(SUGGESTED_WITHIN):
            found = await suggested_of(scribe, scribe.work, actor, number)
    except TimeoutError:
        return {}
    perhaps: dict[MilestoneKind, str] = {}
    for one in found:
        perhaps.setdefault(one.kind, f"{written(one.at, zone)}: {one.because}")
    return perhaps
