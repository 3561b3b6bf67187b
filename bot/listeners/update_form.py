"""The form of an update, as the incident stands."""

from __future__ import annotations

from collections.abc import Sequence

from bot.incidents.actor import Actor
from bot.incidents.views.incident import open_status
from bot.listeners.forms import View
from bot.listeners.scribe import Scribe
from bot.slack.blocks.update_form import Origin, update_form


async def filled_form(scribe: Scribe, actor: Actor, number: int | None) -> View:
    """The next update is promised as its severity says, unless people stopped waiting for updates.

    Raises:
        NoIncidentHere, NoSuchIncident, MembersOnly, CannotTell: there is none, or none to be seen.
        NotOpen, IncidentCancelled: it is over.
    """
    status = await open_status(scribe.work, actor, number)
    next_in = scribe.settings.update_due_in(status.severity) if status.next_update_at else None
    origin = Origin(actor.channel_id, actor.response_url or "")
    public = () if status.is_private or status.is_drill else page_titles(scribe)
    return update_form(origin, status.number, next_in, public)


def page_titles(scribe: Scribe) -> Sequence[str]:
    """What people call the status pages that are set."""
    return [one.title for one in scribe.settings.status_pages]
