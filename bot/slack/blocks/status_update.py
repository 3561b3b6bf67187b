"""An update of how an incident goes on: as everybody reads it, and what whoever posted it is answered."""

from __future__ import annotations

from datetime import datetime

from bot.incidents.actions.updates import UpdatePosted
from bot.settings.team import is_channel_id
from bot.slack.blocks import LONGEST_SECTION, Surface, context, section, shortened_mrkdwn
from bot.text.moments import shown


def status_update(
    number: int, by: str, known: str, doing: str | None, next_at: datetime | None, *, is_outside: bool = False
) -> Surface:
    """An update of how it goes on; `by`, `known` and `doing` are inert.

    `is_outside`: it is read in the thread of the incident, where its number stands.
    """
    lead = f"Update by {by}" if is_outside else f"INC-{number}: update by {by}"
    blocks = [section(f":speech_balloon: *{lead}*"), section(shortened_mrkdwn(known, LONGEST_SECTION))]
    if doing:
        blocks.append(section(shortened_mrkdwn(f"*Doing:* {doing}", LONGEST_SECTION)))
    if next_at:
        blocks.append(context(f"Next update by {shown(next_at)}."))
    return Surface(shortened_mrkdwn(f"{lead}: {known}", LONGEST_SECTION), blocks)


def update_posted(posted: UpdatePosted) -> str:
    """To whoever posted an update."""
    where = f"is posted in {posted.place.called}"
    if not posted.place.is_reachable:
        where = f"is on the record; I can't write in {posted.place.called} any more"
    if posted.announced_in:
        name = posted.announced_in
        where += f", and in <#{name}>" if is_channel_id(name) else f", and in #{name}"
    following = (
        f"Next update by {shown(posted.next_at)}." if posted.next_at else "No next update is promised."
    )
    return f"The update of INC-{posted.number} {where}. {following}"
