"""An incident's severity: reading what people write, and setting it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents, watch
from bot.incidents.changed import note_and_tell
from bot.incidents.errors import ScribeError
from bot.incidents.quoted import quoted
from bot.incidents.verbs import BY_THE_WAY
from bot.settings.team import TeamSettings
from storage import changes, outbox
from storage.tables import Incident
from storage.vocabulary import ChangeKind, IncidentStatus

EXAMPLE = "/incident severity sev2"


class NoSuchSeverity(ScribeError):
    def __init__(self, said: str, known: Sequence[str]) -> None:
        listed = ", ".join(f"`{name}`" for name in known)
        super().__init__(
            f"I don't know the severity {quoted(said)}. There are {listed}. "
            f"For example: `/incident severity {known[0]}`."
        )


def read_severity(text: str, known: Sequence[str]) -> str:
    """The severity that is meant, by its name in whatever case and with whatever signs, or by its number.

    Raises:
        NoSuchSeverity: there is none of that name, or several have the number.
    """
    words = text.casefold().split()
    whole, wanted = " ".join(words), " ".join(one for one in words if one.strip(".,!") not in BY_THE_WAY)
    for read, said in ((str.casefold, whole), (_letters, _letters(wanted)), (_digits, wanted)):
        found = [name for name in known if said and read(name) == said]
        if len(found) == 1:
            return found[0]
    raise NoSuchSeverity(text, known)


def _letters(name: str) -> str:
    """A name without its signs and blanks."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _digits(name: str) -> str:
    """The number in a name."""
    return "".join(letter for letter in name if letter.isdecimal()) or name.casefold()


def reached(history: Sequence[str | None], team: TeamSettings) -> list[str]:
    """The severities that an incident was declared with or rose to, in order; those it fell to are left out.

    `history` are all it had, the first one first.
    """
    names = [name.casefold() for name in team.severity_names]
    found: list[str] = []
    worst_now = len(names)
    for severity in history:
        known = severity is not None and severity.casefold() in names
        place = names.index(severity.casefold()) if severity is not None and known else len(names)
        if severity is not None and known and place < worst_now:
            found.append(severity)
        worst_now = place
    return found


async def set_severity(
    session: AsyncSession, incident: Incident, severity: str, *, by: str, now: datetime, team: TeamSettings
) -> str | None:
    """Set the severity of an incident, and return the one before; updates are then due at its pace."""
    incident_id = await changes.take(session, incident)
    old = incident.severity
    if old != severity:
        incident.severity = severity
        session.add(incident)
        await note_and_tell(session, incident_id, ChangeKind.SEVERITY, old, severity, by=by, at=now)
        await watch.severity_changed(session, incident, team, now=now)
        if team.invited_for(severity) and incident.status == IncidentStatus.OPEN:
            await outbox.ask(session, [intents.invite_responders(incident_id, severity, now)], asked_at=now)
    return old
