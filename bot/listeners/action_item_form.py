"""The form of an action item, filled with what stands of it."""

from __future__ import annotations

from bot.incidents.actor import Actor
from bot.incidents.views.action_items import action_item
from bot.listeners.forms import View
from bot.listeners.scribe import Scribe
from bot.slack.blocks.action_item_form import Origin, action_item_form, holding


async def filled_form(scribe: Scribe, actor: Actor, number: int | None, item: int) -> View:
    """The form of an item, as it stands.

    Raises:
        NoIncidentHere, NoSuchIncident, MembersOnly, CannotTell: there is none, or none to be seen.
        NoSuchActionItem: none stands by this number.
    """
    incident, found = await action_item(scribe.work, actor, number, item)
    origin = Origin(actor.channel_id, actor.response_url or "", item, incident)
    tracker = scribe.settings.tracker_title
    return action_item_form(holding(origin, found.details), found.details, tracker=tracker)
