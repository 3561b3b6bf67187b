"""The form of an update, as the incident stands."""

from __future__ import annotations

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
    return update_form(Origin(actor.channel_id, actor.response_url or ""), status.number, next_in)
