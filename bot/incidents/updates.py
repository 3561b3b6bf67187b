"""Telling people how an incident goes on, and when they hear more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import announcing, intents, watch
from bot.incidents.status import check_open
from bot.settings.team import TeamSettings
from storage import changes, outbox, timeline
from storage.surface_tables import StatusUpdate
from storage.tables import Incident, TimelineEvent
from storage.vocabulary import EventKind, EventSource

EXAMPLE = "/incident update Checkout is slow in Europe; we are rolling back"


@dataclass(frozen=True)
class NewUpdate:
    """`known` is what is known, `doing` what is being done, both Slack text.

    `next_in` is after how long people hear more, zero for not at all; None: as the severity says.
    """

    known: str
    doing: str = ""
    next_in: timedelta | None = None


async def post(
    session: AsyncSession,
    incident: Incident,
    update: NewUpdate,
    *,
    by: str,
    now: datetime,
    team: TeamSettings,
) -> StatusUpdate:
    """Keep it, put it onto the timeline, and have it told where people read of the incident.

    Raises:
        NotOpen, IncidentCancelled: it is over; nothing is changed.
    """
    incident_id = await changes.take(session, incident)
    check_open(incident, unsaved=update.known)
    event = TimelineEvent(
        incident_id=incident_id,
        team_id=incident.team_id,
        number=await timeline.next_number(session, incident),
        kind=EventKind.STATUS,
        source=EventSource.COMMAND,
        occurred_at=now,
        recorded_at=now,
        text=_in_words(update),
        author_id=by,
        added_by=by,
        is_explicit=True,
    )
    session.add(event)
    kept = StatusUpdate(
        incident_id=incident_id,
        known=update.known,
        doing=update.doing or None,
        next_at=await watch.after_update(session, incident, team, update.next_in, now=now),
        by=by,
        at=now,
        event_number=event.number,
    )
    session.add(kept)
    await session.flush()
    asks = [intents.tell_update(incident_id, kept.pk), intents.refresh_summary(incident_id)]
    if announcing.is_told_outside(incident):
        asks.append(intents.announce_update(incident_id, kept.pk))
    await outbox.ask(session, asks, asked_at=now)
    return kept


def _in_words(update: NewUpdate) -> str:
    """As the timeline has it, where a line may be shown without its breaks."""
    if not update.doing:
        return f"Update: {update.known}"
    end = "" if update.known.endswith((".", "!", "?", "…", ":")) else "."
    return f"Update: {update.known}{end} Doing: {update.doing}"
