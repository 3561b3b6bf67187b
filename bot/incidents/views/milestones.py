"""What is known of each milestone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incidents.actor import Actor
from bot.incidents.unit_of_work import UnitOfWork
from bot.incidents.views.incident import DurationView, stated_durations
from bot.text.permalink import permalink
from storage import incidents
from storage.vocabulary import Basis, IncidentStatus, MilestoneKind


@dataclass(frozen=True)
class MilestoneView:
    """When it was, on what basis, by which user if one stated it; the message it rests on, if any."""

    at: datetime
    basis: Basis
    stated_by: str | None
    permalink: str | None


@dataclass(frozen=True)
class Milestones:
    """What is known of each kind, and the durations that were stated."""

    number: int
    is_open: bool
    known: Mapping[MilestoneKind, MilestoneView]
    stated: Sequence[DurationView]


async def milestones_view(
    work: UnitOfWork, actor: Actor, number: int | None, *, even_cancelled: bool = True
) -> Milestones:
    """The milestones of an incident as they are known now."""
    incident = await work.incident(actor, number, even_cancelled=even_cancelled)
    async with work.reading() as session:
        found = await incidents.milestones(session, incident.pk)
        stated = await stated_durations(session, incident.pk)
    url = work.workspace.url
    known = {
        kind: MilestoneView(
            one.at,
            one.basis,
            one.stated_by,
            permalink(url, one.channel_id, one.message_ts) if one.channel_id and one.message_ts else None,
        )
        for kind, one in found.items()
    }
    return Milestones(incident.number, incident.status == IncidentStatus.OPEN, known, stated)
