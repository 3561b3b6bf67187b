"""In which zone an incident's times are shown."""

from __future__ import annotations

import difflib
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.changed import note_and_tell
from bot.incidents.errors import ScribeError
from bot.incidents.quoted import quoted
from storage import changes
from storage.tables import Incident
from storage.vocabulary import ChangeKind

EXAMPLE = "/incident zone Europe/Berlin"


class NoSuchZone(ScribeError):
    def __init__(self, said: str, nearest: str | None) -> None:
        perhaps = f" Did you mean `{nearest}`?" if nearest else ""
        super().__init__(
            f"I don't know the zone {quoted(said)}.{perhaps} "
            f"Name it as the IANA database does, for example `{EXAMPLE}` or `/incident zone UTC`."
        )


@cache
def _zones() -> dict[str, str]:
    """Every zone's name, by the way people may write it."""
    return {name.casefold(): name for name in available_timezones() if name not in ("localtime", "Factory")}


def read_zone(text: str) -> str:
    """The IANA name that is meant, in whatever case and with blanks for `_`.

    Raises:
        NoSuchZone: there is no such zone.
    """
    wanted = "_".join(text.split()).casefold()
    found = _zones().get(wanted)
    if found:
        return found
    cities: dict[str, str] = {}
    for name in sorted(_zones().values()):
        cities.setdefault(name.rpartition("/")[2].casefold(), name)
    if any(sign.isdigit() for sign in wanted):  # `UTC+2`: an offset is near to no place
        raise NoSuchZone(text, None)
    near = difflib.get_close_matches(wanted.rpartition("/")[2], cities, n=1, cutoff=0.75)
    raise NoSuchZone(text, cities[near[0]] if near else None)


async def set_zone(
    session: AsyncSession, incident: Incident, zone: str, *, by: str, now: datetime
) -> str | None:
    """Show the times of an incident in this zone, and return the zone before."""
    incident_id = await changes.take(session, incident)
    old = incident.zone
    if old != zone:
        incident.zone = zone
        session.add(incident)
        await note_and_tell(session, incident_id, ChangeKind.ZONE, old, zone, by=by, at=now)
    return old
