"""What people outside an incident's channel are told of it: one thread in the channel of announcements.

Only of incidents in public channels, none of them a drill, and none in a channel that is shared with another
company. Whether that still holds is asked again when something is sent (`bot/slack/intents/announce.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from storage import outbox
from storage.tables import Incident, IncidentChange
from storage.vocabulary import ChangeKind

TOLD = frozenset({ChangeKind.SEVERITY, ChangeKind.STAGE, ChangeKind.STATUS})
"""Changes that the thread is told of."""
SHOWN = TOLD | {ChangeKind.TITLE}
"""Changes of what its first message says."""


def is_told_outside(incident: Incident) -> bool:
    """Whether anything of an incident goes into the channel of announcements."""
    return incident.is_announced and not (incident.is_drill or incident.is_private or incident.is_ext_shared)


async def begin(session: AsyncSession, incident: Incident, *, at: datetime) -> None:
    """An incident was declared: its thread begins, if it has one."""
    if is_told_outside(incident):
        await outbox.ask(session, [intents.announce(incident.pk)], asked_at=at)


async def follow(
    session: AsyncSession, incident: Incident, changed: Sequence[IncidentChange], *, at: datetime
) -> None:
    """Have the thread say what changed, and its first message what is true now."""
    if not is_told_outside(incident) or not any(one.what in SHOWN for one in changed):
        return
    told = [one.id for one in changed if one.what in TOLD and one.id is not None]
    asks = [intents.announce(incident.pk)]
    if told:
        asks.append(intents.announce_changes(incident.pk, told))
    await outbox.ask(session, asks, asked_at=at)
