"""What people do about alerts in the tool that sent them: acknowledged, given away, noted.

It stands on the timeline of the incident that the alert feeds, once, as an event of its own.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.alerts import Incoming, IncomingNote, event
from storage import alerts, incidents
from storage.alert_tables import AlertNote
from storage.vocabulary import IncidentStatus

MOST_NOTES = 200
"""Events of this kind that an incident may have: what goes back and forth by itself adds no more."""


async def take(
    session: AsyncSession, team_id: str, incoming: Incoming, *, by: str, now: datetime
) -> set[str]:
    """Put notes onto the timelines of the incidents that their alerts feed; returns the ids of what is new.

    A note about an alert that feeds no incident is kept nowhere.
    """
    told: dict[str, IncomingNote] = {one.note_id: one for one in incoming.notes}
    if not told:
        return set()
    before = await alerts.noted(session, team_id, incoming.source, told.keys())
    about = await alerts.known(session, team_id, incoming.source, {one.alert_id for one in told.values()})
    new: set[str] = set()
    for note_id, note in told.items():
        alert = about.get(note.alert_id)
        if note_id in before or alert is None or alert.incident_id is None:
            continue
        incident = await incidents.by_id(session, alert.incident_id)
        is_full = await alerts.count_notes(session, incident.pk) >= MOST_NOTES
        if incident.status == IncidentStatus.CANCELLED or is_full:
            continue
        at = min(note.at or now, now)
        number = await event(session, incident, note.text, at, by=by, now=now, kind=note.kind)
        session.add(
            AlertNote(
                team_id=team_id,
                source=incoming.source,
                note_id=note_id,
                incident_id=incident.pk,
                event_number=number,
                acknowledged_at=at if note.is_acknowledgement else None,
            )
        )
        await session.flush()
        new.add(note_id)
    return new
