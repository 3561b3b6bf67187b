"""How far an open incident is: reading what people write, and setting it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.changed import note_and_tell
from bot.incidents.errors import ScribeError
from bot.incidents.quoted import quoted
from bot.incidents.status import check_open
from bot.incidents.verbs import near
from storage import changes
from storage.tables import Incident
from storage.vocabulary import ChangeKind, IncidentStatus

EXAMPLE = "/incident status monitoring"
RESOLVED = str(IncidentStatus.RESOLVED)
"""What people may say in place of a stage, to end the incident."""


class NoSuchStage(ScribeError):
    def __init__(self, said: str, known: Sequence[str], meant: str | None) -> None:
        listed = ", ".join(f"`{name}`" for name in known)
        guess = f"Did you mean `{meant}`?" if meant else f"There are {listed}."
        super().__init__(
            f"I don't know the stage {quoted(said)}. {guess} "
            f"For example: `/incident status {meant or known[-1]}`; `/resolve` ends the incident."
        )


def stage_of(incident: Incident, first: str) -> str:
    """How far an open incident is; `first` is where one begins."""
    return incident.stage or first


def read_stage(text: str, known: Sequence[str]) -> tuple[str, str]:
    """The stage that is meant, or `RESOLVED` and the conclusion behind it.

    Raises:
        NoSuchStage: there is none of that name.
    """
    wanted = " ".join(text.casefold().split())
    if wanted in known:
        return wanted, ""
    first, _, rest = text.strip().partition(" ")
    if first.casefold().strip(".,!:;") == RESOLVED:
        return RESOLVED, rest.strip()
    raise NoSuchStage(text, known, near(wanted, [*known, RESOLVED]))


async def set_stage(
    session: AsyncSession, incident: Incident, stage: str, *, first: str, by: str, now: datetime
) -> str:
    """Set how far an incident is, and return the stage before; `first` is that of one that never had any.

    Raises:
        NotOpen: it is over.
    """
    incident_id = await changes.take(session, incident)
    check_open(incident)
    old = stage_of(incident, first)
    if old != stage:
        incident.stage = stage
        session.add(incident)
        await note_and_tell(session, incident_id, ChangeKind.STAGE, old, stage, by=by, at=now)
    return old
