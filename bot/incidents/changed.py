"""Telling an incident's channel what somebody changed about it: it concerns everybody there.

Whoever changes something calls `tell` in the transaction of the change; what the channel reads is written
from the kept changes when it is sent (`bot/slack/blocks/changed.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import announcing, intents
from storage import changes, incidents, outbox
from storage.tables import IncidentChange

STANDS, REMOVED = "on the timeline", "removed"
"""The values of a change of `ChangeKind.TIMELINE`; the words of the event are not stored again."""


async def note_and_tell(
    session: AsyncSession,
    incident_id: int,
    what: str,
    old: str | None,
    new: str | None,
    *,
    by: str,
    at: datetime,
) -> None:
    """Keep one change of an incident, bring its summary up to date and tell its channel."""
    await tell(session, [changes.note(session, incident_id, what, old, new, by=by, at=at)], at=at)


async def tell(session: AsyncSession, changed: Sequence[IncidentChange], *, at: datetime) -> None:
    """Bring the incident's summary up to date and tell its channel of these changes, in one message.

    Where it is announced, those who read that are told what concerns them.
    """
    if not changed:
        return
    await session.flush()
    incident_id = changed[0].incident_id
    told = intents.tell_changes(incident_id, [one.id for one in changed if one.id is not None])
    await outbox.ask(session, [intents.refresh_summary(incident_id), told], asked_at=at)
    await announcing.follow(session, await incidents.by_id(session, incident_id), changed, at=at)
