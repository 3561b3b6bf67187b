"""In which zone a person's times are read."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.incidents.errors import ZoneUnknown
from bot.listeners.scribe import Scribe


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
