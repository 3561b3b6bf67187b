"""Times as a person writes them: read in their own zone where it matters."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.incidents.errors import ZoneUnknown
from bot.listeners.scribe import Scribe
from bot.text.when import Moment, needs_zone, read_moment


async def zone_for(user_id: str, scribe: Scribe, *, needed: bool, text: str) -> ZoneInfo:
    """The person's Slack zone when the time they wrote depends on it, else the workspace's.

    Raises:
        ZoneUnknown: it is needed, and Slack did not say it in time for an answer.
    """
    if not needed:
        return scribe.settings.zone
    zone = await scribe.directory.zone(user_id, scribe.settings.zone)
    if zone is None:
        raise ZoneUnknown(text)
    return zone


async def moment_of(said: str, user_id: str, scribe: Scribe) -> Moment:
    """The time somebody wrote, in their own zone; now when they wrote none.

    Raises:
        UnreadableTime: it is none, or it lies ahead.
        ZoneUnknown: it depends on a zone that Slack did not say in time.
    """
    if not said:
        return Moment(scribe.clock.now())
    zone = await zone_for(user_id, scribe, needed=needs_zone(said), text=said)
    return read_moment(said, scribe.clock.now(), zone)


def written(at: datetime, zone: ZoneInfo | None) -> str:
    """A time as a person would write it in their own zone, or with UTC where that is not known."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if zone else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
