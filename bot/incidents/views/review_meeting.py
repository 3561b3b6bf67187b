"""The review meeting of an incident, as it is planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.incidents.actor import Actor
from bot.incidents.lifecycle_errors import NoDraftYet
from bot.incidents.unit_of_work import UnitOfWork
from storage import postmortems, review_meetings
from storage.vocabulary import IncidentStatus


@dataclass(frozen=True)
class MeetingView:
    """What is planned for the incident of this number; None and empty where nothing is. Texts are plain.

    One that was cancelled is not planned.
    """

    number: int
    starts_at: datetime | None = None
    minutes: int | None = None
    title: str = ""
    note: str = ""
    sequence: int = 0


async def planned_meeting(work: UnitOfWork, actor: Actor, number: int | None) -> MeetingView:
    """What is planned.

    Raises:
        NoDraftYet: there is no post-mortem to review.
    """
    incident = await work.incident(actor, number, even_cancelled=False)
    async with work.reading() as session:
        postmortem = await postmortems.of_incident(session, incident.pk)
        if postmortem is None:
            raise NoDraftYet(incident.number, is_open=incident.status == IncidentStatus.OPEN)
        kept = await review_meetings.of_incident(session, incident.pk)
    if kept is None or kept.cancelled_at:
        return MeetingView(incident.number)
    return MeetingView(
        incident.number, kept.starts_at, kept.minutes, kept.title, kept.note or "", kept.sequence
    )
